import type { FileState } from '../../system/files.ts';
import type { StoredResult, StoreKey } from '../storage.ts';
import type { BlobName } from './blobs.ts';

/** A decoded result with the state of the entry file that it was read from. */
export interface HeldResult {
  readonly state: FileState;
  readonly result: StoredResult;
  readonly blobs: readonly BlobName[];
}

/** Objects and strings around the bytes, by rough count. */
const OVERHEAD = 1024;

/** Results that were read lately, up to a number of bytes; the least recently used goes first. */
export class RecentResults {
  readonly #limit: number;
  readonly #held = new Map<StoreKey, HeldResult>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get(key: StoreKey): HeldResult | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held;
  }

  /** Keeps a result, unless it is so large that a handful would fill the memory. */
  set(key: StoreKey, held: HeldResult): void {
    this.delete(key);
    if (weightOf(held) > this.#limit / 64) return;
    this.#held.set(key, held);
    this.#bytes += weightOf(held);
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#limit) break;
      this.delete(oldest);
    }
  }

  delete(key: StoreKey): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#bytes -= weightOf(held);
  }
}

function weightOf(held: HeldResult): number {
  return held.state.size + OVERHEAD;
}
