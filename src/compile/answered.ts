import type { Missed } from '../stats/journal/missed.ts';
import type { Compilation, Ended } from './compilation.ts';
import type { Stopwatch } from './stopwatch.ts';

/** How a request ended, with what there is to tell about it. */
export interface Answered extends Ended {
  /** What was to be compiled, where that was understood. */
  readonly compilation: Compilation | undefined;
  /** Stopped when the client had its last answer. */
  readonly stopwatch: Stopwatch;
  /** Why there was no hit, where one could have been. */
  readonly missed: Promise<Missed> | undefined;
}
