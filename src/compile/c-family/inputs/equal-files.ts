import { type Circumstance, joinedPaths } from '../../../key/circumstances.ts';
import type { SourceScan } from '../../../key/source-scan.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { withoutDots } from '../../../util/path.ts';

/**
 * Files of equal contents may be one to the compiler, which then reads only the first (`#pragma once`, `#import`) or calls all
 * by one name: to gcc those that were modified in the same second, to clang those that are the same file behind links.
 *
 * @param digests of each of `paths`
 */
export function equalFiles(
  kind: 'gcc' | 'clang',
  paths: readonly ByteString[],
  digests: readonly string[],
  scans: Iterable<SourceScan>,
): Circumstance[] {
  if (new Set(digests).size === digests.length) return [];
  if (kind === 'gcc' && ![...scans].some(({ readsOnce }) => readsOnce)) return [];
  const byDigest = new Map<string, ByteString[]>();
  for (const [index, path] of paths.entries()) {
    const digest = digests[index] ?? '';
    byDigest.set(digest, [...(byDigest.get(digest) ?? []), withoutDots(path)]);
  }
  return [...byDigest.values()]
    .map((equal) => [...new Set(equal)])
    .filter((equal) => equal.length > 1)
    .map((equal) => ({ kind: kind === 'gcc' ? 'same-second' : 'same-file', path: joinedPaths(equal) }));
}
