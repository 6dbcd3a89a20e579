import type { Clock } from '../../system/clock.ts';
import type { FileProblem, FileState, Files } from '../../system/files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { StorageProblem } from '../storage.ts';
import { shardOf } from './layout.ts';
import type { Ledger } from './ledger.ts';
import type { Publisher } from './publish.ts';
import { diskBytes } from './shard-scan.ts';

/** A file's modification time is its last use, within this. */
const TOUCH_MS = 60 * 60 * 1000;

/** Where a file of the store is. */
export interface Place {
  readonly file: ByteString;
  /** Its key or digest. */
  readonly hash: string;
  /** Whether it is a blob that is not compressed. */
  readonly raw: boolean;
}

export interface AccountedFilesParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly ledger: Ledger;
  readonly readOnly: boolean;
}

/** The store's own files: whatever is done to them is told to the ledger, and nothing is done in a read-only cache. */
export class AccountedFiles {
  readonly #parts: AccountedFilesParts;

  constructor(parts: AccountedFilesParts) {
    this.#parts = parts;
  }

  /** Writes a file, in place of another or of none, and tells its state. */
  async put({ file, hash, raw }: Place, bytes: Uint8Array): Promise<Result<FileState, StorageProblem>> {
    const { files, publisher, ledger } = this.#parts;
    const before = files.stat(file)?.size ?? 0;
    const published = await publisher.publish(file, bytes);
    if (!published.ok) return failure(ioProblem(published.error));
    ledger.changed({ shard: shardOf(hash), raw, bytes: diskBytes(bytes.length) - diskBytes(before) });
    return success(published.value);
  }

  remove({ file, hash, raw }: Place, size: number): void {
    const { files, ledger, readOnly } = this.#parts;
    if (readOnly || !files.remove(file)) return;
    ledger.changed({ shard: shardOf(hash), raw, bytes: -diskBytes(size) });
  }

  /** Removes a file that is damaged. */
  discard(place: Place, size: number): void {
    this.#parts.ledger.damaged();
    this.remove(place, size);
  }

  /** Notes a use; the state that the file has now. */
  touch(file: ByteString, state: FileState): FileState {
    const { files, clock, readOnly } = this.#parts;
    const now = clock.now();
    if (readOnly || now - state.modifiedMs < TOUCH_MS) return state;
    const seconds = Math.floor(now / 1000);
    return files.touch(file, seconds) ? { ...state, modifiedMs: seconds * 1000 } : state;
  }
}

/** A problem of the file system as one of the storage. */
export function ioProblem({ code, detail }: FileProblem): StorageProblem {
  return { kind: 'io', code, detail };
}
