import { closeSync, fstatSync, openSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { type ByteString, fromBuffer, toPath } from '../util/bytes.ts';

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

/** The daemon's view of the caller's files. Synchronous: each call is a system call of about a microsecond. */
export interface SourceFiles {
  /** Follows links. Undefined when there is nothing to be seen, whatever the reason. */
  stat(path: ByteString): FileStamp | undefined;
  /** Whether `stat` would give this stamp. The question that a hit asks for each header: it makes no object to answer it. */
  unchanged(path: ByteString, stamp: FileStamp): boolean;
  /** Behind all links; the path itself when that cannot be told. */
  realPath(path: ByteString): ByteString;
  /** The contents with the stamp of the very file that was read; undefined when it cannot be read. */
  read(path: ByteString): { readonly stamp: FileStamp; readonly bytes: Buffer } | undefined;
}

const NO_THROW = { throwIfNoEntry: false } as const;

/** The real file system. */
export class RealSourceFiles implements SourceFiles {
  stat(path: ByteString): FileStamp | undefined {
    try {
      const stats = statSync(toPath(path), NO_THROW);
      return stats && stampOf(stats);
    } catch {
      return undefined; // EACCES, ENOTDIR, ELOOP …: nothing that the compiler could open either
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

  realPath(path: ByteString): ByteString {
    try {
      return fromBuffer(realpathSync.native(toPath(path), 'buffer'));
    } catch {
      return path;
    }
  }

  read(path: ByteString): { readonly stamp: FileStamp; readonly bytes: Buffer } | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(toPath(path), 'r');
      const stamp = stampOf(fstatSync(descriptor));
      return stamp.kind === 'file' ? { stamp, bytes: readFileSync(descriptor) } : undefined;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }
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
