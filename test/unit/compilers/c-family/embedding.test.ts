import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompilerKind } from '../../../../src/compilers/c-family/draft.ts';
import { parseArguments } from '../../../../src/compilers/c-family/parse.ts';

/** When the parser says that an object names neither directory nor output, the real one must be the same without them. */

let root = '';
const folders = ['one', 'another'];
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'embedding-'));
  for (const folder of folders) {
    mkdirSync(path.join(root, folder, 'sub'), { recursive: true });
    writeFileSync(path.join(root, folder, 'a.c'), 'int f(int*p,int v){return p[v]/v;} int q=3;\n');
    writeFileSync(path.join(root, folder, 's.S'), '.text\nf: nop\n');
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function object(compiler: string, folder: string, output: string, argv: readonly string[]): Buffer {
  const cwd = path.join(root, folder);
  const run = spawnSync(compiler, [...argv, '-o', output], { cwd, env: { ...process.env, PWD: cwd } });
  expect(run.status, run.stderr.toString()).toBe(0);
  return readFileSync(path.join(cwd, output));
}

const common = [
  '',
  '-O2',
  '-g',
  '-g1',
  '-g -g0',
  '-g0 -g',
  '-ggdb',
  '-gdwarf-4',
  '-gz',
  '-fprofile-arcs',
  '--coverage',
];
const further = ['-fsanitize=address', '-fsanitize=undefined', '-frecord-gcc-switches', '-pg', '-S -fverbose-asm'];
const options: Readonly<Record<CompilerKind, readonly string[]>> = {
  gcc: [...common, ...further, '-flto -frandom-seed=1', '-fprofile-generate', '-gsplit-dwarf', '-gtoggle'],
  clang: [
    ...common,
    ...further,
    '-flto',
    '-fprofile-generate',
    '-g -gsplit-dwarf',
    '-fprofile-instr-generate -fcoverage-mapping',
  ],
};

for (const kind of ['gcc', 'clang'] as const) {
  for (const source of ['a.c', 's.S']) {
    test.each(source === 'a.c' ? options[kind] : ['', '-g', '-g -g0', ...(kind === 'gcc' ? ['-Wa,-g'] : [])])(
      `${kind} ${source} %s`,
      (option) => {
        const argv = ['-c', source, ...option.split(' ').filter((word) => word !== '')];
        const parsed = parseArguments(
          kind,
          { plusplus: false, cwd: root, readFile: () => undefined, environment: new Map() },
          argv,
        );
        if (!parsed.ok) throw new Error(parsed.error.reason);
        const first = object(kind, 'one', 'x.o', argv);
        if (!parsed.value.embedsDirectory) expect(object(kind, 'another', 'x.o', argv).equals(first)).toBe(true);
        if (!parsed.value.embedsOutputPath) {
          expect(object(kind, 'one', 'sub/y.o', argv).equals(first)).toBe(true);
          const ignored = ['-MD', '-MF', 'x.d', '-pipe', '-fdiagnostics-color=always'];
          expect(object(kind, 'one', 'x.o', [...argv, ...ignored]).equals(first)).toBe(true);
        }
      },
    );
  }
}
