import { SHARDS } from './layout.ts';

/** How much there is of something, and how old it is. */
export interface Amount {
  /** On the disk, in whole blocks. */
  readonly bytes: number;
  /** Modification time of the oldest file; Infinity when there is none. A hint: a hit makes the file young again. */
  readonly oldestMs: number;
}

/** What one shard (entries and blobs of the same two digits) held when it was last looked at, and what was put since. */
export interface ShardSize {
  readonly all: Amount;
  /** The part that compressing would make smaller: blobs as they came. */
  readonly raw: Amount;
}

export const NOTHING: Amount = { bytes: 0, oldestMs: Number.POSITIVE_INFINITY };
export const EMPTY_SHARD: ShardSize = { all: NOTHING, raw: NOTHING };

/** Undefined: not known. */
export type Sizes = (ShardSize | undefined)[];

/** A walk through all shards: when it began, and which comes next (SHARDS: it is done). */
export interface Round {
  readonly startedMs: number;
  readonly next: number;
}

/** The round before the first one. */
export const NO_ROUND: Round = { startedMs: 0, next: SHARDS };

/** What is written down for the next daemon. */
export interface Memory {
  readonly sizes: Sizes;
  readonly round: Round;
}

/** Nothing is known. */
export function emptyMemory(): Memory {
  return { sizes: new Array<ShardSize | undefined>(SHARDS).fill(undefined), round: NO_ROUND };
}

/*
 * sizes.json, version 2:
 *   { "version": 2, "round": [startedMs, next], "shards": [ null | [bytes, oldestMs, raw bytes, raw oldestMs], … 256 of them ] }
 * Only what is true at times: other daemons put and remove, so each shard is counted again sooner or later.
 */
const VERSION = 2;

/** The bytes of sizes.json. */
export function encodeMemory({ sizes, round }: Memory): Buffer {
  const amount = ({ bytes, oldestMs }: Amount): number[] => [bytes, bytes === 0 ? 0 : oldestMs];
  const shards = sizes.map((shard) => (shard ? [...amount(shard.all), ...amount(shard.raw)] : null));
  return Buffer.from(JSON.stringify({ version: VERSION, round: [round.startedMs, round.next], shards }));
}

/** What the bytes of sizes.json say; nothing is known when they are not what this version writes. */
export function decodeMemory(bytes: Buffer): Memory {
  const document = documentIn(bytes);
  if (document === undefined) return emptyMemory();
  const sizes: Sizes = [];
  for (const shard of document.shards) {
    if (!isCounts(shard, 4)) {
      sizes.push(undefined);
      continue;
    }
    const [all = 0, oldestMs = 0, raw = 0, oldestRawMs = 0] = shard;
    sizes.push({ all: amountOf(all, oldestMs), raw: amountOf(raw, oldestRawMs) });
  }
  const [startedMs = 0, next = SHARDS] = isCounts(document.round, 2) ? document.round : [];
  return { sizes, round: { startedMs, next: Math.floor(next) } };
}

function amountOf(bytes: number, oldestMs: number): Amount {
  return bytes === 0 ? NOTHING : { bytes, oldestMs };
}

function documentIn(bytes: Buffer): { readonly shards: readonly unknown[]; readonly round: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('version' in value) || !('shards' in value) || !('round' in value)) return undefined;
    const { version, shards, round } = value;
    return version === VERSION && Array.isArray(shards) && shards.length === SHARDS ? { shards, round } : undefined;
  } catch {
    return undefined;
  }
}

function isCounts(value: unknown, count: number): value is readonly number[] {
  return Array.isArray(value) && value.length === count && value.every((each) => Number.isFinite(each) && each >= 0);
}
