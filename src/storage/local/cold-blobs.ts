import { type FileState, type Files, isAbsent } from '../../system/files.ts';
import type { Checksum } from '../checksum.ts';
import { compressBlob, decompressBlob } from '../compressed-blob.ts';
import { loadZstd } from '../zstd.ts';
import { sameState } from './blob-checks.ts';
import type { Layout } from './layout.ts';
import type { Publisher } from './publish.ts';

/** What became of a blob that was to be compressed. */
export type Compressed =
  | { readonly kind: 'compressed'; readonly size: number }
  /** Somebody removed or used it, or there was no time. */
  | { readonly kind: 'left' }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string };

/** What is in a compressed blob. */
export type ColdContent =
  | { readonly kind: 'content'; readonly bytes: Buffer }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly detail: string; readonly state: FileState };

export interface ColdBlobsParts {
  readonly files: Files;
  readonly layout: Layout;
  readonly publisher: Publisher;
  readonly checksum: Checksum;
}

/**
 * Turns blobs that nobody uses into compressed files, and reads these. The new file is published before the old one goes, here
 * and where a blob is restored (`blobs.ts`), so whoever looks finds one of them. Two daemons that turn the same blob in opposite directions at the same moment may lose it between
 * them: that is a miss, as if it had been evicted.
 */
export class ColdBlobs {
  readonly #parts: ColdBlobsParts;

  constructor(parts: ColdBlobsParts) {
    this.#parts = parts;
  }

  /**
   * Replaces a blob by its compressed file, which takes over its age.
   *
   * @param halted asked every millisecond or so; true leaves the blob as it is
   */
  async compress(sha256: string, halted: () => boolean): Promise<Compressed> {
    const { files, layout, publisher, checksum } = this.#parts;
    const file = layout.blobFile(sha256);
    const before = files.stat(file);
    const raw = await files.load(file);
    if (before === undefined) return { kind: 'left' };
    if (!raw.ok) return isAbsent(raw.error.code) ? { kind: 'left' } : { kind: 'failed', detail: raw.error.detail };
    const compressed = await compressBlob({ zstd: await loadZstd(), checksum }, raw.value, sha256, halted);
    if (!compressed.ok) return { kind: 'damaged', detail: compressed.error };
    const state = files.stat(file);
    if (compressed.value === undefined || state === undefined || !sameState(state, before)) return { kind: 'left' };
    const target = layout.compressedFile(sha256);
    const published = await publisher.publish(target, compressed.value);
    if (!published.ok) return { kind: 'failed', detail: published.error.detail };
    files.touch(target, Math.floor(before.modifiedMs / 1000));
    files.remove(file);
    return { kind: 'compressed', size: compressed.value.length };
  }

  /** The content of a compressed blob, giving others a turn each half a millisecond. */
  async content(sha256: string, length: number): Promise<ColdContent> {
    const { files, layout, checksum } = this.#parts;
    const read = files.read(layout.compressedFile(sha256));
    if (!read.ok || read.value === undefined) return { kind: 'missing' };
    const { state, bytes } = read.value;
    const content = await decompressBlob({ zstd: await loadZstd(), checksum }, bytes, sha256, length);
    if (content.ok) return { kind: 'content', bytes: content.value };
    return { kind: 'damaged', detail: content.error, state };
  }
}
