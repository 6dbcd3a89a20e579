import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { failure, type Result, success } from '../util/result.ts';
import type { Checksum } from './checksum.ts';
import type { Zstd } from './zstd.ts';

/*
 * A compressed blob, version 1: `zstd -d` can read it too. Integers are little-endian.
 *
 *   blob     = u32 0x184D2A50 (a frame that zstd skips), u32 its length from here on, header, frame...
 *   header   = "SCTB" version reserved checksum length u32-count u32-frame-length...
 *   version  = u8 1
 *   reserved = 3 bytes 0
 *   checksum = u64 xxHash64 (src/storage/checksum.ts) of all that follows it
 *   length   = u64 of the content
 *   frame    = a zstd frame with the next 256 KiB of the content
 *
 * The checksum is there because zstd takes truncated and altered input for good, and so that a scrub need not decompress.
 * The content's own digest is the name of the file. Frames of 256 KiB, because one takes 0.5 ms to decompress and 1.4 ms
 * to compress, between which others get their turn; larger ones save another 3 % of space.
 */
const SKIPPABLE = 0x184d2a50;
const MAGIC = Buffer.from('SCTB', 'latin1');
const VERSION = 1;
const MAGIC_AT = 8;
const VERSION_AT = MAGIC_AT + 4;
const CHECKSUM_AT = VERSION_AT + 4;
const LENGTH_AT = CHECKSUM_AT + 8;
const COUNT_AT = LENGTH_AT + 8;
const FRAME_LENGTHS_AT = COUNT_AT + 4;
const CHUNK = 256 * 1024;

/** What compressing needs besides the bytes. */
export interface CompressionTools {
  readonly zstd: Zstd;
  readonly checksum: Checksum;
}

/**
 * Compresses a blob, giving others a turn for each 256 KiB.
 *
 * @param sha256 what the digest of `raw` must be: damage is not compressed
 * @param halted asked at each turn; true ends the work without a result
 * @returns undefined when it was halted
 */
export async function compressBlob(
  { zstd, checksum }: CompressionTools,
  raw: Buffer,
  sha256: string,
  halted: () => boolean,
): Promise<Result<Buffer | undefined, string>> {
  const hash = createHash('sha256');
  const frames: Uint8Array[] = [];
  for (let at = 0; at < raw.length; at += CHUNK) {
    if (halted()) return success(undefined);
    const chunk = raw.subarray(at, at + CHUNK);
    hash.update(chunk);
    frames.push(zstd.compress(chunk));
    await setImmediate();
  }
  if (hash.digest('hex') !== sha256) return failure('blob with another digest');
  return success(assemble(checksum, raw.length, frames));
}

/**
 * The content of a compressed blob, giving others a turn for each 256 KiB.
 *
 * @param sha256 what its digest must be
 * @param length what its length must be; more memory is never taken
 */
export async function decompressBlob(
  { zstd, checksum }: CompressionTools,
  file: Buffer,
  sha256: string,
  length: number,
): Promise<Result<Buffer, string>> {
  const frames = framesIn(checksum, file, length);
  if (!frames.ok) return frames;
  const hash = createHash('sha256');
  const content = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  for (const frame of frames.value) {
    const chunk = attempt(() => zstd.decompress(frame));
    if (chunk === undefined || chunk.length > length - filled) return failure('compressed blob with a bad frame');
    content.set(chunk, filled);
    hash.update(chunk);
    filled += chunk.length;
    await setImmediate();
  }
  if (filled !== length || hash.digest('hex') !== sha256) return failure('compressed blob with another digest');
  return success(content);
}

/** What is wrong with the bytes of a compressed blob, without decompressing them; undefined when nothing is. */
export function flawOfCompressed(checksum: Checksum, file: Buffer): string | undefined {
  const length = file.length < FRAME_LENGTHS_AT ? 0 : Number(file.readBigUInt64LE(LENGTH_AT));
  const frames = framesIn(checksum, file, length);
  return frames.ok ? undefined : frames.error;
}

function assemble(checksum: Checksum, length: number, frames: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(FRAME_LENGTHS_AT + 4 * frames.length);
  header.writeUInt32LE(SKIPPABLE, 0);
  header.writeUInt32LE(header.length - MAGIC_AT, 4);
  MAGIC.copy(header, MAGIC_AT);
  header.writeUInt8(VERSION, VERSION_AT);
  header.writeBigUInt64LE(BigInt(length), LENGTH_AT);
  header.writeUInt32LE(frames.length, COUNT_AT);
  for (const [index, frame] of frames.entries()) header.writeUInt32LE(frame.length, FRAME_LENGTHS_AT + 4 * index);
  const file = Buffer.concat([header, ...frames]);
  file.writeBigUInt64LE(checksum(file.subarray(LENGTH_AT), 0n), CHECKSUM_AT);
  return file;
}

/** The frames of a compressed blob whose content has this length. Nothing in the file is believed before its checksum. */
function framesIn(checksum: Checksum, file: Buffer, length: number): Result<Buffer[], string> {
  if (file.length < FRAME_LENGTHS_AT) return failure(`${file.length} bytes are no compressed blob`);
  if (file.readUInt32LE(0) !== SKIPPABLE || file.compare(MAGIC, 0, 4, MAGIC_AT, MAGIC_AT + 4) !== 0) {
    return failure('not a compressed blob');
  }
  if (file.readUInt32LE(VERSION_AT) !== VERSION) return failure(`compressed blob of version ${file[VERSION_AT]}`);
  if (file.readBigUInt64LE(CHECKSUM_AT) !== checksum(file.subarray(LENGTH_AT), 0n)) return failure('checksum differs');
  if (file.readBigUInt64LE(LENGTH_AT) !== BigInt(length)) return failure('compressed blob of another length');
  const count = file.readUInt32LE(COUNT_AT);
  let at = FRAME_LENGTHS_AT + 4 * count;
  if (at > file.length || file.readUInt32LE(4) !== at - MAGIC_AT) return failure('malformed compressed blob');
  const frames = Array.from({ length: count }, (_, index) => {
    const start = at;
    at += file.readUInt32LE(FRAME_LENGTHS_AT + 4 * index);
    return file.subarray(start, at);
  });
  return at === file.length ? success(frames) : failure('lengths do not add up');
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
