import { setImmediate } from 'node:timers/promises';
import type { Files } from '../../system/files.ts';
import type { Layout } from './layout.ts';
import type { Change } from './ledger.ts';
import type { Publisher } from './publish.ts';
import { diskBytes, type ScannedFile, scanShard } from './shard-scan.ts';
import {
  type Amount,
  decodeMemory,
  EMPTY_SHARD,
  emptyMemory,
  encodeMemory,
  type Memory,
  NOTHING,
  type Round,
  type ShardSize,
} from './sizes.ts';

/** Which part of a shard is meant: everything, or the blobs that are not compressed. */
export type Part = keyof ShardSize;

/**
 * How much each shard holds: what was seen when it was scanned last and what was put and removed since, remembered in
 * sizes.json so that opening looks at no directory. Other daemons put and remove too; scanning again puts that right.
 */
export class Totals {
  readonly #files: Files;
  readonly #layout: Layout;
  #memory: Memory = emptyMemory();
  #unsaved = false;

  constructor(files: Files, layout: Layout) {
    this.#files = files;
    this.#layout = layout;
  }

  /** Takes over what the last daemon knew. */
  load(): void {
    const read = this.#files.read(this.#layout.sizes);
    if (read.ok && read.value) this.#memory = decodeMemory(read.value.bytes);
  }

  /** Writes down what is known, if that is news. When it fails the next daemon counts. */
  async save(publisher: Publisher): Promise<void> {
    if (!this.#unsaved) return;
    this.#unsaved = false;
    await publisher.publish(this.#layout.sizes, encodeMemory(this.#memory));
  }

  /** Bytes on the disk; undefined while some shard was not counted yet. */
  bytes(part: Part): number | undefined {
    let total = 0;
    for (const shard of this.#memory.sizes) {
      if (shard === undefined) return undefined;
      total += shard[part].bytes;
    }
    return total;
  }

  /** The shards that were not counted yet. */
  unknown(): readonly number[] {
    return this.#memory.sizes.flatMap((size, shard) => (size === undefined ? [shard] : []));
  }

  /** The shards that hold some of this part, the one with the oldest file first. */
  byAge(part: Part): readonly { readonly shard: number; readonly oldestMs: number }[] {
    return this.#memory.sizes
      .flatMap((size, shard) => (size && size[part].bytes > 0 ? [{ shard, oldestMs: size[part].oldestMs }] : []))
      .sort((one, other) => one.oldestMs - other.oldestMs);
  }

  /** Something was put (or, with less than 0 bytes, removed) at this time. */
  change({ shard, raw, bytes }: Change, nowMs: number): void {
    const size = this.#memory.sizes[shard];
    this.#unsaved = true;
    if (size === undefined) return;
    const all = changed(size.all, bytes, nowMs);
    this.#memory.sizes[shard] = { all, raw: raw ? changed(size.raw, bytes, nowMs) : size.raw };
  }

  /** Looks at all files of a shard, and knows its size from then on. */
  async scan(shard: number): Promise<ScannedFile[]> {
    await setImmediate();
    const found = await scanShard(this.#files, this.#layout, shard);
    this.#memory.sizes[shard] = found.reduce(withFile, EMPTY_SHARD);
    this.#unsaved = true;
    return found;
  }

  get round(): Round {
    return this.#memory.round;
  }

  set round(round: Round) {
    this.#memory = { ...this.#memory, round };
    this.#unsaved = true;
  }
}

function changed({ bytes, oldestMs }: Amount, by: number, nowMs: number): Amount {
  const now = Math.max(0, bytes + by);
  return now === 0 ? NOTHING : { bytes: now, oldestMs: by > 0 ? Math.min(oldestMs, nowMs) : oldestMs };
}

function withFile({ all, raw }: ShardSize, { kind, state }: ScannedFile): ShardSize {
  const add = ({ bytes, oldestMs }: Amount): Amount => ({
    bytes: bytes + diskBytes(state.size),
    oldestMs: Math.min(oldestMs, state.modifiedMs),
  });
  return { all: add(all), raw: kind === 'blob' ? add(raw) : raw };
}
