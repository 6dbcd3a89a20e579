/** Interleaved sampling: the tools take turns, so that a slow minute of the machine is a slow minute for all of them. */
import { Progress } from '../demo/terminal.mjs';

/**
 * Takes `rounds` samples of each subject `{ name, sample }`; each round starts with another subject.
 * `sample()` gives milliseconds. The result maps names to samples; the samples of one index were taken side by side.
 */
export async function interleave(label, rounds, subjects) {
  const samples = new Map(subjects.map(({ name }) => [name, []]));
  const progress = new Progress(label, rounds);
  try {
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < subjects.length; i++) {
        const { name, sample } = subjects[(round + i) % subjects.length];
        samples.get(name).push(await sample());
      }
      progress.update(round + 1);
    }
  } finally {
    progress.finish();
  }
  return samples;
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios of samples that were taken side by side: less noisy than the ratio of the medians. */
export function pairedRatio(samples, reference) {
  return median(samples.map((value, i) => value / reference[i]));
}
