import type { Absences } from '../../../key/absences.ts';
import type { FileRecords } from '../../../key/file-records.ts';
import { type FileStamp, isRacy, type SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';

/** A program, or a file that rules one, with its contents. */
export interface ProgramDigest {
  readonly path: ByteString;
  readonly digest: string;
}

/** The names in a directory, separated by slashes. */
export interface Listing {
  readonly path: ByteString;
  readonly names: ByteString;
}

/** A fact, and the programs with which it was found: it stands as long as they have these contents. */
export interface Known<T> {
  /** Directories in which something else would be found when other names were there. */
  readonly listings: readonly Listing[];
  /** Absolute names under which other programs would be found instead. */
  readonly absent: readonly ByteString[];
  readonly programs: readonly ProgramDigest[];
  readonly facts: T;
}

/** Tells whether what was once asked of programs still stands: one `stat` for each of them, and for each directory. */
export class KnownPrograms {
  readonly #records: FileRecords;
  readonly #absences: Absences;
  readonly #files: SourceFiles;
  readonly #names = new Map<ByteString, { readonly stamp: FileStamp; readonly names: ByteString }>();

  constructor(records: FileRecords, absences: Absences, files: SourceFiles) {
    this.#records = records;
    this.#absences = absences;
    this.#files = files;
  }

  /** Those of the files that can be read, each once. */
  digests(programs: Iterable<ByteString | undefined>): ProgramDigest[] {
    const found: ProgramDigest[] = [];
    for (const path of new Set(programs)) {
      const digest = path === undefined ? undefined : this.#records.digest(path);
      if (path !== undefined && digest !== undefined) found.push({ path, digest });
    }
    return found;
  }

  listings(directories: Iterable<ByteString>): Listing[] {
    return Array.from(directories, (path) => ({ path, names: this.#namesIn(path) }));
  }

  unchanged(known: Known<unknown>): boolean {
    if (!known.programs.every(({ path, digest }) => this.#records.digest(path) === digest)) return false;
    if (!known.listings.every(({ path, names }) => this.#namesIn(path) === names)) return false;
    return this.#absences.firstPresent(known.absent, '/') === undefined;
  }

  /** One `stat` when known. */
  #namesIn(path: ByteString): ByteString {
    const known = this.#names.get(path);
    if (known && this.#files.unchanged(path, known.stamp)) return known.names;
    const stamp = this.#files.stat(path);
    const names = (this.#files.list(path) ?? []).join('/');
    if (stamp && !isRacy(stamp, Date.now())) this.#names.set(path, { stamp, names });
    return names;
  }
}
