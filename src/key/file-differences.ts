import type { SourceFiles } from '../system/source-files.ts';
import { type ByteString, toText } from '../util/bytes.ts';
import { resolveFrom, withoutDots } from '../util/path.ts';
import type { Absences } from './absences.ts';
import { circumstanceValue, type Surroundings } from './circumstances.ts';
import type { Change, Difference } from './difference.ts';
import type { FileRecords } from './file-records.ts';
import type { Inputs } from './manifest.ts';

/** What a compile read, searched in vain or otherwise hung on that is not as it was; files in the order in which they were read. */
export function fileDifferences(
  { paths, digests, absent, circumstances }: Inputs,
  seen: Surroundings,
  records: FileRecords,
  absences: Absences,
  files: SourceFiles,
): Difference[] {
  const { directory } = seen;
  const differences: Difference[] = [];
  const appeared = absences.firstPresent(absent, directory);
  if (appeared !== undefined) differences.push(fileDifference('appeared', appeared));
  for (const [index, path] of paths.entries()) {
    const digest = records.digest(resolveFrom(directory, path));
    if (digest !== digests[index]) differences.push(fileDifference(digest === undefined ? 'removed' : 'changed', path));
  }
  for (const circumstance of circumstances) {
    const { kind, path, value } = circumstance;
    const now = circumstanceValue(circumstance, seen, files) ?? 'unknown';
    const name = kind === 'place' ? '' : toText(withoutDots(path)).replaceAll('\n', ' and ');
    // A file that changed has another time as well.
    if (now === value || differences.some((difference) => difference.name === name)) continue;
    differences.push({ what: kind, change: 'changed', ...(name !== '' && { name }), before: value, now });
  }
  return differences;
}

function fileDifference(change: Change, path: ByteString): Difference {
  return { what: 'file', change, name: toText(withoutDots(path).replace(/\/$/, '')) };
}
