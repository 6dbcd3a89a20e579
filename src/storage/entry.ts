import { failure, type Result, success } from '../util/result.ts';
import type { Checksum } from './checksum.ts';
import type { StoreKey } from './storage.ts';

/*
 * Entry format, version 1. Integers are little-endian.
 *
 *   entry    = "SCTE" version kind reserved checksum key body
 *   version  = u8 1
 *   kind     = u8 (1: result, 2: manifest)
 *   reserved = u16 0
 *   checksum = u64 xxHash64 (src/storage/checksum.ts) of key and body, seeded with version, kind and reserved as one u32
 *   key      = 32 bytes: an entry that ended up under another's name is not taken for it
 *   body     = result-body | manifest bytes
 *   result-body = u32 header-length, header, stdout, stderr, contents of the inline files one after another
 *   header   = JSON { stdout: length, stderr: length, facts: object, files: [file...] }
 *   file     = { role, mode, length } for an inline one, { role, mode, length, sha256 } for a blob
 *
 * Nothing may follow, so a file that is too long is as damaged as one that is too short.
 */
const MAGIC = Buffer.from('SCTE', 'latin1');
const VERSION = 1;
const KIND = { result: 1, manifest: 2 } as const;
const CHECKSUM_AT = 8;
const KEY_AT = 16;
const BODY_AT = KEY_AT + 32;
const HEADER_AT = BODY_AT + 4;

/** A file of an entry: its bytes, or the name of the blob that has them. */
export interface EntryFile {
  readonly role: string;
  readonly mode: number;
  readonly content: EntryContent;
}

export type EntryContent =
  | { readonly kind: 'inline'; readonly bytes: Buffer }
  | { readonly kind: 'blob'; readonly sha256: string; readonly length: number };

/** A result as an entry holds it. */
export interface EntryResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly files: readonly EntryFile[];
}

/** The bytes of a result's entry. */
export function encodeResult(checksum: Checksum, key: StoreKey, result: EntryResult): Buffer {
  const { stdout, stderr, facts } = result;
  const files = result.files.map(({ role, mode, content }) =>
    content.kind === 'inline'
      ? { role, mode, length: content.bytes.length }
      : { role, mode, length: content.length, sha256: content.sha256 },
  );
  const header = Buffer.from(JSON.stringify({ stdout: stdout.length, stderr: stderr.length, facts, files }));
  const headerLength = Buffer.alloc(4);
  headerLength.writeUInt32LE(header.length);
  const inline = result.files.flatMap(({ content }) => (content.kind === 'inline' ? [content.bytes] : []));
  return seal(checksum, 'result', key, [headerLength, header, stdout, stderr, ...inline]);
}

/** The result in an entry's bytes, whose buffers share their memory; or what is wrong with them. */
export function decodeResult(checksum: Checksum, key: StoreKey, entry: Buffer): Result<EntryResult, string> {
  const flaw = flawOf(checksum, 'result', key, entry);
  if (flaw !== undefined) return failure(flaw);
  if (entry.length < HEADER_AT) return failure('no header');
  const headerEnd = HEADER_AT + entry.readUInt32LE(BODY_AT);
  if (headerEnd > entry.length) return failure('header longer than the entry');
  const header = readHeader(entry.toString('utf8', HEADER_AT, headerEnd));
  return header === undefined ? failure('malformed header') : cut(header, entry, headerEnd);
}

/** The bytes of a manifest's entry. */
export function encodeManifest(checksum: Checksum, key: StoreKey, manifest: Uint8Array): Buffer {
  return seal(checksum, 'manifest', key, [manifest]);
}

/** The manifest in an entry's bytes, sharing their memory; or what is wrong with them. */
export function decodeManifest(checksum: Checksum, key: StoreKey, entry: Buffer): Result<Buffer, string> {
  const flaw = flawOf(checksum, 'manifest', key, entry);
  return flaw === undefined ? success(entry.subarray(BODY_AT)) : failure(flaw);
}

function seal(checksum: Checksum, kind: keyof typeof KIND, key: StoreKey, body: readonly Uint8Array[]): Buffer {
  const envelope = Buffer.alloc(BODY_AT);
  MAGIC.copy(envelope);
  envelope.writeUInt8(VERSION, 4);
  envelope.writeUInt8(KIND[kind], 5);
  envelope.write(key, KEY_AT, 'hex');
  const entry = Buffer.concat([envelope, ...body]);
  entry.writeBigUInt64LE(checksumOf(checksum, entry), CHECKSUM_AT);
  return entry;
}

function flawOf(checksum: Checksum, kind: keyof typeof KIND, key: StoreKey, entry: Buffer): string | undefined {
  if (entry.length < BODY_AT) return `${entry.length} bytes are no entry`;
  if (entry.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return 'not an entry';
  if (entry.readUInt8(4) !== VERSION) return `entry of version ${entry.readUInt8(4)}`;
  if (entry.readUInt8(5) !== KIND[kind] || entry.readUInt16LE(6) !== 0) return `not a ${kind}`;
  if (entry.readBigUInt64LE(CHECKSUM_AT) !== checksumOf(checksum, entry)) return 'checksum differs';
  if (entry.toString('hex', KEY_AT, BODY_AT) !== key) return 'entry of another key';
  return undefined;
}

function checksumOf(checksum: Checksum, entry: Buffer): bigint {
  return checksum(entry.subarray(KEY_AT), BigInt(entry.readUInt32LE(4)));
}

interface Header {
  readonly stdout: number;
  readonly stderr: number;
  readonly facts: Record<string, unknown>;
  readonly files: readonly HeaderFile[];
}

interface HeaderFile {
  readonly role: string;
  readonly mode: number;
  readonly length: number;
  readonly sha256: string | undefined;
}

/** Checked by hand: this runs for each hit, where a schema library would cost more than all else in here. */
function readHeader(text: string): Header | undefined {
  const header = parseJson(text);
  if (!isRecord(header)) return undefined;
  const { stdout, stderr, facts, files } = header;
  if (!isLength(stdout) || !isLength(stderr) || !isRecord(facts) || !Array.isArray(files)) return undefined;
  const checked: HeaderFile[] = [];
  for (const file of files) {
    const read = readHeaderFile(file);
    if (read === undefined) return undefined;
    checked.push(read);
  }
  return { stdout, stderr, facts, files: checked };
}

function readHeaderFile(file: unknown): HeaderFile | undefined {
  if (!isRecord(file)) return undefined;
  const { role, mode, length, sha256 } = file;
  if (typeof role !== 'string' || !isLength(mode) || mode > 0o7777 || !isLength(length)) return undefined;
  if (sha256 === undefined) return { role, mode, length, sha256 };
  return typeof sha256 === 'string' && isSha256(sha256) ? { role, mode, length, sha256 } : undefined;
}

function cut(header: Header, entry: Buffer, start: number): Result<EntryResult, string> {
  let position = start;
  const take = (length: number): Buffer => {
    position += length;
    return entry.subarray(position - length, position);
  };
  const stdout = take(header.stdout);
  const stderr = take(header.stderr);
  const files = header.files.map(({ role, mode, length, sha256 }): EntryFile => {
    const content: EntryContent =
      sha256 === undefined ? { kind: 'inline', bytes: take(length) } : { kind: 'blob', sha256, length };
    return { role, mode, content };
  });
  // Positions only grow, so the last one is enough to know that none was beyond the end.
  if (position !== entry.length) return failure('lengths do not add up');
  return success({ stdout, stderr, facts: header.facts, files });
}

const SHA256 = /^[0-9a-f]{64}$/;

/** True for what can be a key or the name of a blob: 64 lower-case hexadecimal digits. */
export function isSha256(text: string): boolean {
  return SHA256.test(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
