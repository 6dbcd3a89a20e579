import { SHARDS } from './layout.ts';

/** What one shard (entries and blobs of the same two digits) held when it was last looked at, and what was put since. */
export interface ShardSize {
  /** On the disk, in whole blocks. */
  readonly bytes: number;
  /** Modification time of the oldest file; Infinity when there is none. A hint: a hit makes the file young again. */
  readonly oldestMs: number;
}

export const EMPTY_SHARD: ShardSize = { bytes: 0, oldestMs: Number.POSITIVE_INFINITY };

/** Undefined: not known. */
export type Sizes = (ShardSize | undefined)[];

/** All shards unknown. */
export function unknownSizes(): Sizes {
  return new Array<ShardSize | undefined>(SHARDS).fill(undefined);
}

/*
 * sizes.json, version 1: { "version": 1, "shards": [ null | [bytes, oldestMs], … 256 of them ] }
 * Only what is true at times: other daemons put and remove, so each shard is counted again sooner or later.
 */
const VERSION = 1;

/** The bytes of sizes.json. */
export function encodeSizes(sizes: Sizes): Buffer {
  const shards = sizes.map((shard) => (shard ? [shard.bytes, shard.bytes === 0 ? 0 : shard.oldestMs] : null));
  return Buffer.from(JSON.stringify({ version: VERSION, shards }));
}

/** The sizes in the bytes of sizes.json; all unknown when they are not what this version writes. */
export function decodeSizes(bytes: Buffer): Sizes {
  const sizes = unknownSizes();
  const shards = shardsIn(bytes);
  for (const [index, shard] of shards.entries()) {
    if (!Array.isArray(shard)) continue;
    const [size, oldestMs]: readonly unknown[] = shard;
    if (!isCount(size) || !isCount(oldestMs)) return unknownSizes();
    sizes[index] = size === 0 ? EMPTY_SHARD : { bytes: size, oldestMs };
  }
  return sizes;
}

function shardsIn(bytes: Buffer): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value !== 'object' || value === null || !('version' in value) || !('shards' in value)) return [];
    const { version, shards } = value;
    return version === VERSION && Array.isArray(shards) && shards.length === SHARDS ? shards : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
