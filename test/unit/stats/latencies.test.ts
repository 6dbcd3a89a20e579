import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addLatency, type Latencies, QUANTILES, quantile, removeLatency } from '../../../src/stats/latencies.ts';

it('quantiles are those of the numbers, to one part in twenty', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1 }), (numbers) => {
      const latencies: Latencies = {};
      for (const number of numbers) addLatency(latencies, number);
      const sorted = [...numbers].sort((one, other) => one - other);
      for (const share of QUANTILES) {
        const exact = sorted[Math.ceil(share * sorted.length - 1e-9) - 1] ?? 0;
        const told = quantile(latencies, share) ?? 0;
        expect(told / exact).toBeGreaterThan(0.95);
        expect(told / exact).toBeLessThan(1.05);
      }
      for (const number of numbers) removeLatency(latencies, number);
      expect(latencies).toEqual({});
    }),
  );
  expect(quantile({}, 0.5)).toBe(undefined);
});
