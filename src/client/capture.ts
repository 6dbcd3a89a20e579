import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Captured } from '../protocol/messages.ts';

/** More than this of one stream goes to a file: a compiler may write any amount, our memory is not for that. */
export const SPILL_BYTES = 64 * 1024 * 1024;

const PIECE_BYTES = 1024 * 1024;

/** What one stream of a run delivered: in memory, or in a file without a name. */
export class Capture {
  #chunks: Buffer[] = [];
  #length = 0;
  #file: number | undefined;

  append(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#file !== undefined) {
      writeFully(this.#file, chunk);
      return;
    }
    this.#chunks.push(chunk);
    if (this.#length > SPILL_BYTES) this.#spill();
  }

  toMessage(): Captured {
    return this.#file === undefined ? { kind: 'bytes', bytes: Buffer.concat(this.#chunks) } : { kind: 'spilled' };
  }

  /** All of it in order, in pieces. Escape sequences of terminals may be cut by a piece's end in a spilled one only. */
  *pieces(): Iterable<Buffer> {
    if (this.#file === undefined) {
      if (this.#length > 0) yield Buffer.concat(this.#chunks);
      return;
    }
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let at = 0; at < this.#length; ) {
      const count = readSync(this.#file, piece, 0, PIECE_BYTES, at);
      if (count === 0) return;
      at += count;
      yield piece.subarray(0, count);
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #spill(): void {
    const directory = mkdtempSync(join(tmpdir(), 'sccache-'));
    this.#file = openSync(join(directory, 'captured'), 'wx+', 0o600);
    rmSync(directory, { recursive: true });
    for (const chunk of this.#chunks) writeFully(this.#file, chunk);
    this.#chunks = [];
  }
}

/** Writes all of it, wherever the descriptor takes only some at a time. */
export function writeFully(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (!isAgain(error)) throw error;
      // A non-blocking pipe that is full. There is no synchronous poll, so: a moment's sleep.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function isAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
