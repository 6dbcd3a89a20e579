import type { Absences } from '../../key/absences.ts';
import type { FileRecords } from '../../key/file-records.ts';
import type { ByteString } from '../../util/bytes.ts';

/** A program, or a file that rules one, with its contents. */
export interface ProgramDigest {
  readonly path: ByteString;
  readonly digest: string;
}

/** A fact, and the programs with which it was found: it stands as long as they have these contents. */
export interface Known<T> {
  /** Absolute names under which other programs would be found instead. */
  readonly absent: readonly ByteString[];
  readonly programs: readonly ProgramDigest[];
  readonly facts: T;
}

/** Tells whether what was once asked of programs still stands: one `stat` for each of them. */
export class KnownPrograms {
  readonly #records: FileRecords;
  readonly #absences: Absences;

  constructor(records: FileRecords, absences: Absences) {
    this.#records = records;
    this.#absences = absences;
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

  unchanged(known: Known<unknown>): boolean {
    if (!known.programs.every(({ path, digest }) => this.#records.digest(path) === digest)) return false;
    return this.#absences.firstPresent(known.absent, '/') === undefined;
  }
}
