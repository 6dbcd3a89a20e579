import { hash } from 'node:crypto';
import type { Files } from '../system/files.ts';
import { type ByteString, fromText } from '../util/bytes.ts';
import type { Counters } from './counters.ts';
import { SavedCounters } from './saved-counters.ts';

/** A build that nobody has asked about for so long is over. */
const OLDEST_MS = 30 * 24 * 60 * 60 * 1000;

/** The counters of builds that have a name (`SCCACHE_SESSION`), one file each beside those of all. */
export class SavedSessions {
  readonly #directory: ByteString;
  readonly #files: Files;
  readonly #now: () => number;

  constructor(cacheDirectory: string, files: Files, now: () => number = Date.now) {
    this.#directory = fromText(`${cacheDirectory}/stats/sessions`);
    this.#files = files;
    this.#now = now;
  }

  /** What all daemons have saved of it; zero of one that there is none of. */
  read(session: string): Counters {
    return this.#counters(session).read();
  }

  /** False when they could not be saved (now). */
  async add(session: string, counters: Counters): Promise<boolean> {
    if (this.#files.stat(this.#fileOf(session)) === undefined) await this.#sweep();
    return (await this.#counters(session).add(counters)) !== undefined;
  }

  async #sweep(): Promise<void> {
    for (const name of await this.#files.list(this.#directory)) {
      const file = `${this.#directory}/${name}`;
      const state = this.#files.stat(file);
      if (state && this.#now() - state.modifiedMs > OLDEST_MS) this.#files.remove(file);
    }
  }

  #counters(session: string): SavedCounters {
    return new SavedCounters(this.#fileOf(session), this.#files, this.#now);
  }

  /** A name may have anything in it. */
  #fileOf(session: string): ByteString {
    return `${this.#directory}/${hash('sha256', session)}.json`;
  }
}
