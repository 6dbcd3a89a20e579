import type { Clock } from '../../system/clock.ts';
import type { Files } from '../../system/files.ts';
import type { ColdBlobs } from './cold-blobs.ts';
import { shardOf } from './layout.ts';
import { diskBytes, type ScannedFile } from './shard-scan.ts';
import type { Part, Totals } from './totals.ts';

/** Making room goes on to this part of the limit, so that it is not needed again for each put. */
const TARGET = 0.9;
/**
 * Blobs that were used last stay as they came, up to this part of the limit: without it a cache full of compressed blobs
 * would compress what was just put, and nothing old would ever go.
 */
const HOT_PART = 0.25;
/** Over the limit by more than this part of it and these bytes, puts come faster than they can be compressed. */
const HURRY_PART = 0.1;
const HURRY_BYTES = 64 * 1024 * 1024;
/**
 * Of the shard with the oldest file, at least this part is treated at a visit. Keys are evenly distributed, so the shards
 * of a large cache are of one age, and a visit that looks at thousands of files must not end with one. In a small
 * cache it is less than one file, and the order is that of age.
 */
const LEAST_PART = 0.1;

export interface EvictionParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly totals: Totals;
  readonly cold: ColdBlobs;
  readonly limitBytes: number;
  /** True when the daemon ends: work stops at the next file. */
  readonly halted: () => boolean;
  /** Gets rid of a damaged file; false when that cannot be done. */
  readonly discard: (file: ScannedFile, detail: string) => boolean;
}

/** A way to make a file smaller; false when it cannot be done. */
type Shrink = (file: ScannedFile) => Promise<boolean>;

/**
 * Keeps the store below its limit. What was used longest ago (least recent modification time) is compressed first; when all
 * but the last used blobs are, what was used longest ago is removed.
 *
 * Works shard by shard, and always scans a shard before anything in it is touched.
 */
export class Eviction {
  readonly #parts: EvictionParts;

  constructor(parts: EvictionParts) {
    this.#parts = parts;
  }

  /** Does nothing while the totals are below the limit or not known. */
  async makeRoom(): Promise<void> {
    const { totals, limitBytes } = this.#parts;
    const bytes = (): number => totals.bytes('all') ?? 0;
    const target = limitBytes * TARGET;
    if (bytes() <= limitBytes) return;
    if (bytes() <= limitBytes + Math.max(limitBytes * HURRY_PART, HURRY_BYTES)) {
      const hot = limitBytes * HOT_PART;
      const excess = (): number => Math.min(bytes() - target, (totals.bytes('raw') ?? 0) - hot);
      await this.#shrinkOldest('raw', excess, (file) => this.#compress(file));
    }
    await this.#shrinkOldest(
      'all',
      () => bytes() - target,
      async (file) => this.#remove(file),
    );
  }

  async #shrinkOldest(part: Part, excess: () => number, shrink: Shrink): Promise<void> {
    const stuck = new Set<number>();
    while (!this.#parts.halted() && excess() > 0) {
      const [first, second] = this.#parts.totals.byAge(part).filter(({ shard }) => !stuck.has(shard));
      if (first === undefined) return;
      const nextMs = second?.oldestMs ?? Number.POSITIVE_INFINITY;
      if (!(await this.#thin(first.shard, part, nextMs, excess, shrink))) stuck.add(first.shard);
    }
  }

  /** Shrinks the oldest files of a shard. False when one of them cannot be. */
  async #thin(shard: number, part: Part, nextMs: number, excess: () => number, shrink: Shrink): Promise<boolean> {
    const { totals, halted } = this.#parts;
    const found = (await totals.scan(shard)).filter(({ kind }) => part === 'all' || kind === 'blob');
    found.sort((one, other) => one.state.modifiedMs - other.state.modifiedMs);
    // What made this the shard with the oldest file was used or removed since: another one's turn.
    if (found[0] === undefined || found[0].state.modifiedMs > nextMs) return true;
    const least = Math.floor(found.length * LEAST_PART);
    let able = true;
    for (const [index, file] of found.entries()) {
      if (halted() || excess() <= 0 || (file.state.modifiedMs > nextMs && index >= least)) break;
      able = await shrink(file);
      if (!able) break;
    }
    // For its oldest file: a second look is cheaper than to keep books beside the puts that go on.
    await totals.scan(shard);
    return able;
  }

  #remove({ file, hash, kind, state }: ScannedFile): boolean {
    const { files, totals, clock } = this.#parts;
    if (!files.remove(file) && files.stat(file) !== undefined) return false;
    totals.change({ shard: shardOf(hash), raw: kind === 'blob', bytes: -diskBytes(state.size) }, clock.now());
    return true;
  }

  async #compress(file: ScannedFile): Promise<boolean> {
    const { totals, clock, cold, halted, discard } = this.#parts;
    const { hash, state } = file;
    const shard = shardOf(hash);
    const compressed = await cold.compress(hash, halted);
    if (compressed.kind === 'damaged') return discard(file, compressed.detail);
    if (compressed.kind !== 'compressed') return compressed.kind === 'left';
    totals.change({ shard, raw: true, bytes: -diskBytes(state.size) }, clock.now());
    totals.change({ shard, raw: false, bytes: diskBytes(compressed.size) }, state.modifiedMs);
    return true;
  }
}
