import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Checksum, loadChecksum } from '../../../src/storage/checksum.ts';
import {
  decodeManifest,
  decodeResult,
  type EntryFile,
  type EntryResult,
  encodeManifest,
  encodeResult,
} from '../../../src/storage/entry.ts';

const KEY = '0123456789abcdef'.repeat(4);
const SMALL: EntryResult = {
  stdout: Buffer.from('out'),
  stderr: Buffer.from('err'),
  facts: { a: 1 },
  files: [
    { role: 'object', mode: 0o666, content: { kind: 'inline', bytes: Buffer.from('object') } },
    { role: 'large', mode: 0o777, content: { kind: 'blob', sha256: KEY, length: 99_999 } },
  ],
};

let checksum: Checksum;
beforeAll(async () => {
  checksum = await loadChecksum();
});

describe('the checksum', () => {
  // https://github.com/Cyan4973/xxHash: the published values for XXH64.
  it('is xxHash64', () => {
    expect(checksum(Buffer.alloc(0), 0n)).toBe(0xef46db3751d8e999n);
    expect(checksum(Buffer.from('abc'), 0n)).toBe(0x44bc2cf5ad770999n);
  });

  it('depends on every chunk of a long input and on their order', () => {
    const long = Buffer.alloc(600_000, 1);
    const sums = [0, 262_143, 262_144, 524_288, 599_999].map((position) => {
      const changed = Buffer.from(long);
      changed[position] = 2;
      return checksum(changed, 0n);
    });
    expect(new Set([checksum(long, 0n), ...sums]).size).toBe(6);
  });
});

describe('a result entry', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const hexadecimal = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((array) => Buffer.from(array).toString('hex'));
  const content: fc.Arbitrary<EntryFile['content']> = fc.oneof(
    bytes.map((inline) => ({ kind: 'inline', bytes: inline }) as const),
    fc.record({ kind: fc.constant('blob'), sha256: hexadecimal, length: fc.maxSafeNat() }),
  );
  const file = fc.record({ role: fc.string({ unit: 'binary' }), mode: fc.nat(0o7777), content });
  // -0 is the one number that JSON does not keep.
  const facts = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true });
  const result = fc.record({ stdout: bytes, stderr: bytes, facts, files: fc.array(file, { maxLength: 5 }) });

  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(hexadecimal, result, (key, given) => {
        const expected = { ...given, facts: JSON.parse(JSON.stringify(given.facts)) as unknown };
        expect(decodeResult(checksum, key, encodeResult(checksum, key, given))).toEqual({ ok: true, value: expected });
      }),
    );
  });

  it('is refused when any single byte of it is changed, at any place', () => {
    const entry = encodeResult(checksum, KEY, SMALL);
    for (let position = 0; position < entry.length; position++) {
      const damaged = Buffer.from(entry);
      damaged[position] = (damaged[position] ?? 0) ^ 0x10;
      expect(decodeResult(checksum, KEY, damaged).ok, `byte ${position}`).toBe(false);
    }
  });

  it('is refused at any other length', () => {
    const entry = encodeResult(checksum, KEY, SMALL);
    for (let length = 0; length < entry.length; length++) {
      expect(decodeResult(checksum, KEY, entry.subarray(0, length)).ok, `length ${length}`).toBe(false);
    }
    expect(decodeResult(checksum, KEY, Buffer.concat([entry, Buffer.alloc(1)])).ok).toBe(false);
  });

  it('is refused under another key, and as a manifest', () => {
    const entry = encodeResult(checksum, KEY, SMALL);
    expect(decodeResult(checksum, 'f'.repeat(64), entry)).toEqual({ ok: false, error: 'entry of another key' });
    expect(decodeManifest(checksum, KEY, entry)).toEqual({ ok: false, error: 'not a manifest' });
    expect(decodeResult(checksum, KEY, encodeManifest(checksum, KEY, entry))).toEqual({
      ok: false,
      error: 'not a result',
    });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(decodeResult(checksum, KEY, Buffer.from(noise)).ok).toBe(false);
        expect(decodeResult(checksum, KEY, sealed(1, Buffer.from(noise))).ok).toBe(false);
      }),
    );
  });
});

describe('an entry whose checksum is right', () => {
  const withHeader = (header: unknown, rest = '') => {
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return decodeResult(checksum, KEY, sealed(1, Buffer.concat([length, text, Buffer.from(rest)])));
  };
  const header = { stdout: 1, stderr: 2, facts: {}, files: [{ role: 'object', mode: 0o600, length: 3 }] };

  it('is read as the grammar says', () => {
    expect(withHeader(header, 'oeeabc')).toEqual({
      ok: true,
      value: {
        stdout: Buffer.from('o'),
        stderr: Buffer.from('ee'),
        facts: {},
        files: [{ role: 'object', mode: 0o600, content: { kind: 'inline', bytes: Buffer.from('abc') } }],
      },
    });
  });

  it.each([
    ['lengths beyond the end', header, 'oeeab'],
    ['bytes that belong to nothing', header, 'oeeabcd'],
    ['a negative length', { ...header, stdout: -1 }, 'eeabc'],
    ['a length that is no integer', { ...header, stdout: 1.5 }, 'oeeabc'],
    ['a length that is no number', { ...header, stdout: '1' }, 'oeeabc'],
    ['a length without bound', { ...header, stdout: 1e300 }, 'oeeabc'],
    ['no facts', { ...header, facts: undefined }, 'oeeabc'],
    ['facts that are a list', { ...header, facts: [] }, 'oeeabc'],
    ['files that are no list', { ...header, files: {} }, 'oee'],
    ['a file that is none', { ...header, files: [null] }, 'oee'],
    ['a role that is no text', { ...header, files: [{ role: 1, mode: 0, length: 3 }] }, 'oeeabc'],
    ['a mode beyond the permission bits', { ...header, files: [{ role: 'x', mode: 0o10000, length: 3 }] }, 'oeeabc'],
    ['a path for a digest', { ...header, files: [{ role: 'x', mode: 0, length: 3, sha256: '../../x' }] }, 'oee'],
    ['a null digest', { ...header, files: [{ role: 'x', mode: 0, length: 3, sha256: null }] }, 'oeeabc'],
    ['a header that is no object', 'text', ''],
  ])('is refused for %s', (_, given, rest) => {
    expect(withHeader(given, rest).ok).toBe(false);
  });

  it('is refused for another version', () => {
    expect(decodeManifest(checksum, KEY, sealed(2, Buffer.from('x')))).toEqual({ ok: true, value: Buffer.from('x') });
    expect(decodeManifest(checksum, KEY, sealed(2, Buffer.from('x'), 2))).toEqual({
      ok: false,
      error: 'entry of version 2',
    });
  });
});

/** An entry made by hand from the grammar. */
function sealed(kind: number, body: Buffer, version = 1): Buffer {
  const keyAndBody = Buffer.concat([Buffer.from(KEY, 'hex'), body]);
  const envelope = Buffer.from([...Buffer.from('SCTE'), version, kind, 0, 0, ...Buffer.alloc(8)]);
  envelope.writeBigUInt64LE(checksum(keyAndBody, BigInt(version + 256 * kind)), 8);
  return Buffer.concat([envelope, keyAndBody]);
}
