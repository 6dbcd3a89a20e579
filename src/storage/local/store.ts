import { type Clock, systemClock } from '../../system/clock.ts';
import { type Files, RealFiles } from '../../system/files.ts';
import { type ByteString, toText } from '../../util/bytes.ts';
import { failure, type Result, success } from '../../util/result.ts';
import { type Checksum, loadChecksum } from '../checksum.ts';
import {
  decodeManifest,
  decodeResult,
  type EntryContent,
  type EntryFile,
  encodeManifest,
  encodeResult,
} from '../entry.ts';
import type { Storage, StorageProblem, StoredContent, StoredResult, StoreKey } from '../storage.ts';
import { AccountedFiles, ioProblem, type Place } from './accounted-files.ts';
import { sameState } from './blob-checks.ts';
import { type BlobName, Blobs, type BlobUse } from './blobs.ts';
import { ColdBlobs } from './cold-blobs.ts';
import { type Layout, layoutOf } from './layout.ts';
import type { Ledger } from './ledger.ts';
import { Publisher } from './publish.ts';
import { type HeldResult, RecentResults } from './recent-results.ts';

/**
 * Contents of this size and more are blobs. Measured: reading 64 KiB costs 16 µs where looking at a blob costs 8, both
 * together less than the system calls of the writing; 256 KiB cost 90. Most objects of C are smaller and stay in one file.
 */
const BLOB_BYTES = 64 * 1024;
const RECENT_BYTES = 16 * 1024 * 1024;

export interface LocalStoreOptions {
  /** The cache directory, absolute. */
  readonly directory: ByteString;
  readonly limitBytes: number;
  /** Nothing in the directory is changed: no puts, no removal of what is damaged, no use is noted. */
  readonly readOnly: boolean;
  /** Told of everything that is put or removed. */
  readonly ledger: Ledger;
  readonly files?: Files;
  readonly clock?: Clock;
}

/** Results and manifests as plain files in a directory that other workers and daemons may use at the same time. */
export class LocalStore implements Storage {
  readonly location: string;
  readonly #readOnly: boolean;
  readonly #limitBytes: number;
  readonly #checksum: Checksum;
  readonly #files: Files;
  readonly #layout: Layout;
  readonly #ledger: Ledger;
  readonly #publisher: Publisher;
  readonly #accounted: AccountedFiles;
  readonly #blobs: Blobs;
  readonly #recent = new RecentResults(RECENT_BYTES);
  readonly #writing = new Set<Promise<unknown>>();

  private constructor(options: LocalStoreOptions, checksum: Checksum) {
    const { directory, limitBytes, readOnly, ledger, files = new RealFiles(), clock = systemClock } = options;
    const layout = layoutOf(directory);
    const publisher = new Publisher(files, layout);
    this.location = `Local disk: ${JSON.stringify(toText(directory))}`;
    this.#readOnly = readOnly;
    this.#limitBytes = limitBytes;
    this.#checksum = checksum;
    this.#files = files;
    this.#layout = layout;
    this.#ledger = ledger;
    this.#publisher = publisher;
    this.#accounted = new AccountedFiles({ files, clock, publisher, ledger, readOnly });
    const cold = new ColdBlobs({ files, layout, publisher, checksum });
    this.#blobs = new Blobs({ files, layout, accounted: this.#accounted, cold, readOnly });
  }

  /**
   * Opens the store at a cost that does not depend on what it holds. A directory that cannot be made is no error here:
   * each put will say so, and compiles go on.
   */
  static async open(options: LocalStoreOptions): Promise<LocalStore> {
    const store = new LocalStore(options, await loadChecksum());
    if (!options.readOnly) await store.#publisher.prepare();
    return store;
  }

  /** Waits for nothing but blobs that are compressed. The buffers are shared with later callers and must not be written to. */
  async getResult(key: StoreKey): Promise<Result<StoredResult | undefined, StorageProblem>> {
    const place = this.#resultPlace(key);
    const held = this.#heldResult(key, place);
    if (!held.ok) return held;
    if (held.value === undefined) return success(undefined);
    const { blobs, state } = held.value;
    let { result } = held.value;
    for (const blob of blobs) {
      const inPlace = this.#blobs.use(blob);
      const use = inPlace.kind === 'missing' ? await this.#blobs.restore(blob) : inPlace;
      if (use.kind === 'missing' || use.kind === 'altered') return this.#withoutBlob(key, place, state.size, use);
      if (use.kind === 'bytes') result = withBytes(result, this.#layout.blobFile(blob.sha256), use.bytes);
    }
    const touched = this.#accounted.touch(place.file, state);
    if (touched !== state) this.#recent.set(key, { ...held.value, state: touched });
    return success(result);
  }

  async getManifest(key: StoreKey): Promise<Result<Buffer | undefined, StorageProblem>> {
    const place = this.#manifestPlace(key);
    const read = this.#files.read(place.file);
    if (!read.ok) return failure(ioProblem(read.error));
    if (read.value === undefined) return success(undefined);
    const { state, bytes } = read.value;
    const manifest = decodeManifest(this.#checksum, key, bytes);
    if (!manifest.ok) return this.#damaged(place, bytes.length, manifest.error);
    this.#accounted.touch(place.file, state);
    return manifest;
  }

  putResult(key: StoreKey, result: StoredResult): Promise<Result<{ bytes: number }, StorageProblem>> {
    return this.#write(() => this.#writeResult(key, result));
  }

  putManifest(key: StoreKey, bytes: Buffer): Promise<Result<undefined, StorageProblem>> {
    return this.#write(async () => {
      const put = await this.#accounted.put(this.#manifestPlace(key), encodeManifest(this.#checksum, key, bytes));
      return put.ok ? success(undefined) : put;
    });
  }

  async usage(): Promise<{ readonly bytes: number | undefined; readonly limit: number }> {
    return { bytes: await this.#ledger.bytes(), limit: this.#limitBytes };
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#writing, this.#blobs.settled()]);
  }

  #heldResult(key: StoreKey, place: Place): Result<HeldResult | undefined, StorageProblem> {
    const recent = this.#recent.get(key);
    if (recent !== undefined) {
      const state = this.#files.stat(place.file);
      if (state !== undefined && sameState(state, recent.state)) return success(recent);
      this.#recent.delete(key);
    }
    const read = this.#files.read(place.file);
    if (!read.ok) return failure(ioProblem(read.error));
    if (read.value === undefined) return success(undefined);
    const { state, bytes } = read.value;
    const decoded = decodeResult(this.#checksum, key, bytes);
    if (!decoded.ok) return this.#damaged(place, bytes.length, decoded.error);
    const { stdout, stderr, facts, files } = decoded.value;
    const held = {
      state,
      result: { stdout, stderr, facts, files: files.map((each) => this.#storedFile(each)) },
      blobs: files.flatMap(({ content }): BlobName[] => (content.kind === 'blob' ? [content] : [])),
    };
    this.#recent.set(key, held);
    return success(held);
  }

  #storedFile({ role, mode, content }: EntryFile) {
    if (content.kind === 'inline') return { role, mode, content };
    const file = this.#layout.blobFile(content.sha256);
    return { role, mode, content: { kind: 'blob', file, length: content.length } } as const;
  }

  /** Removes an entry one of whose blobs is not there or damaged. */
  #withoutBlob(
    key: StoreKey,
    place: Place,
    size: number,
    use: Extract<BlobUse, { kind: 'missing' | 'altered' }>,
  ): Result<undefined, StorageProblem> {
    this.#recent.delete(key);
    this.#accounted.remove(place, size);
    // A blob that was evicted is no damage: its entry is only the last to know.
    return use.kind === 'missing' ? success(undefined) : failure({ kind: 'damaged', detail: use.detail });
  }

  async #writeResult(key: StoreKey, result: StoredResult): Promise<Result<{ bytes: number }, StorageProblem>> {
    const files: EntryFile[] = [];
    let bytes = 0;
    for (const { role, mode, content } of result.files) {
      const written = await this.#writeContent(content);
      if (!written.ok) return written;
      files.push({ role, mode, content: written.value.content });
      bytes += written.value.bytes;
    }
    const { stdout, stderr, facts } = result;
    const entry = encodeResult(this.#checksum, key, { stdout, stderr, facts, files });
    const put = await this.#accounted.put(this.#resultPlace(key), entry);
    return put.ok ? success({ bytes: bytes + entry.length }) : put;
  }

  /** How an entry refers to a content, after its blob was written where it needs one and there was none. */
  async #writeContent(
    stored: StoredContent,
  ): Promise<Result<{ readonly content: EntryContent; readonly bytes: number }, StorageProblem>> {
    const loaded = stored.kind === 'inline' ? success(stored.bytes) : await this.#files.load(stored.file);
    if (!loaded.ok) return failure(ioProblem(loaded.error));
    const bytes = loaded.value;
    if (stored.kind === 'blob' && bytes.length !== stored.length) {
      return failure({ kind: 'damaged', detail: `file of ${bytes.length} bytes instead of ${stored.length}` });
    }
    if (bytes.length < BLOB_BYTES) return success({ content: { kind: 'inline', bytes }, bytes: 0 });
    const written = await this.#blobs.write(bytes);
    if (!written.ok) return written;
    return success({ content: { kind: 'blob', ...written.value.blob }, bytes: written.value.written });
  }

  async #write<T>(write: () => Promise<Result<T, StorageProblem>>): Promise<Result<T, StorageProblem>> {
    if (this.#readOnly) return failure({ kind: 'io', code: 'EROFS', detail: 'the cache is read-only' });
    const writing = write();
    this.#writing.add(writing);
    try {
      return await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }

  #damaged(place: Place, size: number, detail: string): Result<never, StorageProblem> {
    this.#accounted.discard(place, size);
    return failure({ kind: 'damaged', detail });
  }

  #resultPlace(key: StoreKey): Place {
    return { file: this.#layout.resultFile(key), hash: key, raw: false };
  }

  #manifestPlace(key: StoreKey): Place {
    return { file: this.#layout.manifestFile(key), hash: key, raw: false };
  }
}

/** The result with some bytes where it refers to a blob's file. */
function withBytes(result: StoredResult, file: ByteString, bytes: Buffer): StoredResult {
  const files = result.files.map((each) =>
    each.content.kind === 'blob' && each.content.file === file
      ? { ...each, content: { kind: 'inline', bytes } as const }
      : each,
  );
  return { ...result, files };
}
