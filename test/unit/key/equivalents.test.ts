import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEquivalents,
  type EquivalentSet,
  encodeEquivalents,
  SPEECH,
  withSet,
} from '../../../src/key/equivalents.ts';

const field = fc.string({
  maxLength: 8,
  unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
});
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const set: fc.Arbitrary<EquivalentSet> = fc
  .record({
    resultKey: digest,
    checkout: field,
    fixed: fc.boolean(),
    speech: fc.constantFrom(...SPEECH),
    inputs: fc.array(fc.tuple(field, digest, field, field, field)),
    absent: fc.array(field),
    defines: fc.array(field),
    route: fc.record({
      directory: field,
      source: field,
      own: fc.array(field),
      search: fc.record({
        quote: fc.array(field),
        angle: fc.array(field),
        missing: fc.array(field),
        frameworks: fc.constant([]),
      }),
    }),
  })
  .map(({ inputs, ...rest }) => ({
    paths: inputs.map(([path]) => path),
    digests: inputs.map(([, contents]) => contents),
    numbered: inputs.map(([, , form]) => form),
    unnumbered: inputs.map(([, , , form]) => form),
    tight: inputs.map(([, , , , form]) => form),
    ...rest,
  }));

describe('a list of equivalents', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(set, { maxLength: 4 }), (sets) => {
        expect(decodeEquivalents(encodeEquivalents(sets))).toEqual(sets);
      }),
    );
  });

  it('is not read when a part is missing or too many', () => {
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 3 }), fc.nat(), (sets, cut) => {
        const bytes = encodeEquivalents(sets);
        expect(decodeEquivalents(bytes.subarray(0, cut % bytes.length))).toBeUndefined();
        expect(decodeEquivalents(Buffer.concat([bytes, Buffer.from('x\0')]))).toBeUndefined();
      }),
    );
  });

  it('keeps the newest of each result, and not too many', () => {
    const [first] = fc.sample(set, 1);
    if (first === undefined) throw new Error('no sample');
    const many = Array.from({ length: 20 }, (_, index) => ({ ...first, resultKey: String(index).padStart(64, '0') }));
    const kept = many.reduce<readonly EquivalentSet[]>(withSet, []);
    expect(kept.map(({ resultKey }) => Number(resultKey))).toEqual([19, 18, 17, 16, 15, 14, 13, 12]);
    expect(
      withSet(kept, { ...first, resultKey: '15'.padStart(64, '0') }).map(({ resultKey }) => Number(resultKey)),
    ).toEqual([15, 19, 18, 17, 16, 14, 13, 12]);
  });
});
