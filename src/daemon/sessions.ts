import type { Counters } from '../stats/counters.ts';
import { zeroCounters } from '../stats/counters.ts';
import { mergeCounters } from '../stats/merge.ts';
import type { SavedSessions } from '../stats/saved-sessions.ts';

/** Where nothing can be saved, this many builds are kept in mind. */
const MOST_UNSAVED = 200;

/** Counters of builds that have a name: what workers have counted, until it is saved. */
export class Sessions {
  readonly #saved: SavedSessions | undefined;
  readonly #unsaved = new Map<string, Counters>();
  #saving: Promise<void> | undefined;

  /** @param saved undefined where nothing may be written */
  constructor(saved: SavedSessions | undefined) {
    this.#saved = saved;
  }

  /** Takes over what a worker has counted. */
  collect(counted: ReadonlyMap<string, Counters>): void {
    for (const [session, counters] of counted) {
      const sum = mergeCounters(this.#unsaved.get(session) ?? zeroCounters(), counters);
      this.#unsaved.delete(session);
      this.#unsaved.set(session, sum);
    }
    for (const [oldest] of this.#unsaved) {
      if (this.#unsaved.size <= MOST_UNSAVED) break;
      this.#unsaved.delete(oldest);
    }
  }

  /** Saves what is new. What cannot be saved is tried again. */
  save(): Promise<void> {
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  /** Everything that was counted of a session. */
  async total(session: string): Promise<Counters> {
    await this.save();
    return mergeCounters(this.#saved?.read(session) ?? zeroCounters(), this.#unsaved.get(session) ?? zeroCounters());
  }

  async #saveAll(): Promise<void> {
    if (this.#saved === undefined) return;
    for (const [session, counters] of [...this.#unsaved]) {
      this.#unsaved.delete(session);
      if (!(await this.#saved.add(session, counters))) this.collect(new Map([[session, counters]]));
    }
  }
}
