import { type FileStamp, isRacy, lastChangeMs, type SourceFiles, sameStamp } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { fromBuffer } from '../util/bytes.ts';
import type { RememberedFile } from './remembered-files.ts';
import { type SourceScan, scanSource } from './source-scan.ts';

/** What is known of one file's contents. */
export interface FileRecord extends RememberedFile {
  stamp: FileStamp;
  /** sha256, 64 hexadecimal digits. One string for equal contents read through the same record. */
  digest: string;
  /** Present once somebody asked for it. */
  scan: SourceScan | undefined;
  /** Changed so shortly before it was read that the next change might leave the same stamp: read again each time. */
  racy: boolean;
}

/** Some 300 bytes each: 60 MiB when full, which no build has reached (LLVM with all targets: 12,000 files). */
const MOST_RECORDS = 200_000;

/**
 * Contents by path, remembered for as long as one `stat` says that nothing changed. Owned by one worker: no locks.
 */
export class FileRecords {
  readonly #files: SourceFiles;
  readonly #now: () => number;
  readonly #records = new Map<ByteString, FileRecord>();
  #generation = 0;

  constructor(files: SourceFiles, now: () => number = Date.now) {
    this.#files = files;
    this.#now = now;
  }

  /** The digest of an absolute path's contents, undefined when it is not a readable regular file. One `stat` when known. */
  digest(path: ByteString): string | undefined {
    return this.record(path)?.digest;
  }

  /** The record of an absolute path, undefined when it is not a readable regular file. */
  record(path: ByteString): FileRecord | undefined {
    const known = this.#records.get(path);
    if (known !== undefined && !known.racy && this.#files.unchanged(path, known.stamp)) return known;
    return this.#read(path, known);
  }

  /** When the file of a stamp last changed. */
  lastChangeMs(stamp: FileStamp): number {
    return lastChangeMs(stamp, this.#now());
  }

  /** Everything that may be relied on later, the last to become known last. */
  *known(): Iterable<RememberedFile> {
    for (const record of this.#records.values()) if (!record.racy) yield record;
  }

  /** Takes over what was known earlier. Each stamp is compared before it is relied on, as those of our own are. */
  restore(files: Iterable<RememberedFile>): void {
    for (const file of files) {
      if (!this.#records.has(file.path)) this.#records.set(file.path, { ...file, scan: undefined, racy: false });
    }
  }

  /** Raised when something remembered changes: as long as it stands, the stamps that `remembered` gave are the same. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * The stamp with which a file had the contents of `digest`, by what is remembered: nothing is asked of the file
   * system. Undefined when nothing is known, or another content, or the stamp may deceive.
   */
  remembered(path: ByteString, digest: string): FileStamp | undefined {
    const record = this.#records.get(path);
    return record === undefined || record.racy || record.digest !== digest ? undefined : record.stamp;
  }

  /** What the file's text mentions; the file is read once more if only its digest was known. */
  scan(path: ByteString): SourceScan | undefined {
    const record = this.record(path);
    if (record === undefined) return undefined;
    if (record.scan === undefined) {
      const contents = this.#files.read(path);
      if (contents === undefined || !sameStamp(contents.stamp, record.stamp)) return undefined;
      record.scan = scanSource(fromBuffer(contents.bytes));
    }
    return record.scan;
  }

  #read(path: ByteString, known: FileRecord | undefined): FileRecord | undefined {
    const contents = this.#files.stampedDigest(path);
    if (contents === undefined) return undefined;
    const { stamp, digest } = contents;
    const racy = isRacy(stamp, this.#now());
    if (known !== undefined) {
      this.#generation += 1;
      if (known.digest !== digest) {
        known.digest = digest;
        known.scan = undefined;
      }
      known.stamp = stamp;
      known.racy = racy;
      return known;
    }
    if (this.#records.size >= MOST_RECORDS) this.#forgetAll();
    const record: FileRecord = { path, stamp, digest, scan: undefined, racy };
    this.#records.set(path, record);
    return record;
  }

  #forgetAll(): void {
    this.#records.clear();
    this.#generation += 1;
  }
}
