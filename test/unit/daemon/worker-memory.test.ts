import { describe, expect, it } from 'vitest';
import {
  decodeRememberedCompiler,
  encodeRememberedCompiler,
} from '../../../src/compile/c-family/toolchain/remembered-toolchains.ts';
import type { RememberedCompiler } from '../../../src/compile/c-family/toolchain/toolchains.ts';
import { decodeMemory, encodeMemory } from '../../../src/daemon/worker-memory.ts';
import {
  decodeRememberedFiles,
  encodeRememberedFiles,
  type RememberedFile,
} from '../../../src/key/remembered-files.ts';

const DIGEST = '0123456789abcdef'.repeat(4);

const FILE: RememberedFile = {
  path: '/include/sp ace\xe9.h',
  stamp: { device: 65024, inode: 2 ** 52 + 1, size: 0, modifiedMs: 1763713000123.5, changedMs: 1.5, kind: 'file' },
  digest: DIGEST,
};

const PROGRAMS = [{ path: '/usr/bin/cc', digest: DIGEST }];
const COMPILERS: RememberedCompiler[] = [
  {
    what: 'facts',
    id: '/usr/bin/cc\0cc',
    known: {
      programs: PROGRAMS,
      listings: [],
      absent: ['/tools/as'],
      facts: { kind: 'gcc', plusplus: false, version: 'gcc 12 \xc3\xa9', driver: undefined },
    },
  },
  {
    what: 'toolchain',
    id: '/usr/bin/cc\0-O2',
    known: {
      programs: PROGRAMS,
      listings: [{ path: '/usr/lib/gcc', names: 'x86_64-linux-gnu/x86_64-w64-mingw32' }],
      absent: ['/tools/as'],
      facts: {
        kind: 'clang',
        identity: DIGEST,
        description: 'clang',
        search: { quote: ['q'], angle: ['/usr/include'], missing: [], frameworks: [] },
        directories: { all: ['q', '/usr/include', 'r'], demanded: ['r'] },
        directoryFacts: ['r is q'],
        listsAssemblerInputs: true,
        expandedCommand: '',
        addsOptions: false,
      },
    },
  },
];

const memory = {
  files: encodeRememberedFiles([FILE]),
  compilers: COMPILERS.map(encodeRememberedCompiler),
};

describe('a memory', () => {
  it('comes out as it went in', () => {
    const decoded = decodeMemory(encodeMemory(memory, 'build'), 'build');
    expect(decodeRememberedFiles(decoded?.files ?? [])).toEqual([FILE]);
    expect(decoded?.compilers.map(decodeRememberedCompiler)).toEqual(COMPILERS);
  });

  it('may be empty', () => {
    const empty = { files: [], compilers: [] };
    expect(decodeMemory(encodeMemory(empty, 'build'), 'build')).toEqual(empty);
  });

  it('is not read by another build', () => {
    expect(decodeMemory(encodeMemory(memory, 'build'), 'other')).toBeUndefined();
  });

  it('is not read when a byte was changed, or the end is missing', () => {
    const bytes = encodeMemory(memory, 'build');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(decodeMemory(changed, 'build'), `byte ${at}`).toBeUndefined();
      expect(decodeMemory(bytes.subarray(0, at), 'build'), `${at} bytes`).toBeUndefined();
    }
  });
});

describe('decodeRememberedCompiler', () => {
  it.each(['', 'x', '[]', '{"what":"facts","id":"a","known":{"programs":[],"facts":{}}}', '{"what":"other","id":"a"}'])(
    'knows nothing of %j',
    (text) => {
      expect(decodeRememberedCompiler(text)).toBeUndefined();
    },
  );
});
