import type { ByteString } from '../util/bytes.ts';
import { failure, type Result, success } from '../util/result.ts';

/** The longest payload of a frame, in bytes. A length above it is a stranger on the socket, not a message. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** Bytes of the length that stands before each payload. */
const LENGTH_BYTES = 4;

/** Why bytes are not a message. */
export interface ProtocolError {
  readonly kind: 'oversized' | 'truncated' | 'malformed';
  readonly detail: string;
}

/**
 * Reads the fields of a payload in order.
 *
 * The first field that is not there fails the reader for good: what is read afterwards is zero or empty, and `finish`
 * gives the error. A decoder therefore reads straight on and checks once, and no count that a stranger sent is ever
 * trusted for more than the bytes that came with it.
 */
export class Reader {
  readonly #payload: Buffer;
  #offset = 0;
  #error: ProtocolError | undefined;

  constructor(payload: Buffer) {
    this.#payload = payload;
  }

  u8(): number {
    const at = this.#take(1);
    return at === undefined ? 0 : this.#payload.readUInt8(at);
  }

  u32(): number {
    const at = this.#take(4);
    return at === undefined ? 0 : this.#payload.readUInt32LE(at);
  }

  /** A u64 as a number; one above 2^53 - 1 fails the reader. */
  u64(): number {
    const at = this.#take(8);
    if (at === undefined) return 0;
    const value = this.#payload.readBigUInt64LE(at);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    this.fail(`${value} is too large`);
    return 0;
  }

  /** The bytes themselves: a view of the payload, not a copy. */
  buffer(): Buffer {
    const length = this.u32();
    const at = this.#take(length);
    return at === undefined ? Buffer.alloc(0) : this.#payload.subarray(at, at + length);
  }

  bytes(): ByteString {
    return this.buffer().toString('latin1');
  }

  /** As many items as the count before them says. `minimumBytes` of an item bounds the count by what is there. */
  list<T>(readItem: () => T, minimumBytes: number): T[] {
    const count = this.u32();
    if (count * minimumBytes > this.#payload.length - this.#offset) {
      this.#failWith('truncated', `a list of ${count} items in ${this.#payload.length - this.#offset} bytes`);
      return [];
    }
    const items: T[] = [];
    for (let index = 0; index < count && this.#error === undefined; index++) items.push(readItem());
    return items;
  }

  bytesList(): ByteString[] {
    return this.list(() => this.bytes(), LENGTH_BYTES);
  }

  /** The meaning of a u8 by its place in `meanings`; another value fails the reader (and reads as the first one). */
  choice<T>(meanings: readonly [T, ...T[]], what: string): T {
    const value = this.u8();
    const meaning = meanings[value];
    if (meaning !== undefined) return meaning;
    this.fail(`${what} ${value}`);
    return meanings[0];
  }

  /** Fails the reader: the bytes are there but mean nothing. */
  fail(detail: string): void {
    this.#failWith('malformed', detail);
  }

  /** The value that was read, if every field was there and nothing is left over. */
  finish<T>(value: T): Result<T, ProtocolError> {
    const left = this.#payload.length - this.#offset;
    if (this.#error === undefined && left > 0) this.fail(`${left} bytes too many`);
    return this.#error === undefined ? success(value) : failure(this.#error);
  }

  /** Where the next `length` bytes are; undefined, and the reader failed, when there are not as many. */
  #take(length: number): number | undefined {
    if (this.#error !== undefined) return undefined;
    const at = this.#offset;
    if (length > this.#payload.length - at) {
      this.#failWith('truncated', `${length} bytes wanted at ${at} of ${this.#payload.length}`);
      return undefined;
    }
    this.#offset = at + length;
    return at;
  }

  #failWith(kind: ProtocolError['kind'], detail: string): void {
    this.#error ??= { kind, detail };
  }
}

/** Writes one frame, field by field, into a buffer that grows. */
export class Writer {
  #buffer: Buffer;
  #length = LENGTH_BYTES;

  /** @param large what it will hold beside some small fields, in bytes: growing would copy it again and again. */
  constructor(type: number, large = 0) {
    this.#buffer = Buffer.allocUnsafe(1024 + large);
    this.u8(type);
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer.writeUInt8(value, at);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeUInt32LE(value, at);
  }

  u64(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64LE(BigInt(value), at);
  }

  buffer(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.rawBuffer(bytes);
  }

  bytes(bytes: ByteString): void {
    this.u32(bytes.length);
    const at = this.#reserve(bytes.length);
    this.#buffer.write(bytes, at, 'latin1');
  }

  /** Bytes without a length before them. */
  raw(bytes: ByteString): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.write(bytes, at, 'latin1');
  }

  /** Bytes without a length before them. */
  rawBuffer(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
  }

  bytesList(items: readonly ByteString[]): void {
    this.u32(items.length);
    for (const item of items) this.bytes(item);
  }

  /** A u8: the place of `meaning` in `meanings`. */
  choice<T>(meanings: readonly T[], meaning: T): void {
    this.u8(meanings.indexOf(meaning));
  }

  /** The complete frame. The writer must not be used afterwards. */
  finish(): Buffer {
    this.#buffer.writeUInt32LE(this.#length - LENGTH_BYTES, 0);
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(length: number): number {
    const at = this.#length;
    this.#length = at + length;
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    return at;
  }
}

/** Cuts what a socket delivers into payloads. */
export class FrameSplitter {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  /** @param limit the longest payload that is accepted, in bytes */
  constructor(limit: number = MAX_FRAME_BYTES) {
    this.#limit = limit;
  }

  /** Bytes that wait for the rest of their frame. Not zero at the end of the stream: the last frame is cut off. */
  get pendingBytes(): number {
    return this.#length;
  }

  /** The payloads that are complete with this chunk. After a failure the stream is of no use any more. */
  push(chunk: Buffer): Result<Buffer[], ProtocolError> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const payloads: Buffer[] = [];
    for (;;) {
      if (this.#length < LENGTH_BYTES) return success(payloads);
      const length = this.#peekLength();
      if (length > this.#limit) {
        return failure({
          kind: 'oversized',
          detail: `a frame of ${length} bytes, at most ${this.#limit} are accepted`,
        });
      }
      if (this.#length < LENGTH_BYTES + length) return success(payloads);
      const all = this.#joined();
      payloads.push(all.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
      this.#replace(all.subarray(LENGTH_BYTES + length));
    }
  }

  /** The length field, which may be spread over chunks. A long frame's chunks are joined once, not at each push. */
  #peekLength(): number {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= LENGTH_BYTES) return first.readUInt32LE(0);
    return this.#joined().readUInt32LE(0);
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    const all = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #replace(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
  }
}
