import { setTimeout } from 'node:timers/promises';
import { type Clock, systemClock } from '../../system/clock.ts';
import { type Files, RealFiles } from '../../system/files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { type Checksum, loadChecksum } from '../checksum.ts';
import { sameState } from './blob-checks.ts';
import { ColdBlobs } from './cold-blobs.ts';
import { Eviction } from './eviction.ts';
import { IdleRound } from './idle-round.ts';
import { layoutOf, SHARDS, shardOf } from './layout.ts';
import type { Change, Ledger } from './ledger.ts';
import { Publisher } from './publish.ts';
import { diskBytes, type ScannedFile } from './shard-scan.ts';
import { sweepTemporary } from './sweep.ts';
import { Totals } from './totals.ts';

/** One shard is counted again for so many puts: all of them in 2,048, at a cost that no put notices. */
const PUTS_PER_RECOUNT = 8;
/** A small cache is counted before anybody who asks for its size notices; the size of a large one is told next time. */
const COUNTING_MS = 250;
/** What a daemon that is killed has not written down, at most. */
const SAVE_MS = 5_000;

export interface UpkeepOptions {
  /** The cache directory, absolute. */
  readonly directory: ByteString;
  readonly limitBytes: number;
  /** Nothing in the directory is changed; it is counted and checked all the same. */
  readonly readOnly: boolean;
  /** Told what was wrong with a file that was removed. */
  readonly note: (topic: string, detail: string) => void;
  readonly files?: Files;
  readonly clock?: Clock;
}

/**
 * The upkeep of a cache directory: its totals, making room when they exceed the limit, and what is done in idle times. One
 * for a daemon, whatever its workers. Works in the background, a shard at a time; opening looks at nothing but sizes.json.
 */
export class Upkeep implements Ledger {
  readonly #clock: Clock;
  readonly #files: Files;
  readonly #readOnly: boolean;
  readonly #note: UpkeepOptions['note'];
  readonly #totals: Totals;
  readonly #publisher: Publisher;
  readonly #eviction: Eviction;
  readonly #round: IdleRound;
  readonly #sweep: () => Promise<void>;
  #puts = 0;
  #recountsDue = 0;
  #nextRecount = 0;
  #damagedFiles = 0;
  #swept = false;
  #due = false;
  #idle = false;
  #closed = false;
  #running: Promise<void> | undefined;
  #saving: NodeJS.Timeout | undefined;

  private constructor(options: UpkeepOptions, checksum: Checksum) {
    const { directory, limitBytes, readOnly, note, files = new RealFiles(), clock = systemClock } = options;
    const layout = layoutOf(directory);
    this.#clock = clock;
    this.#files = files;
    this.#readOnly = readOnly;
    this.#note = note;
    this.#totals = new Totals(files, layout);
    this.#publisher = new Publisher(files, layout);
    this.#sweep = () => sweepTemporary(files, layout, clock);
    const cold = new ColdBlobs({ files, layout, publisher: this.#publisher, checksum });
    const discard = (file: ScannedFile, detail: string): boolean => this.#discard(file, detail);
    const parts = { files, clock, totals: this.#totals, cold, discard };
    this.#eviction = new Eviction({ ...parts, limitBytes, halted: () => this.#closed });
    const interrupted = (): boolean => this.#closed || this.#due || !this.#idle;
    this.#round = new IdleRound({ ...parts, checksum, readOnly, interrupted });
  }

  static async open(options: UpkeepOptions): Promise<Upkeep> {
    const upkeep = new Upkeep(options, await loadChecksum());
    upkeep.#totals.load();
    return upkeep;
  }

  changed(change: Change): void {
    this.#totals.change(change, this.#clock.now());
    if (change.bytes < 0) return;
    this.#puts++;
    if (this.#puts % PUTS_PER_RECOUNT === 0) this.#recountsDue++;
    this.#due = true;
    void this.#wake();
  }

  damaged(): void {
    this.#damagedFiles++;
  }

  /** Damaged files that were found since the start or the last `zero`. */
  get damagedFiles(): number {
    return this.#damagedFiles;
  }

  zero(): void {
    this.#damagedFiles = 0;
  }

  async bytes(): Promise<number | undefined> {
    if (this.#totals.bytes('all') === undefined) {
      this.#due = true;
      await Promise.race([this.#wake(), setTimeout(COUNTING_MS, undefined, { ref: false })]);
    }
    return this.#totals.bytes('all');
  }

  /** Tells whether anybody asks anything of this daemon. Resolves with true when all that is to be done is done and saved. */
  async setIdle(idle: boolean): Promise<boolean> {
    this.#idle = idle;
    if (!idle) return false;
    await this.#wake();
    if (this.#idle) await this.#save();
    return this.#idle && this.#running === undefined;
  }

  /** Stops at the next file and writes down what is known. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#save();
  }

  /** The promise is that of the work under way. */
  #wake(): Promise<void> {
    if (this.#running === undefined && !this.#closed) {
      this.#running = this.#work().finally(() => {
        this.#running = undefined;
        this.#saveSoon();
      });
    }
    return this.#running ?? Promise.resolve();
  }

  async #work(): Promise<void> {
    while (!this.#closed) {
      if (this.#due) {
        this.#due = false;
        await this.#settle();
      } else if (!this.#idle || !(await this.#round.step())) {
        return;
      }
    }
  }

  async #settle(): Promise<void> {
    if (!this.#swept && !this.#readOnly) await this.#sweep();
    this.#swept = true;
    for (const shard of this.#totals.unknown()) {
      if (this.#closed) return;
      await this.#totals.scan(shard);
    }
    for (; this.#recountsDue > 0 && !this.#closed; this.#recountsDue--) {
      await this.#totals.scan(this.#nextRecount);
      this.#nextRecount = (this.#nextRecount + 1) % SHARDS;
    }
    if (!this.#readOnly) await this.#eviction.makeRoom();
  }

  /** Counts a damaged file and removes it, unless somebody has put another in its place meanwhile. */
  #discard({ file, hash, kind, state }: ScannedFile, detail: string): boolean {
    const now = this.#files.stat(file);
    if (now === undefined || !sameState(now, state)) return true;
    this.damaged();
    this.#note('damaged', `${kind} ${hash}: ${detail}`);
    if (this.#readOnly || !this.#files.remove(file)) return false;
    this.#totals.change(
      { shard: shardOf(hash), raw: kind === 'blob', bytes: -diskBytes(state.size) },
      this.#clock.now(),
    );
    return true;
  }

  #saveSoon(): void {
    if (this.#closed || this.#saving !== undefined) return;
    this.#saving = globalThis.setTimeout(() => void this.#save(), SAVE_MS).unref();
  }

  async #save(): Promise<void> {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    if (!this.#readOnly) await this.#totals.save(this.#publisher);
  }
}
