import { type Counters, zeroCounters } from '../stats/counters.ts';
import { countedSince, mergeCounters } from '../stats/merge.ts';
import type { SavedCounters } from '../stats/saved-counters.ts';

/**
 * What this daemon counts, added to what all daemons on the cache have counted. Saved now and then, so that a reboot loses
 * some seconds; nothing is done for a request.
 */
export class Statistics {
  readonly #count: () => Promise<Counters>;
  readonly #saved: SavedCounters | undefined;
  /** Of what `#count` gives, that which was saved. */
  #included = zeroCounters();
  /** What was saved by all, when last seen. */
  #known: Counters;
  #saving: Promise<void> | undefined;

  /**
   * @param count everything that was counted since this daemon began
   * @param saved undefined where nothing may be written
   */
  constructor(count: () => Promise<Counters>, saved: SavedCounters | undefined) {
    this.#count = count;
    this.#saved = saved;
    this.#known = saved?.read() ?? zeroCounters();
  }

  /** Everything that was counted since statistics were zeroed. */
  async total(): Promise<Counters> {
    await this.save();
    const counted = await this.#count();
    // Both as they are now: while it was counted, something may have been saved.
    return mergeCounters(this.#known, countedSince(counted, this.#included));
  }

  /** Saves what is new. What cannot be saved counts as long as this daemon runs. */
  save(): Promise<void> {
    this.#saving ??= this.#add().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  /** @param zeroOwn lets this daemon's own counters begin again */
  async zero(zeroOwn: () => Promise<void>): Promise<void> {
    await this.#saving;
    await zeroOwn();
    this.#included = zeroCounters();
    this.#known = zeroCounters();
    await this.#saved?.zero();
  }

  async #add(): Promise<void> {
    if (this.#saved === undefined) return;
    const counted = await this.#count();
    const fresh = countedSince(counted, this.#included);
    if (isNothing(fresh)) {
      this.#known = this.#saved.read();
      return;
    }
    // A copy: the counters go on.
    const included = structuredClone(counted);
    const sum = await this.#saved.add(fresh);
    if (sum === undefined) return;
    this.#known = sum;
    this.#included = included;
  }
}

function isNothing(counters: Counters): boolean {
  const { compileRequests, cacheWrites, cacheWriteErrors, cacheReadErrors } = counters;
  return compileRequests === 0 && cacheWrites === 0 && cacheWriteErrors === 0 && cacheReadErrors === 0;
}
