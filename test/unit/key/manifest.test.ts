import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeManifest, encodeManifest, type ManifestResult, withResult } from '../../../src/key/manifest.ts';

const hexadecimal = fc.stringMatching(/^[0-9a-f]{64}$/);
const path = fc.stringMatching(/^[\u0001-\u00ff]{1,30}$/);
const result: fc.Arbitrary<ManifestResult> = fc
  .record({
    resultKey: hexadecimal,
    inputs: fc.array(fc.tuple(path, hexadecimal), { maxLength: 5 }),
    absent: fc.array(path, { maxLength: 5 }),
    circumstances: fc.array(fc.record({ kind: fc.constantFrom('day', 'zone', 'modified'), path, value: path })),
  })
  .map(({ resultKey, inputs, absent, circumstances }) => ({
    resultKey,
    paths: inputs.map(([name]) => name),
    digests: inputs.map(([, digest]) => digest),
    absent,
    circumstances,
  }));
const same = (text: string): string => text;

describe('a manifest', () => {
  it('survives writing and reading', () => {
    fc.assert(
      fc.property(fc.array(result, { maxLength: 4 }), (results) => {
        expect(decodeManifest(encodeManifest({ results }), same)).toEqual({ results });
      }),
      { numRuns: 60 },
    );
  });

  it('is nothing when it was cut off anywhere', () => {
    const bytes = encodeManifest({
      results: [
        { resultKey: 'a'.repeat(64), paths: ['x.h', 'y.h'], digests: ['1', '2'], absent: ['z.h'], circumstances: [] },
      ],
    });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeManifest(bytes.subarray(0, length), same)).toBeUndefined();
    }
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeManifest(Buffer.concat([Buffer.from('manifest 1\0'), bytes]), same);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the newest result first, each once, and not without end', () => {
    const made = (n: number): ManifestResult => ({
      resultKey: String(n).padStart(64, '0'),
      paths: [],
      digests: [],
      absent: [],
      circumstances: [],
    });
    let manifest = withResult(undefined, made(0));
    for (let n = 1; n < 100; n += 1) manifest = withResult(manifest, made(n));
    manifest = withResult(manifest, made(95));
    expect(manifest.results[0]).toEqual(made(95));
    expect(manifest.results.filter(({ resultKey }) => resultKey === made(95).resultKey)).toHaveLength(1);
    expect(manifest.results.length).toBeLessThan(50);
  });
});
