import type { SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { joinPath } from '../util/path.ts';

/** The files of a package, and the directories in which they are with the names that count there. */
export interface PackageFiles {
  readonly files: readonly ByteString[];
  readonly directories: readonly { readonly path: ByteString; readonly names: readonly ByteString[] }[];
}

/** A package has some tens; beyond that it is a home directory, or has everything in it. */
const MOST_FILES = 2_000;

/** What compilers make, and what no compile reads. */
const PRODUCTS = /\.(?:rlib|rmeta|so|dylib|dll|d|o|a|bc|ll|mir|s|dwo|dwp)$/;
const OTHER_DIRECTORIES: ReadonlySet<string> = new Set(['target', '.git', '.hg', '.svn', '.jj', 'node_modules']);

/**
 * Which of a directory's names count: neither products nor `writes`, a compile's own outputs.
 *
 * @param names as they are listed
 */
export function countingNames(
  directory: ByteString,
  names: readonly ByteString[],
  writes: ReadonlySet<ByteString>,
): readonly ByteString[] {
  return names.filter(
    (name) => !OTHER_DIRECTORIES.has(name) && !PRODUCTS.test(name) && !writes.has(joinPath(directory, name)),
  );
}

/**
 * Everything below a directory; undefined when that is too much.
 *
 * @param root absolute
 * @param writes absolute paths that do not count
 */
export function packageFiles(
  root: ByteString,
  writes: ReadonlySet<ByteString>,
  system: SourceFiles,
): PackageFiles | undefined {
  const files: ByteString[] = [];
  const directories: { path: ByteString; names: readonly ByteString[] }[] = [];
  const open = [root];
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    const listed = system.list(directory);
    if (listed === undefined) continue;
    const names = countingNames(directory, listed, writes);
    directories.push({ path: directory, names });
    for (const name of names) {
      const path = joinPath(directory, name);
      const kind = system.stat(path)?.kind;
      if (kind === 'file') files.push(path);
      else if (kind === 'directory' && system.stat(`${path}/CACHEDIR.TAG`) === undefined) open.push(path);
      if (files.length + directories.length + open.length > MOST_FILES) return undefined;
    }
  }
  return { files, directories };
}
