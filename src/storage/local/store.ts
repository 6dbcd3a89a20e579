import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Clock, systemClock } from '../../system/clock.ts';
import { type FileProblem, type FileState, type Files, RealFiles } from '../../system/files.ts';
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
import { BlobChecks, sameState } from './blobs.ts';
import { Eviction } from './eviction.ts';
import { type Layout, layoutOf } from './layout.ts';
import { Publisher } from './publish.ts';
import { type BlobName, type HeldResult, RecentResults } from './recent-results.ts';

/**
 * Contents of this size and more are blobs. Measured: reading 64 KiB costs 16 µs where looking at a blob costs 8, both
 * together less than the system calls of the writing; 256 KiB cost 90. Most objects of C are smaller and stay in one file.
 */
const BLOB_BYTES = 64 * 1024;
const RECENT_BYTES = 16 * 1024 * 1024;
/** A file's modification time is its last use, within this. */
const TOUCH_MS = 60 * 60 * 1000;
/** A small cache is counted before anybody who asks for its size notices; the size of a large one is told next time. */
const COUNTING_MS = 250;

export interface LocalStoreOptions {
  /** The cache directory, absolute. */
  readonly directory: ByteString;
  readonly limitBytes: number;
  /** Nothing in the directory is changed: no puts, no removal of what is damaged, no use is noted. */
  readonly readOnly: boolean;
  readonly files?: Files;
  readonly clock?: Clock;
}

/** Results and manifests as plain files in a directory that other daemons may use at the same time. */
export class LocalStore implements Storage {
  readonly location: string;
  readonly #readOnly: boolean;
  readonly #limitBytes: number;
  readonly #checksum: Checksum;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #layout: Layout;
  readonly #blobs: BlobChecks;
  readonly #recent = new RecentResults(RECENT_BYTES);
  readonly #publisher: Publisher;
  readonly #eviction: Eviction;
  readonly #writing = new Set<Promise<unknown>>();

  private constructor(options: LocalStoreOptions, checksum: Checksum) {
    const { directory, limitBytes, readOnly, files = new RealFiles(), clock = systemClock } = options;
    this.location = `Local disk: ${JSON.stringify(toText(directory))}`;
    this.#readOnly = readOnly;
    this.#limitBytes = limitBytes;
    this.#checksum = checksum;
    this.#files = files;
    this.#clock = clock;
    this.#layout = layoutOf(directory);
    this.#blobs = new BlobChecks(files);
    this.#publisher = new Publisher(files, this.#layout);
    const parts = { files, clock, layout: this.#layout, publisher: this.#publisher };
    this.#eviction = new Eviction({ ...parts, limitBytes, readOnly });
  }

  /**
   * Opens the store at a cost that does not depend on what it holds. A directory that cannot be made is no error here:
   * each put will say so, and compiles go on.
   */
  static async open(options: LocalStoreOptions): Promise<LocalStore> {
    const store = new LocalStore(options, await loadChecksum());
    if (!options.readOnly) await store.#publisher.prepare();
    store.#eviction.load();
    return store;
  }

  async getResult(key: StoreKey): Promise<Result<StoredResult | undefined, StorageProblem>> {
    return this.getResultNow(key);
  }

  async getManifest(key: StoreKey): Promise<Result<Buffer | undefined, StorageProblem>> {
    return this.getManifestNow(key);
  }

  /**
   * `getResult` without a turn of the event loop: some system calls of microseconds. The buffers are shared with later
   * callers and must not be written to.
   */
  getResultNow(key: StoreKey): Result<StoredResult | undefined, StorageProblem> {
    const file = this.#layout.resultFile(key);
    const held = this.#heldResult(key, file);
    if (!held.ok) return held;
    if (held.value === undefined) return success(undefined);
    const { result, blobs, state } = held.value;
    for (const blob of blobs) {
      const fate = this.#useBlob(blob);
      if (fate === 'good') continue;
      this.#recent.delete(key);
      this.#remove(file, key, state.size);
      // A blob that was evicted is no damage: its entry is only the last to know.
      return fate === 'missing' ? success(undefined) : failure({ kind: 'damaged', detail: fate.detail });
    }
    const touched = this.#touch(file, state);
    if (touched !== state) this.#recent.set(key, { state: touched, result, blobs });
    return success(result);
  }

  /** `getManifest` without a turn of the event loop. */
  getManifestNow(key: StoreKey): Result<Buffer | undefined, StorageProblem> {
    const file = this.#layout.manifestFile(key);
    const read = this.#files.read(file);
    if (!read.ok) return failure(ioProblem(read.error));
    if (read.value === undefined) return success(undefined);
    const { state, bytes } = read.value;
    const manifest = decodeManifest(this.#checksum, key, bytes);
    if (!manifest.ok) return this.#damaged(file, key, bytes.length, manifest.error);
    this.#touch(file, state);
    return manifest;
  }

  putResult(key: StoreKey, result: StoredResult): Promise<Result<{ bytes: number }, StorageProblem>> {
    return this.#write(() => this.#writeResult(key, result));
  }

  putManifest(key: StoreKey, bytes: Buffer): Promise<Result<undefined, StorageProblem>> {
    return this.#write(async () => {
      const entry = encodeManifest(this.#checksum, key, bytes);
      const published = await this.#publish(this.#layout.manifestFile(key), key, entry);
      return published.ok ? success(undefined) : published;
    });
  }

  async usage(): Promise<{ readonly bytes: number | undefined; readonly limit: number }> {
    if (this.#eviction.bytes() === undefined) {
      await Promise.race([this.#eviction.wake(), setTimeout(COUNTING_MS, undefined, { ref: false })]);
    }
    return { bytes: this.#eviction.bytes(), limit: this.#limitBytes };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#writing);
    await this.#eviction.close();
  }

  #heldResult(key: StoreKey, file: ByteString): Result<HeldResult | undefined, StorageProblem> {
    const recent = this.#recent.get(key);
    if (recent !== undefined) {
      const state = this.#files.stat(file);
      if (state !== undefined && sameState(state, recent.state)) return success(recent);
      this.#recent.delete(key);
    }
    const read = this.#files.read(file);
    if (!read.ok) return failure(ioProblem(read.error));
    if (read.value === undefined) return success(undefined);
    const { state, bytes } = read.value;
    const decoded = decodeResult(this.#checksum, key, bytes);
    if (!decoded.ok) return this.#damaged(file, key, bytes.length, decoded.error);
    const { stdout, stderr, facts, files } = decoded.value;
    const held = {
      state,
      result: { stdout, stderr, facts, files: files.map((each) => this.#storedFile(each)) },
      blobs: files.flatMap(({ content }) => (content.kind === 'blob' ? [content] : [])),
    };
    this.#recent.set(key, held);
    return success(held);
  }

  #storedFile({ role, mode, content }: EntryFile) {
    if (content.kind === 'inline') return { role, mode, content };
    const file = this.#layout.blobFile(content.sha256);
    return { role, mode, content: { kind: 'blob', file, length: content.length } } as const;
  }

  /** Checks a blob and notes its use; an altered one is removed. */
  #useBlob({ sha256, length }: BlobName): 'good' | 'missing' | { readonly detail: string } {
    const file = this.#layout.blobFile(sha256);
    const check = this.#blobs.check(file, sha256, length);
    if (check.kind === 'missing') return 'missing';
    if (check.kind === 'altered') {
      this.#remove(file, sha256, this.#files.stat(file)?.size ?? 0);
      return check;
    }
    const touched = this.#touch(file, check.state);
    if (touched !== check.state) this.#blobs.remember(sha256, touched);
    return 'good';
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
    const published = await this.#publish(this.#layout.resultFile(key), key, entry);
    return published.ok ? success({ bytes: bytes + entry.length }) : published;
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
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const content = { kind: 'blob', sha256, length: bytes.length } as const;
    if (this.#useBlob(content) === 'good') return success({ content, bytes: 0 });
    const published = await this.#publish(this.#layout.blobFile(sha256), sha256, bytes);
    if (!published.ok) return published;
    this.#blobs.remember(sha256, published.value);
    return success({ content, bytes: bytes.length });
  }

  async #publish(file: ByteString, name: string, bytes: Buffer): Promise<Result<FileState, StorageProblem>> {
    const before = this.#files.stat(file)?.size ?? 0;
    const published = await this.#publisher.publish(file, bytes);
    if (!published.ok) return failure(ioProblem(published.error));
    this.#eviction.added(name, before, bytes.length);
    return published;
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

  #damaged(file: ByteString, key: StoreKey, size: number, detail: string): Result<never, StorageProblem> {
    this.#remove(file, key, size);
    return failure({ kind: 'damaged', detail });
  }

  #remove(file: ByteString, name: string, size: number): void {
    if (!this.#readOnly && this.#files.remove(file)) this.#eviction.removed(name, size);
  }

  /** Notes a use; the state that the file has now. */
  #touch(file: ByteString, state: FileState): FileState {
    const now = this.#clock.now();
    if (this.#readOnly || now - state.modifiedMs < TOUCH_MS) return state;
    const seconds = Math.floor(now / 1000);
    return this.#files.touch(file, seconds) ? { ...state, modifiedMs: seconds * 1000 } : state;
  }
}

function ioProblem({ code, detail }: FileProblem): StorageProblem {
  return { kind: 'io', code, detail };
}
