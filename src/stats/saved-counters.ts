import { join } from 'node:path';
import type { Files } from '../system/files.ts';
import { type ByteString, fromText } from '../util/bytes.ts';
import { directoryOf } from '../util/path.ts';
import { type Counters, zeroCounters } from './counters.ts';
import { mergeCounters } from './merge.ts';

/**
 * Counters that outlive daemons, shared by all that use one cache directory:
 *
 *   saved = JSON { "format": 1, "counters": Counters }
 *
 * Each daemon adds what it has counted since it last did. A file beside it keeps two of them from doing so at once; one that
 * is older than any addition takes was left behind by a daemon that was killed.
 */
export class SavedCounters {
  readonly #file: ByteString;
  readonly #files: Files;
  readonly #now: () => number;

  /** @param file where they are; its directory need not exist */
  constructor(file: ByteString, files: Files, now: () => number = Date.now) {
    this.#file = file;
    this.#files = files;
    this.#now = now;
  }

  /** What all daemons have saved. A file that is missing or damaged counts nothing. */
  read(): Counters {
    const read = this.#files.read(this.#file);
    return (read.ok && read.value && decodeCounters(read.value.bytes.toString())) || zeroCounters();
  }

  /** Adds counters; the sum, or undefined when they could not be saved (now). */
  add(counters: Counters): Promise<Counters | undefined> {
    return this.#replace(() => mergeCounters(this.read(), counters));
  }

  /** Back to zero; false when that could not be saved. */
  async zero(): Promise<boolean> {
    return (await this.#replace(zeroCounters)) !== undefined;
  }

  async #replace(make: () => Counters): Promise<Counters | undefined> {
    const lock = `${this.#file}.lock`;
    await this.#files.makeDirectory(directoryOf(this.#file), 0o700);
    const held = this.#files.stat(lock);
    if (held && this.#now() - held.modifiedMs > OLDEST_LOCK_MS) this.#files.remove(lock);
    const locked = await this.#files.create(lock, Buffer.alloc(0));
    if (!locked.ok) return undefined;
    try {
      const counters = make();
      const temporary = `${this.#file}.new`;
      this.#files.remove(temporary);
      const created = await this.#files.create(temporary, Buffer.from(JSON.stringify({ format: FORMAT, counters })));
      const renamed = created.ok ? await this.#files.rename(temporary, this.#file) : created;
      return renamed.ok ? counters : undefined;
    } finally {
      this.#files.remove(lock);
    }
  }
}

/** Where the counters of a cache directory are. */
export function savedCountersFile(cacheDirectory: string): ByteString {
  return fromText(join(cacheDirectory, 'stats', 'counters.json'));
}

const FORMAT = 1;
const OLDEST_LOCK_MS = 10_000;

function decodeCounters(text: string): Counters | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['format'] !== FORMAT) return undefined;
  // What an earlier version did not count is zero.
  const counters = isRecord(value['counters']) && { ...zeroCounters(), ...value['counters'] };
  return isCounters(counters) ? counters : undefined;
}

/** Every field of `Counters` is there and counts something. */
function isCounters(value: unknown): value is Counters {
  if (!isRecord(value)) return false;
  return Object.entries(zeroCounters()).every(([name, zero]) => isLike(zero, value[name]));
}

function isLike(zero: unknown, value: unknown): boolean {
  if (typeof zero === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (!isRecord(zero) || !isRecord(value)) return false;
  const parts = Object.entries(zero);
  if (parts.length > 0) return parts.every(([name, part]) => isLike(part, value[name]));
  return Object.values(value).every((count) => typeof count === 'number' && Number.isFinite(count));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
