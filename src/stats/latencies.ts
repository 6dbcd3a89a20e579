/**
 * How often something took how long, in steps of an eighth of a power of two: few enough to be added up and saved, and a
 * quantile is right to one part in twenty.
 */
export type Latencies = Record<string, number>;

const STEPS_PER_DOUBLING = 8;

/** The shares that reports show: half of all, and the slowest. */
export const QUANTILES = [0.5, 0.95, 0.99] as const;

/** Counts one more. */
export function addLatency(latencies: Latencies, micros: number): void {
  const step = Math.floor(Math.log2(Math.max(1, micros)) * STEPS_PER_DOUBLING);
  latencies[step] = (latencies[step] ?? 0) + 1;
}

/** Takes one away that was counted before. */
export function removeLatency(latencies: Latencies, micros: number): void {
  const step = Math.floor(Math.log2(Math.max(1, micros)) * STEPS_PER_DOUBLING);
  const left = (latencies[step] ?? 0) - 1;
  if (left === 0) delete latencies[step];
  else latencies[step] = left;
}

/** Microseconds that this share of all took at most; undefined when there was none. */
export function quantile(latencies: Latencies, share: number): number | undefined {
  const steps = Object.entries(latencies)
    .map(([step, count]) => [Number(step), count] as const)
    .sort(([one], [other]) => one - other);
  let left = share * steps.reduce((sum, [, count]) => sum + count, 0);
  for (const [step, count] of steps) {
    left -= count;
    if (left <= 0 && count > 0) return 2 ** ((step + 0.5) / STEPS_PER_DOUBLING);
  }
  return undefined;
}
