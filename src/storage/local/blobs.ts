import { createHash } from 'node:crypto';
import type { Files } from '../../system/files.ts';
import { type Result, success } from '../../util/result.ts';
import type { StorageProblem } from '../storage.ts';
import type { AccountedFiles, Place } from './accounted-files.ts';
import { BlobChecks } from './blob-checks.ts';
import type { ColdBlobs } from './cold-blobs.ts';
import type { Layout } from './layout.ts';

/** A blob that a result refers to. */
export interface BlobName {
  readonly sha256: string;
  readonly length: number;
}

/** What using a blob came to. */
export type BlobUse =
  | { readonly kind: 'good' }
  /** It is nowhere on the disk as it was, and could not be put there. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'missing' }
  | { readonly kind: 'altered'; readonly detail: string };

export interface BlobsParts {
  readonly files: Files;
  readonly layout: Layout;
  readonly accounted: AccountedFiles;
  readonly cold: ColdBlobs;
  readonly readOnly: boolean;
}

/** Large contents, once each: as they came, or compressed since nobody used them. */
export class Blobs {
  readonly #parts: BlobsParts;
  readonly #checks: BlobChecks;
  readonly #restoring = new Map<string, Promise<BlobUse>>();

  constructor(parts: BlobsParts) {
    this.#parts = parts;
    this.#checks = new BlobChecks(parts.files);
  }

  /** Checks a blob that is not compressed and notes its use; an altered one is removed. */
  use({ sha256, length }: BlobName): BlobUse {
    const { files, accounted } = this.#parts;
    const place = this.#place(sha256);
    const check = this.#checks.check(place.file, sha256, length);
    if (check.kind === 'missing') return check;
    if (check.kind === 'altered') {
      accounted.discard(place, files.stat(place.file)?.size ?? 0);
      return check;
    }
    const touched = accounted.touch(place.file, check.state);
    if (touched !== check.state) this.#checks.remember(sha256, touched);
    return { kind: 'good' };
  }

  /** Looks whether a blob that is missing is compressed, and makes it what it was. Who wants the same one shares the work. */
  async restore(blob: BlobName): Promise<BlobUse> {
    if (this.#parts.files.stat(this.#parts.layout.compressedFile(blob.sha256)) === undefined)
      return { kind: 'missing' };
    let running = this.#restoring.get(blob.sha256);
    if (running === undefined) {
      running = this.#restore(blob).finally(() => this.#restoring.delete(blob.sha256));
      this.#restoring.set(blob.sha256, running);
    }
    return running;
  }

  /** Writes a content where there is no good blob of it. */
  async write(bytes: Buffer): Promise<Result<{ readonly blob: BlobName; readonly written: number }, StorageProblem>> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const blob = { sha256, length: bytes.length };
    if (this.use(blob).kind === 'good') return success({ blob, written: 0 });
    const put = await this.#put(sha256, bytes);
    return put.ok ? success({ blob, written: bytes.length }) : put;
  }

  /** Resolves when nothing is being restored. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#restoring.values());
  }

  async #restore({ sha256, length }: BlobName): Promise<BlobUse> {
    const { accounted, cold, readOnly } = this.#parts;
    const content = await cold.content(sha256, length);
    if (content.kind === 'missing') return content;
    if (content.kind === 'damaged') {
      accounted.discard(this.#compressedPlace(sha256), content.state.size);
      return { kind: 'altered', detail: content.detail };
    }
    const { bytes } = content;
    const isPut = !readOnly && (await this.#put(sha256, bytes)).ok;
    return isPut ? { kind: 'good' } : { kind: 'bytes', bytes };
  }

  /** Puts a blob as it came in place of whatever there is of it. */
  async #put(sha256: string, bytes: Buffer): Promise<Result<undefined, StorageProblem>> {
    const { files, accounted } = this.#parts;
    const put = await accounted.put(this.#place(sha256), bytes);
    if (!put.ok) return put;
    this.#checks.remember(sha256, put.value);
    const compressed = this.#compressedPlace(sha256);
    const size = files.stat(compressed.file)?.size;
    if (size !== undefined) accounted.remove(compressed, size);
    return success(undefined);
  }

  #place(sha256: string): Place {
    return { file: this.#parts.layout.blobFile(sha256), hash: sha256, raw: true };
  }

  #compressedPlace(sha256: string): Place {
    return { file: this.#parts.layout.compressedFile(sha256), hash: sha256, raw: false };
  }
}
