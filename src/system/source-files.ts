import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { type ByteString, fromBuffer, toPath } from '../util/bytes.ts';

/** Which directory it is behind all names, as compilers tell it. */
export interface DirectoryIdentity {
  readonly device: number;
  readonly inode: number;
}

/**
 * What the file system says of a file; equal stamps mean equal contents, but for a file that was changed within the
 * clock's last tick. Times are milliseconds as doubles: 2^-12 ms steps at today's dates, a thousandth of a kernel tick.
 * (BigInt stats cost 1.87 µs where these cost 1.71, and each comparison more.)
 */
export interface FileStamp {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly kind: 'file' | 'directory' | 'other';
}

/**
 * A change in the kernel's current tick leaves the same time stamp as the one before it. Ticks are 1 to 10 ms; a file
 * system that keeps whole seconds only (ext3, HFS+, FAT with 2 s) is told by times without a fraction.
 */
const TICK_MS = 20;
const COARSE_TICK_MS = 2000;

/**
 * When a file last changed, as far as its times tell. One that was modified later than now was given that time by somebody, who
 * cannot give it the other (archives from machines whose clocks are ahead).
 */
export function lastChangeMs({ modifiedMs, changedMs }: FileStamp, nowMs: number): number {
  return modifiedMs > nowMs ? changedMs : Math.max(modifiedMs, changedMs);
}

/** Whether a file may change again without a new stamp. */
export function isRacy(stamp: FileStamp, nowMs: number): boolean {
  const coarse = Number.isInteger(stamp.changedMs / 1000) && Number.isInteger(stamp.modifiedMs / 1000);
  return nowMs - lastChangeMs(stamp, nowMs) < (coarse ? COARSE_TICK_MS : TICK_MS);
}

/** The daemon's view of the caller's files. Synchronous: each call is a system call of about a microsecond. */
export interface SourceFiles {
  /** Follows links. Undefined when there is nothing to be seen, whatever the reason. */
  stat(path: ByteString): FileStamp | undefined;
  /** Of `stat`, what does not change with what is in it; undefined when there is nothing to be seen. */
  directory(path: ByteString): DirectoryIdentity | 'no directory' | undefined;
  /** Whether `stat` would give this stamp. The question that a hit asks for each header: it makes no object to answer it. */
  unchanged(path: ByteString, stamp: FileStamp): boolean;
  /**
   * Whether a path that `stat` does not see may be there nonetheless: a link goes round in circles, a directory is closed to us.
   * gcc does not look any further then.
   */
  isBarred(path: ByteString): boolean;
  /** Whether a path is itself a symbolic link, wherever that leads. */
  isLink(path: ByteString): boolean;
  /** The names in a directory, sorted; undefined when it cannot be read. */
  list(path: ByteString): readonly ByteString[] | undefined;
  /** Behind all links; the path itself when that cannot be told. */
  realPath(path: ByteString): ByteString;
  /** When a symbolic link was made, in milliseconds; 0 for what is none. */
  linkChangedMs(path: ByteString): number;
  /** SHA-256 of a large file's contents in hexadecimal digits, read piece by piece so that others get their turn. */
  digest(path: ByteString): Promise<string | undefined>;
  /** SHA-256 of the contents with the stamp of the very file that was read; undefined when it cannot be read. */
  stampedDigest(path: ByteString): { readonly stamp: FileStamp; readonly digest: string } | undefined;
  /** The contents with the stamp of the very file that was read; undefined when it cannot be read. */
  read(path: ByteString): { readonly stamp: FileStamp; readonly bytes: Buffer } | undefined;
  /** So many bytes from an offset of a file that is too large to be read whole; undefined where it has not as many. */
  piece(path: ByteString, offset: number, length: number): Buffer | undefined;
}

/** No such file, or a file where a directory should be. */
export function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

const NO_THROW = { throwIfNoEntry: false } as const;

/** Opening a fifo would wait for a writer. */
const OPEN_WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

/** Half a millisecond of hashing. */
const PIECE_BYTES = 1 << 20;

/** The real file system. */
export class RealSourceFiles implements SourceFiles {
  /** Used again and again: memory for each file's whole contents would cost as much as hashing them (0.6 ms a MiB). */
  readonly #piece = Buffer.allocUnsafeSlow(PIECE_BYTES);

  stat(path: ByteString): FileStamp | undefined {
    try {
      const stats = statSync(toPath(path), NO_THROW);
      return stats && stampOf(stats);
    } catch {
      return undefined; // EACCES, ENOTDIR, ELOOP …: nothing that the compiler could open either
    }
  }

  directory(path: ByteString): DirectoryIdentity | 'no directory' | undefined {
    const stamp = this.stat(path);
    return stamp === undefined || stamp.kind === 'directory' ? stamp : 'no directory';
  }

  isBarred(path: ByteString): boolean {
    try {
      statSync(toPath(path), NO_THROW);
      return false;
    } catch (error) {
      return !isNotThere(error);
    }
  }

  isLink(path: ByteString): boolean {
    try {
      return lstatSync(toPath(path), NO_THROW)?.isSymbolicLink() ?? false;
    } catch {
      return false;
    }
  }

  linkChangedMs(path: ByteString): number {
    try {
      const stats = lstatSync(toPath(path), NO_THROW);
      return stats?.isSymbolicLink() ? stats.ctimeMs : 0;
    } catch {
      return 0;
    }
  }

  unchanged(path: ByteString, stamp: FileStamp): boolean {
    try {
      const stats = statSync(toPath(path), NO_THROW);
      return (
        stats !== undefined &&
        stats.mtimeMs === stamp.modifiedMs &&
        stats.ctimeMs === stamp.changedMs &&
        stats.size === stamp.size &&
        stats.ino === stamp.inode &&
        stats.dev === stamp.device
      );
    } catch {
      return false;
    }
  }

  list(path: ByteString): readonly ByteString[] | undefined {
    try {
      return readdirSync(toPath(path), 'buffer').map(fromBuffer).sort();
    } catch {
      return undefined;
    }
  }

  realPath(path: ByteString): ByteString {
    try {
      return fromBuffer(realpathSync.native(toPath(path), 'buffer'));
    } catch {
      return path;
    }
  }

  async digest(path: ByteString): Promise<string | undefined> {
    try {
      const hash = createHash('sha256');
      for await (const piece of createReadStream(toPath(path), { highWaterMark: PIECE_BYTES })) hash.update(piece);
      return hash.digest('hex');
    } catch {
      return undefined;
    }
  }

  stampedDigest(path: ByteString): { readonly stamp: FileStamp; readonly digest: string } | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(toPath(path), OPEN_WITHOUT_WAITING);
      const stamp = stampOf(fstatSync(descriptor));
      return isReadable(path, descriptor, stamp)
        ? { stamp, digest: this.#digestOf(descriptor, stamp.size) }
        : undefined;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #digestOf(descriptor: number, size: number): string {
    const piece = this.#piece;
    let length = readSync(descriptor, piece);
    // Nearly all files.
    if (length === size) return hash('sha256', piece.subarray(0, length), 'hex');
    const state = createHash('sha256');
    for (; length > 0; length = readSync(descriptor, piece)) state.update(piece.subarray(0, length));
    return state.digest('hex');
  }

  read(path: ByteString): { readonly stamp: FileStamp; readonly bytes: Buffer } | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(toPath(path), OPEN_WITHOUT_WAITING);
      const stamp = stampOf(fstatSync(descriptor));
      return isReadable(path, descriptor, stamp) ? { stamp, bytes: readFileSync(descriptor) } : undefined;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  piece(path: ByteString, offset: number, length: number): Buffer | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(toPath(path), OPEN_WITHOUT_WAITING);
      const { kind, size } = stampOf(fstatSync(descriptor));
      if (kind !== 'file' || offset + length > size) return undefined;
      const bytes = Buffer.alloc(length);
      return readSync(descriptor, bytes, 0, length, offset) === length ? bytes : undefined;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }
}

const NULL_DEVICE = 0x103;

/**
 * A regular file, or the one device of Linux that always has the same contents. By another name it may be somebody's standard input,
 * which is not the caller's.
 */
function isReadable(path: ByteString, descriptor: number, { kind }: FileStamp): boolean {
  if (kind !== 'other' || path !== '/dev/null') return kind === 'file';
  const stats = fstatSync(descriptor);
  return stats.isCharacterDevice() && stats.rdev === NULL_DEVICE && process.platform === 'linux';
}

/** True when two stamps name the same unchanged file. */
export function sameStamp(one: FileStamp, other: FileStamp): boolean {
  return (
    one.modifiedMs === other.modifiedMs &&
    one.size === other.size &&
    one.inode === other.inode &&
    one.changedMs === other.changedMs &&
    one.device === other.device
  );
}

function stampOf(stats: Stats): FileStamp {
  return {
    device: stats.dev,
    inode: stats.ino,
    size: stats.size,
    modifiedMs: stats.mtimeMs,
    changedMs: stats.ctimeMs,
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
  };
}
