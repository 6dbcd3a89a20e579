import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { type ByteString, toPath } from '../util/bytes.ts';
import { failure, type Result, success } from '../util/result.ts';

/** Why the file system refused. `code` is errno's name (`ENOSPC`), `detail` is for people. */
export interface FileProblem {
  readonly code: string;
  readonly detail: string;
}

/** What tells one state of a file from another. */
export interface FileState {
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * The files that are the daemon's own. Reads are synchronous (a system call is some microseconds, a trip through the
 * thread pool some hundred); what writes or lists is asynchronous. Nothing here throws.
 */
export interface Files {
  /** Follows links; undefined for what is not a regular file or cannot be seen. */
  stat(path: ByteString): FileState | undefined;
  /** The whole file with the state of the very file that was read; undefined when there is none. */
  read(path: ByteString): Result<{ readonly state: FileState; readonly bytes: Buffer } | undefined, FileProblem>;
  /** SHA-256 of the contents in hexadecimal digits, in bounded memory; undefined when there is no file. */
  sha256(path: ByteString): Result<{ readonly state: FileState; readonly digest: string } | undefined, FileProblem>;
  /** Sets both times of a file. Whole seconds: a finer time does not come back from a stat as it was given. */
  touch(path: ByteString, seconds: number): boolean;
  /** Removes a file; false when it could not be (it is gone, or it is not ours to remove). */
  remove(path: ByteString): boolean;
  /** The whole file, for large ones that no request waits for. */
  load(path: ByteString): Promise<Result<Buffer, FileProblem>>;
  /** Creates a file that must not exist, with mode 0666 under the umask. */
  create(path: ByteString, bytes: Uint8Array): Promise<Result<undefined, FileProblem>>;
  rename(from: ByteString, to: ByteString): Promise<Result<undefined, FileProblem>>;
  /** Creates a directory and its parents; one that exists is left as it is. */
  makeDirectory(path: ByteString, mode: number): Promise<Result<undefined, FileProblem>>;
  /** The names in a directory, in no order; none when it cannot be read. */
  list(path: ByteString): Promise<readonly ByteString[]>;
}

/** Large enough that the calls do not count beside the hashing, small enough to stay in the second-level cache. */
const HASH_CHUNK = 1 << 20;
/** A fifo that somebody put in a file's place must not stop the daemon. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** The real file system. */
export class RealFiles implements Files {
  stat(path: ByteString): FileState | undefined {
    try {
      const stats = statSync(toPath(path), { throwIfNoEntry: false });
      return stats?.isFile() ? stateOf(stats) : undefined;
    } catch {
      return undefined;
    }
  }

  read(path: ByteString): Result<{ readonly state: FileState; readonly bytes: Buffer } | undefined, FileProblem> {
    return withFile(path, (descriptor, state) => {
      // Its own allocation: a slice of Node's pool would keep 8 KiB alive for a small entry that stays in memory.
      const bytes = Buffer.allocUnsafeSlow(state.size);
      let filled = 0;
      while (filled < bytes.length) {
        const count = readSync(descriptor, bytes, filled, bytes.length - filled, null);
        if (count === 0) break;
        filled += count;
      }
      return { state, bytes: bytes.subarray(0, filled) };
    });
  }

  sha256(path: ByteString): Result<{ readonly state: FileState; readonly digest: string } | undefined, FileProblem> {
    return withFile(path, (descriptor, state) => {
      const hash = createHash('sha256');
      const chunk = Buffer.allocUnsafeSlow(Math.min(HASH_CHUNK, state.size + 1));
      for (let count = -1; count !== 0; ) {
        count = readSync(descriptor, chunk, 0, chunk.length, null);
        hash.update(chunk.subarray(0, count));
      }
      return { state, digest: hash.digest('hex') };
    });
  }

  touch(path: ByteString, seconds: number): boolean {
    return succeeds(() => utimesSync(toPath(path), seconds, seconds));
  }

  remove(path: ByteString): boolean {
    return succeeds(() => unlinkSync(toPath(path)));
  }

  load(path: ByteString): Promise<Result<Buffer, FileProblem>> {
    return outcomeOf(readFile(toPath(path)));
  }

  create(path: ByteString, bytes: Uint8Array): Promise<Result<undefined, FileProblem>> {
    return outcomeOf(writeFile(toPath(path), bytes, { flag: 'wx' }).then(() => undefined));
  }

  rename(from: ByteString, to: ByteString): Promise<Result<undefined, FileProblem>> {
    return outcomeOf(rename(toPath(from), toPath(to)).then(() => undefined));
  }

  makeDirectory(path: ByteString, mode: number): Promise<Result<undefined, FileProblem>> {
    return outcomeOf(mkdir(toPath(path), { recursive: true, mode }).then(() => undefined));
  }

  async list(path: ByteString): Promise<readonly ByteString[]> {
    const names = await outcomeOf(readdir(toPath(path), { encoding: 'latin1' }));
    return names.ok ? names.value : [];
  }
}

/** True for the codes that say: there is no such file. */
export function isAbsent(code: string): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function withFile<T>(
  path: ByteString,
  use: (descriptor: number, state: FileState) => T,
): Result<T | undefined, FileProblem> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(toPath(path), READ_FLAGS);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return failure({ code: 'EINVAL', detail: 'not a regular file' });
    return success(use(descriptor, stateOf(stats)));
  } catch (error) {
    const problem = problemOf(error);
    return isAbsent(problem.code) ? success(undefined) : failure(problem);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

async function outcomeOf<T>(promise: Promise<T>): Promise<Result<T, FileProblem>> {
  try {
    return success(await promise);
  } catch (error) {
    return failure(problemOf(error));
  }
}

function problemOf(error: unknown): FileProblem {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
  return { code, detail };
}

function stateOf(stats: Stats): FileState {
  return { inode: stats.ino, size: stats.size, modifiedMs: stats.mtimeMs };
}
