import { type Circumstance, joinedPaths } from '../../../key/circumstances.ts';
import type { SourceScan } from '../../../key/source-scan.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom, withoutDots } from '../../../util/path.ts';

/** What one compile read. */
interface ReadTexts {
  readonly kind: 'gcc' | 'clang';
  /** The caller's directory. */
  readonly directory: ByteString;
  readonly paths: readonly ByteString[];
  /** Of each of `paths`. */
  readonly digests: readonly string[];
  /** Of the source and the headers. */
  readonly scans: ReadonlyMap<ByteString, SourceScan>;
}

/**
 * Files of equal contents may be one to the compiler, which then reads only the first (`#pragma once`, `#import`) or calls all
 * by one name: to gcc those that were modified in the same second, to clang those that are the same file behind links.
 */
export function equalFiles({ kind, directory, paths, digests, scans }: ReadTexts): Circumstance[] {
  if (new Set(digests).size === digests.length) return [];
  const byDigest = new Map<string, Map<ByteString, ByteString>>();
  for (const [index, path] of paths.entries()) {
    const digest = digests[index] ?? '';
    const equal = byDigest.get(digest) ?? new Map<ByteString, ByteString>();
    const absolute = withoutDots(resolveFrom(directory, path));
    if (!equal.has(absolute)) equal.set(absolute, path);
    byDigest.set(digest, equal);
  }
  const groups = [...byDigest.values()].map((equal) => [...equal.values()]).filter((equal) => equal.length > 1);
  if (kind === 'clang') return groups.map((equal) => ({ kind: 'same-file', path: joinedPaths(equal) }));
  const imports = [...scans.values()].some((scan) => scan.imports);
  return groups
    .filter((equal) => imports || equal.some((path) => scans.get(path)?.once))
    .map((equal) => ({ kind: 'same-second', path: joinedPaths(equal) }));
}
