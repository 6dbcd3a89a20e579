import { describe, expect, it } from 'vitest';
import { toFixedEven } from '../../../src/stats/fixed.ts';

describe('rounding to the even digit', () => {
  it.each([
    // Exact ties.
    [3.125, 2, '3.12'],
    [9.375, 2, '9.38'],
    [0.125, 2, '0.12'],
    [99.875, 2, '99.88'],
    [0.5, 0, '0'],
    [1.5, 0, '2'],
    [2.5, 0, '2'],
    // No ties: 1.005 lies below, 2.675 too, and 1.1250000000000002 above.
    [1.005, 2, '1.00'],
    [2.675, 2, '2.67'],
    [1.125 + Number.EPSILON, 2, '1.13'],
    [100, 2, '100.00'],
    [0, 2, '0.00'],
  ])('%d with %d decimals is %s', (value, decimals, text) => {
    expect(toFixedEven(value, decimals)).toBe(text);
  });
});
