import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { type ByteString, fromBuffer, toPath } from '../util/bytes.ts';
import { type DirectoryIdentity, type FileStamp, isNotThere } from './source-files.ts';

/**
 * How the daemon believes a file to be, in bytes for the client to check:
 *
 *   claim = u8 0, f64 device, f64 inode, f64 size, f64 modified, f64 changed, path, NUL     the file has this stamp
 *         | u8 1, path, NUL                                                                 no regular file is there
 *         | u8 2, path, NUL                                                                 nothing is there
 *         | u8 3, path, NUL, path, NUL                                                      behind all links it is the second
 *         | u8 4, path, NUL, { name, NUL }                                                  a directory without such names
 *         | u8 5, f64 device, f64 inode, path, NUL                                          this directory, whatever is in it
 *
 * Numbers are little-endian and as Node has them: whole ones as doubles, times as `seconds * 1000 + nanoseconds / 1e6`,
 * which gives the same bits in C.
 *
 * The names of a directory without them are in small letters and in the order of their bytes, and capital letters count as
 * small ones: some file systems do not tell them apart. Nor does it hold where an entry has more than ASCII, which they fold
 * in ways of their own, or where the directory has more than 64 KiB and takes longer to read than names to be asked for.
 */
export type Claim = ByteString;

/** Claims as they are sent, each behind its length in four bytes: some hundred headers are 40 KB that are copied at once. */
export interface ClaimList {
  readonly count: number;
  readonly bytes: Buffer;
}

const UNCHANGED = 0;
const MISSING = 1;
const NOTHING = 2;
const REAL_PATH = 3;
const WITHOUT_NAMES = 4;
const SAME_DIRECTORY = 5;
const MOST_LISTED_BYTES = 64 * 1024;
/** So many names a client takes in one claim (`check.c`). */
export const MOST_CLAIMED_NAMES = 4096;
/** Letters that file systems fold in ways of their own. */
export const NON_ASCII = /[^\x00-\x7f]/;
const LENGTH_BYTES = 4;
const STAMP_BYTES = 5 * 8;
const IDENTITY_BYTES = 2 * 8;

const numbers = Buffer.alloc(STAMP_BYTES);

/** The claim that a file has not changed since it had this stamp. */
export function claimUnchanged(path: ByteString, stamp: FileStamp): Claim {
  const fields = [stamp.device, stamp.inode, stamp.size, stamp.modifiedMs, stamp.changedMs];
  for (const [index, value] of fields.entries()) numbers.writeDoubleLE(value, index * 8);
  return `\0${numbers.toString('latin1')}${path}\0`;
}

/** The claim that a path leads to this directory, in which anything may have changed. */
export function claimSameDirectory(path: ByteString, { device, inode }: DirectoryIdentity): Claim {
  numbers.writeDoubleLE(device, 0);
  numbers.writeDoubleLE(inode, 8);
  return `\x05${numbers.toString('latin1', 0, IDENTITY_BYTES)}${path}\0`;
}

/** The claim that there is no regular file of that name. */
export function claimMissing(path: ByteString): Claim {
  return `\x01${path}\0`;
}

/** The claim that there is neither a file nor a directory of that name. */
export function claimNothing(path: ByteString): Claim {
  return `\x02${path}\0`;
}

/** The claim that an absolute path is another one behind all links. */
export function claimRealPath(path: ByteString, real: ByteString): Claim {
  return `\x03${path}\0${real}\0`;
}

/** The claim that there is a directory, and that it has no entry of these names, which are ASCII and in small letters. */
export function claimWithoutNames(directory: ByteString, names: Iterable<ByteString>): Claim {
  return `\x04${[directory, ...[...names].sort()].join('\0')}\0`;
}

export function claimList(claims: readonly Claim[]): ClaimList {
  const bytes = Buffer.allocUnsafe(claims.reduce((sum, claim) => sum + LENGTH_BYTES + claim.length, 0));
  let at = 0;
  for (const claim of claims) {
    at = bytes.writeUInt32LE(claim.length, at);
    at += bytes.write(claim, at, 'latin1');
  }
  return { count: claims.length, bytes };
}

/** Asks the file system, one claim after the other. A claim that cannot be read does not hold. */
export function claimsHold({ count, bytes }: ClaimList): boolean {
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const start = at + LENGTH_BYTES;
    if (start > bytes.length) return false;
    at = start + bytes.readUInt32LE(at);
    if (!holds(bytes.subarray(start, at))) return false;
  }
  return true;
}

function holds(claim: Buffer): boolean {
  const kind = claim[0];
  const numbersBytes = kind === UNCHANGED ? STAMP_BYTES : kind === SAME_DIRECTORY ? IDENTITY_BYTES : 0;
  const path = fromBuffer(claim.subarray(1 + numbersBytes, -1));
  if (path === '' || claim.at(-1) !== 0) return false;
  if (kind === REAL_PATH) return isRealPath(path);
  if (kind === WITHOUT_NAMES) return hasNoneOf(path);
  if (kind === MISSING || kind === NOTHING) {
    const name = look(lstatSync, path);
    if (name === 'barred') return false;
    // A link that leads nowhere is no sure sign: its target may appear without a change of the directory that it is in.
    return name === undefined || (kind === MISSING && !name.isFile() && !name.isSymbolicLink());
  }
  const stats = look(statSync, path);
  if (numbersBytes === 0 || stats === undefined || stats === 'barred') return false;
  if (kind === SAME_DIRECTORY && !stats.isDirectory()) return false; // inodes are used again
  const values = [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].slice(0, numbersBytes / 8);
  return values.every((value, index) => value === claim.readDoubleLE(1 + index * 8));
}

/** Whether an entry of a directory may be one of the names, which are ASCII and in small letters, on any file system. */
export function mayBeNamed(entry: ByteString, names: ReadonlySet<ByteString>): boolean {
  return NON_ASCII.test(entry) || names.has(entry.toLowerCase());
}

function hasNoneOf(words: ByteString): boolean {
  const [directory = '', ...names] = words.split('\0');
  if (names.length > MOST_CLAIMED_NAMES) return false;
  const barred = new Set(names);
  try {
    const path = toPath(directory);
    return (
      statSync(path).size <= MOST_LISTED_BYTES &&
      !readdirSync(path, 'buffer').some((entry) => mayBeNamed(fromBuffer(entry), barred))
    );
  } catch {
    return false;
  }
}

function isRealPath(paths: ByteString): boolean {
  const end = paths.indexOf('\0');
  try {
    return end > 0 && fromBuffer(realpathSync.native(toPath(paths.slice(0, end)), 'buffer')) === paths.slice(end + 1);
  } catch {
    return false;
  }
}

/** Undefined when nothing is there, a file stands where a directory should (ENOTDIR) for example. */
function look(ask: typeof statSync | typeof lstatSync, path: ByteString): Stats | 'barred' | undefined {
  try {
    return ask(toPath(path), { throwIfNoEntry: false });
  } catch (error) {
    return isNotThere(error) ? undefined : 'barred';
  }
}
