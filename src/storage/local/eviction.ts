import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../system/clock.ts';
import type { Files } from '../../system/files.ts';
import { type Layout, SHARDS, shardOf } from './layout.ts';
import type { Publisher } from './publish.ts';
import { diskBytes, type ScannedFile, scanShard, sizeOf } from './shard-scan.ts';
import { decodeSizes, EMPTY_SHARD, encodeSizes, type Sizes, unknownSizes } from './sizes.ts';
import { sweepTemporary } from './sweep.ts';

/** Evicting goes on to this part of the limit, so that it is not needed again for each put. */
const TARGET = 0.9;
/**
 * Of the shard with the oldest file, at least this part goes at a visit. Keys are evenly distributed, so the shards of
 * a large cache are of one age, and a visit that looks at thousands of files must not end with one removed. In a small
 * cache it is less than one file, and the order is that of age.
 */
const LEAST_PART = 0.1;
/** One shard is counted again for so many puts: all of them in 2,048, at a cost that no put notices. */
const PUTS_PER_RECOUNT = 8;

export interface EvictionOptions {
  readonly files: Files;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly limitBytes: number;
  readonly readOnly: boolean;
}

/**
 * Keeps the store below its limit by removing what was used longest ago (least recent modification time).
 *
 * Works in the background, a shard at a time, and only ever after a put: opening looks at nothing but sizes.json, and
 * no request waits for it. The totals are what was seen and put by this daemon; other daemons put and remove too, so
 * shards are counted again as puts go by, and a shard is always counted before anything in it is removed.
 */
export class Eviction {
  readonly #options: EvictionOptions;
  #sizes: Sizes = unknownSizes();
  #puts = 0;
  #recountsDue = 0;
  #nextRecount = 0;
  #wanted = false;
  #changed = false;
  #closed = false;
  #running: Promise<void> | undefined;

  constructor(options: EvictionOptions) {
    this.#options = options;
  }

  /** Takes over what the last daemon knew. */
  load(): void {
    const { files, layout } = this.#options;
    const read = files.read(layout.sizes);
    if (read.ok && read.value) this.#sizes = decodeSizes(read.value.bytes);
  }

  /** Bytes on the disk; undefined while some shard was not counted yet. */
  bytes(): number | undefined {
    let total = 0;
    for (const shard of this.#sizes) {
      if (shard === undefined) return undefined;
      total += shard.bytes;
    }
    return total;
  }

  /** A file called `name` was put in place of one with `before` bytes (0: of none). */
  added(name: string, before: number, now: number): void {
    const { clock } = this.#options;
    this.#change(name, diskBytes(now) - diskBytes(before), clock.now());
    this.#puts++;
    if (this.#puts % PUTS_PER_RECOUNT === 0) this.#recountsDue++;
    this.wake();
  }

  /** A file of `size` bytes called `name` was removed. */
  removed(name: string, size: number): void {
    this.#change(name, -diskBytes(size), Number.POSITIVE_INFINITY);
  }

  /** Counts what has to be counted and evicts when it is too much. The promise is that of the work under way. */
  wake(): Promise<void> {
    this.#wanted = true;
    if (this.#running === undefined && !this.#closed) {
      this.#running = this.#work().finally(() => {
        this.#running = undefined;
      });
    }
    return this.#running ?? Promise.resolve();
  }

  /** Stops at the next shard and writes down what is known. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#save();
  }

  #change(name: string, bytes: number, modifiedMs: number): void {
    const shard = shardOf(name);
    const size = this.#sizes[shard];
    this.#changed = true;
    if (size === undefined) return;
    const oldestMs = Math.min(size.oldestMs, modifiedMs);
    this.#sizes[shard] = { bytes: Math.max(0, size.bytes + bytes), oldestMs };
  }

  async #work(): Promise<void> {
    const { files, layout, clock, readOnly, limitBytes } = this.#options;
    if (!readOnly) await sweepTemporary(files, layout, clock);
    while (this.#wanted && !this.#closed) {
      this.#wanted = false;
      await this.#count();
      if (!readOnly && (this.bytes() ?? 0) > limitBytes) await this.#evict(limitBytes * TARGET);
    }
  }

  async #count(): Promise<void> {
    const unknown = this.#sizes.flatMap((size, shard) => (size === undefined ? [shard] : []));
    for (const shard of unknown) {
      if (this.#closed) return;
      await this.#scan(shard);
    }
    for (; this.#recountsDue > 0 && !this.#closed; this.#recountsDue--) {
      await this.#scan(this.#nextRecount);
      this.#nextRecount = (this.#nextRecount + 1) % SHARDS;
      if (this.#nextRecount === 0) await this.#save();
    }
    if (unknown.length > 0 && !this.#closed) await this.#save();
  }

  async #scan(shard: number): Promise<ScannedFile[]> {
    const { files, layout } = this.#options;
    await setImmediate();
    const found = await scanShard(files, layout, shard);
    this.#sizes[shard] = sizeOf(found);
    this.#changed = true;
    return found;
  }

  async #evict(target: number): Promise<void> {
    const stuck = new Set<number>();
    while (!this.#closed && (this.bytes() ?? 0) > target) {
      const [first, second] = this.#oldestShards(stuck);
      if (first === undefined) break;
      const nextMs = second === undefined ? Number.POSITIVE_INFINITY : this.#sizeAt(second).oldestMs;
      if (!(await this.#thin(first, nextMs, target))) stuck.add(first);
    }
    await this.#save();
  }

  /** Removes the oldest files of a shard. False when a file cannot be removed. */
  async #thin(shard: number, nextMs: number, target: number): Promise<boolean> {
    const found = await this.#scan(shard);
    found.sort((one, other) => one.modifiedMs - other.modifiedMs);
    // What made this the shard with the oldest file was used or removed since: another one's turn.
    if (found[0] === undefined || found[0].modifiedMs > nextMs) return true;
    const least = Math.floor(found.length * LEAST_PART);
    let excess = (this.bytes() ?? 0) - target;
    let count = 0;
    let removable = true;
    for (const { file, bytes, modifiedMs } of found) {
      if (excess <= 0 || (modifiedMs > nextMs && count >= least)) break;
      removable = this.#options.files.remove(file) || this.#options.files.stat(file) === undefined;
      if (!removable) break;
      excess -= bytes;
      count++;
    }
    this.#sizes[shard] = sizeOf(found.slice(count));
    return removable;
  }

  /** The two shards with the oldest files among those that hold any. */
  #oldestShards(without: ReadonlySet<number>): readonly (number | undefined)[] {
    const holding = this.#sizes.flatMap((size, shard) =>
      size && size.bytes > 0 && !without.has(shard) ? [shard] : [],
    );
    return holding.sort((one, other) => this.#sizeAt(one).oldestMs - this.#sizeAt(other).oldestMs).slice(0, 2);
  }

  #sizeAt(shard: number) {
    return this.#sizes[shard] ?? EMPTY_SHARD;
  }

  async #save(): Promise<void> {
    const { readOnly, publisher, layout } = this.#options;
    if (readOnly || !this.#changed) return;
    this.#changed = false;
    // Only a saving of time: when it fails the next daemon counts.
    await publisher.publish(layout.sizes, encodeSizes(this.#sizes));
  }
}
