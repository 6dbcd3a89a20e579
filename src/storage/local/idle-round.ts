import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../system/clock.ts';
import type { Files } from '../../system/files.ts';
import type { Checksum } from '../checksum.ts';
import { flawOfCompressed } from '../compressed-blob.ts';
import { decodeManifest, decodeResult } from '../entry.ts';
import type { ColdBlobs } from './cold-blobs.ts';
import { SHARDS, shardOf } from './layout.ts';
import { diskBytes, type ScannedFile } from './shard-scan.ts';
import type { Totals } from './totals.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Nobody builds twice a day what he did not build for a day. */
const COLD_MS = DAY_MS;
/** A round looks into each file of one shard in so many, so that each file's contents are checked once a week. */
const ROUNDS_PER_CHECK = 7;
/** What a round reads and compresses: a tenth of what a slow solid-state disk can do, a quarter of one processor. */
const BYTES_PER_SECOND = 32 * 1024 * 1024;
/** Shorter pauses are saved up. */
const LEAST_PAUSE_MS = 20;

export interface IdleRoundParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly totals: Totals;
  readonly cold: ColdBlobs;
  readonly checksum: Checksum;
  readonly readOnly: boolean;
  /** True when there is something else to do; asked between two files at the latest. */
  readonly interrupted: () => boolean;
  /** Gets rid of a damaged file; false when that cannot be done. */
  readonly discard: (file: ScannedFile, detail: string) => boolean;
}

/**
 * What a daemon does when nobody asks anything of it: once a day it goes through all shards, a shard at a time, counts
 * what is there, compresses blobs that were not used for a day, and checks the contents of a seventh of the files.
 */
export class IdleRound {
  readonly #parts: IdleRoundParts;
  #debtMs = 0;

  constructor(parts: IdleRoundParts) {
    this.#parts = parts;
  }

  /** Goes through the next shard; one that is interrupted is begun again. False when no shard is due today. */
  async step(): Promise<boolean> {
    const { totals, clock, interrupted } = this.#parts;
    if (totals.round.next >= SHARDS) {
      const sinceMs = clock.now() - totals.round.startedMs;
      if (sinceMs >= 0 && sinceMs < DAY_MS) return false;
      totals.round = { startedMs: clock.now(), next: 0 };
    }
    const { startedMs, next } = totals.round;
    const checks = next % ROUNDS_PER_CHECK === Math.floor(startedMs / DAY_MS) % ROUNDS_PER_CHECK;
    for (const file of await totals.scan(next)) {
      if (interrupted()) return true;
      await this.#visit(file, checks);
    }
    totals.round = { startedMs, next: next + 1 };
    return true;
  }

  async #visit(file: ScannedFile, checks: boolean): Promise<void> {
    const { readOnly, clock } = this.#parts;
    const isCold = file.kind === 'blob' && file.state.modifiedMs < clock.now() - COLD_MS;
    if (isCold && !readOnly) await this.#compress(file);
    else if (checks) this.#check(file);
    else return;
    await this.#pause(file.state.size);
  }

  async #compress(file: ScannedFile): Promise<void> {
    const { cold, totals, interrupted, discard } = this.#parts;
    const { hash, state } = file;
    const compressed = await cold.compress(hash, interrupted);
    if (compressed.kind === 'damaged') discard(file, compressed.detail);
    if (compressed.kind !== 'compressed') return;
    const shard = shardOf(hash);
    totals.change({ shard, raw: true, bytes: -diskBytes(state.size) }, state.modifiedMs);
    totals.change({ shard, raw: false, bytes: diskBytes(compressed.size) }, state.modifiedMs);
  }

  #check(file: ScannedFile): void {
    const flaw = this.#flawOf(file);
    if (flaw !== undefined) this.#parts.discard(file, flaw);
  }

  /** What is wrong with a file's contents; undefined when nothing is, and when it cannot be read. */
  #flawOf({ file, kind, hash }: ScannedFile): string | undefined {
    const { files, checksum } = this.#parts;
    if (kind === 'blob') {
      const digest = files.sha256(file);
      return digest.ok && digest.value && digest.value.digest !== hash ? 'blob with another digest' : undefined;
    }
    const read = files.read(file);
    if (!read.ok || read.value === undefined) return undefined;
    const { bytes } = read.value;
    if (kind === 'compressed') return flawOfCompressed(checksum, bytes);
    const decoded = kind === 'result' ? decodeResult(checksum, hash, bytes) : decodeManifest(checksum, hash, bytes);
    return decoded.ok ? undefined : decoded.error;
  }

  async #pause(size: number): Promise<void> {
    this.#debtMs += (diskBytes(size) / BYTES_PER_SECOND) * 1000;
    if (this.#debtMs < LEAST_PAUSE_MS) return;
    const pause = this.#debtMs;
    this.#debtMs = 0;
    await setTimeout(pause);
  }
}
