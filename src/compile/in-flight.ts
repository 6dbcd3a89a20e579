/**
 * How long a request waits for an equal one, in ms. Less than a client's patience for its first answer (10 s); a longer
 * compile is then done twice, which is what would have happened without the cache.
 */
const LONGEST_WAIT_MS = 5_000;

/** Compiles that are under way, by manifest key: an equal request waits for the first one's result. */
export class InFlight {
  readonly #running = new Map<string, Promise<void>>();

  /** Marks a compile as begun; call the returned function when its result is stored, or is known not to be. */
  begin(key: string): () => void {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#running.set(key, ended);
    return () => {
      if (this.#running.get(key) === ended) this.#running.delete(key);
      end();
    };
  }

  isRunning(key: string): boolean {
    return this.#running.has(key);
  }

  /** Resolves when no equal compile is under way, or after the longest sensible wait. */
  async settled(key: string): Promise<void> {
    const running = this.#running.get(key);
    if (running === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_WAIT_MS);
    });
    await Promise.race([running, patience]);
    clearTimeout(timer);
  }
}
