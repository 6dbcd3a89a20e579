import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { constants as osConstants } from 'node:os';
import type { PlacedFile, PlaceSource } from '../protocol/steps.ts';
import { toPath } from '../util/bytes.ts';
import { writeFully } from './capture.ts';

const PIECE_BYTES = 1024 * 1024;

/** Writes outputs as the compiler would have; `native/place.c` has what was measured. The errno of the first failure. */
export function placeFiles(files: readonly PlacedFile[]): number | undefined {
  try {
    for (const file of files) placeFile(file);
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

/** The system's number of an error; EIO for what is none of the system's. */
export function errnoOf(error: unknown): number {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined;
  return typeof errno === 'number' ? Math.abs(errno) : osConstants.errno.EIO;
}

function placeFile(file: PlacedFile): void {
  if (file.method === 'directory') {
    mkdirSync(toPath(file.path), { recursive: true, mode: file.mode });
    return;
  }
  if (file.method === 'remove') {
    rmSync(toPath(file.path), { force: true });
    return;
  }
  // The source first: a store file that is gone must not cost the user the old output.
  const store = openStore(file.source);
  try {
    if (file.method === 'truncate') writeInPlace(file, store);
    else if (file.method === 'copy') writeAsCopy(file, store);
    else if (file.method === 'append') openAndFill(file, store, constants.O_APPEND);
    else if (file.method === 'unlink-first') unlinkAndWrite(file, store);
    else if (file.method === 'remove-first') removeAndWrite(file, store);
    else if (file.method === 'rename-writable' && isReadOnly(file.path)) throw new ReadOnlyError();
    else writeAndRename(file, store);
  } finally {
    if (store !== undefined) closeSync(store);
  }
}

/** As rustc sees it: by the mode, which says so to root, too. */
function isReadOnly(path: PlacedFile['path']): boolean {
  const status = statSync(toPath(path), { throwIfNoEntry: false });
  return status !== undefined && (status.mode & 0o222) === 0;
}

class ReadOnlyError extends Error {
  readonly errno = osConstants.errno.EACCES;
}

function openStore(source: PlaceSource): number | undefined {
  if (source.kind === 'inline') return undefined;
  const store = openSync(toPath(source.file), constants.O_RDONLY);
  const status = fstatSync(store);
  if (status.isFile() && status.size >= source.offset + source.length) return store;
  closeSync(store);
  throw new Error('the store file is shorter than it should be');
}

/** @param how `O_TRUNC`, or `O_APPEND` */
function openAndFill(file: PlacedFile, store: number | undefined, how: number): void {
  fill(openSync(toPath(file.path), constants.O_WRONLY | constants.O_CREAT | how, file.mode), file, store);
}

function writeInPlace(file: PlacedFile, store: number | undefined): void {
  openAndFill(file, store, constants.O_TRUNC);
}

function writeAsCopy(file: PlacedFile, store: number | undefined): void {
  writeInPlace(file, store);
  const path = toPath(file.path);
  if (statSync(path).isFile()) chmodSync(path, file.mode & ~process.umask());
}

function unlinkAndWrite(file: PlacedFile, store: number | undefined): void {
  const status = statSync(toPath(file.path), { throwIfNoEntry: false });
  if (status?.isFile() && status.size > 0) unlinkSync(toPath(file.path));
  writeInPlace(file, store);
}

function removeAndWrite(file: PlacedFile, store: number | undefined): void {
  const status = lstatSync(toPath(file.path), { throwIfNoEntry: false });
  if (status?.isFile() || status?.isSymbolicLink()) unlinkSync(toPath(file.path));
  writeInPlace(file, store);
}

function writeAndRename(file: PlacedFile, store: number | undefined): void {
  const path = toPath(file.path);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status !== undefined) {
    if (!status.isFile()) {
      writeInPlace(file, store);
      return;
    }
    accessSync(path, constants.W_OK);
  }
  const temporary = toPath(`${file.path}-${randomBytes(4).toString('hex')}.tmp`);
  const target = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, file.mode);
  try {
    fill(target, file, store);
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

function fill(target: number, file: PlacedFile, store: number | undefined): void {
  try {
    if (file.source.kind === 'inline') writeFully(target, file.source.bytes);
    else if (store !== undefined) copy(store, file.source.offset, file.source.length, target);
  } finally {
    closeSync(target);
  }
}

function copy(store: number, offset: number, length: number, target: number): void {
  const piece = Buffer.allocUnsafe(Math.min(length, PIECE_BYTES));
  for (let done = 0; done < length; ) {
    const count = readSync(store, piece, 0, Math.min(piece.length, length - done), offset + done);
    if (count === 0) throw new Error('the store file became shorter');
    writeFully(target, piece.subarray(0, count));
    done += count;
  }
}
