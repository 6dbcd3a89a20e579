import { hash } from 'node:crypto';
import type { Files } from '../system/files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf } from '../util/path.ts';

/**
 * What a worker knows when its daemon ends, so that the next one need not read all headers again and ask all compilers
 * the same questions (60 ms for the first compile; 12,000 headers of LLVM take a second).
 *
 *   memory = digest, NUL, "memory 1", NUL, build id, NUL, list of files, list of compilers
 *   list   = count, NUL, { field, NUL }*
 *
 * The digest is the SHA-256 of all behind it in hexadecimal digits. Another build's memory is not read: what is known of a compiler
 * changes its shape. Losing a memory costs time, nothing else.
 */
export interface WorkerMemory {
  /** Fields as `key/remembered-files.ts` writes them. */
  readonly files: readonly string[];
  /** Lines of JSON, one for each. */
  readonly compilers: readonly string[];
}

const MAGIC = 'memory 1';

export function encodeMemory({ files, compilers }: WorkerMemory, buildId: string): Buffer {
  const fields = [MAGIC, buildId, String(files.length), ...files, String(compilers.length), ...compilers];
  const body = Buffer.from(`${fields.join('\0')}\0`, 'latin1');
  return Buffer.concat([Buffer.from(`${hash('sha256', body)}\0`), body]);
}

/** Undefined when the bytes are damaged, or of another build. */
export function decodeMemory(bytes: Buffer, buildId: string): WorkerMemory | undefined {
  const end = bytes.indexOf(0);
  if (end < 0 || bytes.toString('latin1', 0, end) !== hash('sha256', bytes.subarray(end + 1))) return undefined;
  const fields = bytes.toString('latin1', end + 1, bytes.length - 1).split('\0');
  if (fields[0] !== MAGIC || fields[1] !== buildId) return undefined;
  const compilersAt = 3 + Number(fields[2]);
  return { files: fields.slice(3, compilersAt), compilers: fields.slice(compilersAt + 1) };
}

/** Reads a memory; a missing or unreadable one is empty. */
export function readMemory(path: ByteString, buildId: string, files: Files): WorkerMemory {
  const read = files.read(path);
  const memory = read.ok && read.value ? decodeMemory(read.value.bytes, buildId) : undefined;
  return memory ?? { files: [], compilers: [] };
}

/** Replaces a memory. A cache that cannot be written has none. */
export async function writeMemory(
  path: ByteString,
  memory: WorkerMemory,
  buildId: string,
  temporary: ByteString,
  files: Files,
): Promise<void> {
  await files.makeDirectory(directoryOf(path), 0o700);
  const created = await files.create(temporary, encodeMemory(memory, buildId));
  const renamed = created.ok ? await files.rename(temporary, path) : created;
  if (!renamed.ok) files.remove(temporary);
}
