import { type FileStamp, type SourceFiles, sameStamp } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import type { Request } from './request.ts';

/**
 * Where a file may be sent by those who only want the others. All compilers can write there; nothing of it can be read
 * back, or is to be placed.
 */
export const NOWHERE = '/dev/null';

/** A file that a compile leaves behind. */
export interface Output {
  /** What the file is. An entry stores each role once. */
  readonly role: string;
  /** As the compiler would open it: relative to the caller's directory, or absolute. */
  readonly path: ByteString;
  /** True when the compiler may leave it out. */
  readonly optional: boolean;
}

/** An output as the compile left it. */
export interface WrittenOutput {
  readonly output: Output;
  readonly mode: number;
  readonly bytes: Buffer;
}

/** What the outputs were before the compile: an optional one that did not change was not written by it. */
export function stampsBefore(
  request: Request,
  outputs: readonly Output[],
  files: SourceFiles,
): ReadonlyMap<Output, FileStamp | undefined> {
  const optional = outputs.filter((output) => output.optional);
  return new Map(optional.map((output) => [output, files.stat(resolveFrom(request.cwd, output.path))]));
}

/** Reads the outputs before the caller may go on and change them (strip, objcopy, the next compile). */
export function readOutputs(
  request: Request,
  outputs: readonly Output[],
  before: ReadonlyMap<Output, FileStamp | undefined>,
  files: SourceFiles,
): readonly WrittenOutput[] | 'output-missing' | 'output-not-a-file' {
  const written: WrittenOutput[] = [];
  for (const output of outputs) {
    if (output.path === NOWHERE) continue;
    const path = resolveFrom(request.cwd, output.path);
    const stamp = files.stat(path);
    const old = before.get(output);
    if (output.optional && (stamp === undefined || (old && sameStamp(old, stamp)))) continue;
    if (stamp === undefined) return 'output-missing';
    if (stamp.kind !== 'file') return 'output-not-a-file';
    const contents = files.read(path);
    if (contents === undefined) return 'output-missing';
    // Permission bits before the umask: what a compiler makes executable is 0777, all else 0666.
    written.push({ output, mode: 0o666, bytes: contents.bytes });
  }
  return written;
}
