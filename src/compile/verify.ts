import type { StoredFile, StoredResult } from '../storage/storage.ts';
import type { SourceFiles } from '../system/source-files.ts';
import { fromText } from '../util/bytes.ts';
import type { Kept } from './compilation.ts';

/** What in a stored result is not as the compiler has just made it, for people; undefined when all of it is. */
export function differenceFromStored(
  fresh: Pick<Kept, 'stdout' | 'stderr' | 'files'>,
  stored: StoredResult,
  files: SourceFiles,
): string | undefined {
  if (!fresh.stdout.equals(stored.stdout)) return 'standard output differs';
  if (!fresh.stderr.equals(stored.stderr)) return 'standard error differs';
  for (const role of new Set([...fresh.files, ...stored.files].map((file) => file.role))) {
    const [mine, theirs] = [fresh, stored].map((result) => result.files.find((file) => file.role === role));
    if (mine === undefined) return `the compiler does not write the ${role}`;
    if (theirs === undefined) return `the ${role} is missing`;
    if (mine.mode !== theirs.mode) return `the mode of the ${role} differs`;
    const place = firstDifference(bytesOf(mine, files), bytesOf(theirs, files));
    if (place !== undefined) return `the ${role} differs from byte ${place} on`;
  }
  return undefined;
}

function bytesOf({ content }: StoredFile, files: SourceFiles): Buffer {
  if (content.kind === 'inline') return content.bytes;
  return files.read(fromText(content.file))?.bytes ?? Buffer.alloc(0);
}

function firstDifference(one: Buffer, other: Buffer): number | undefined {
  if (one.equals(other)) return undefined;
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) if (one[at] !== other[at]) return at;
  return shorter;
}
