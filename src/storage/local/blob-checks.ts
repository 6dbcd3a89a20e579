import type { FileState, Files } from '../../system/files.ts';
import type { ByteString } from '../../util/bytes.ts';

/** What a blob's file turned out to be. */
export type BlobCheck =
  | { readonly kind: 'good'; readonly state: FileState }
  | { readonly kind: 'missing' }
  | { readonly kind: 'altered'; readonly detail: string };

/** Names that are remembered as verified: some 10 MiB when full; the first to come is the first to be checked again. */
const REMEMBERED = 65_536;

/**
 * Checks blobs: the length each time, the digest once for each state of the file. Hashing costs 0.6 ms a MiB, which a
 * hit pays once in a daemon's life; what this daemon wrote itself it need not read.
 */
export class BlobChecks {
  readonly #files: Files;
  readonly #verified = new Map<string, FileState>();

  constructor(files: Files) {
    this.#files = files;
  }

  check(file: ByteString, sha256: string, length: number): BlobCheck {
    const state = this.#files.stat(file);
    if (state === undefined) return { kind: 'missing' };
    if (state.size !== length) return { kind: 'altered', detail: `blob of ${state.size} bytes instead of ${length}` };
    const verified = this.#verified.get(sha256);
    if (verified !== undefined && sameState(verified, state)) return { kind: 'good', state };
    const read = this.#files.sha256(file);
    if (!read.ok) return { kind: 'altered', detail: `unreadable blob: ${read.error.detail}` };
    if (read.value === undefined) return { kind: 'missing' };
    if (read.value.digest !== sha256) return { kind: 'altered', detail: 'blob with another digest' };
    this.remember(sha256, read.value.state);
    return { kind: 'good', state: read.value.state };
  }

  /** Takes a state of a blob's file as verified. */
  remember(sha256: string, state: FileState): void {
    this.#verified.delete(sha256);
    this.#verified.set(sha256, state);
    if (this.#verified.size <= REMEMBERED) return;
    const first = this.#verified.keys().next();
    if (!first.done) this.#verified.delete(first.value);
  }
}

/** True when nothing was written to the file in between. */
export function sameState(one: FileState, other: FileState): boolean {
  return one.inode === other.inode && one.size === other.size && one.modifiedMs === other.modifiedMs;
}
