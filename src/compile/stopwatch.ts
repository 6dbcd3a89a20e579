/** Splits the time of one request into phases. */
export class Stopwatch {
  /** Microseconds of each phase that has ended, in order. */
  readonly phases: Record<string, number> = {};
  readonly #now: () => number;
  readonly #startedMs: number;
  #lastMs: number;

  /** @param now milliseconds of the clock on which `startedMs` is */
  constructor(now: () => number, startedMs: number) {
    this.#now = now;
    this.#startedMs = startedMs;
    this.#lastMs = startedMs;
  }

  /** Ends a phase, or another piece of one: it began where the one before it ended. */
  lap(phase: string): void {
    const now = this.#now();
    this.phases[phase] = (this.phases[phase] ?? 0) + Math.round((now - this.#lastMs) * 1000);
    this.#lastMs = now;
  }

  /** Microseconds from the start to the end of the last phase. */
  get micros(): number {
    return Math.round((this.#lastMs - this.#startedMs) * 1000);
  }
}
