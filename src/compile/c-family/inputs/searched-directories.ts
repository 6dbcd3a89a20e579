import type { Circumstance } from '../../../key/circumstances.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom, withoutDots } from '../../../util/path.ts';
import { namedDirectories } from '../toolchain/same-directories.ts';
import type { InputQuestion } from './inputs.ts';

/** What the search path itself decided, apart from the headers that were found along it. */
export interface SearchedDirectories {
  /** Directories that must not be there, with a slash behind their names; without one, that must be no file. */
  readonly absent: readonly ByteString[];
  /** Files where there should be directories. */
  readonly paths: readonly ByteString[];
  readonly circumstances: readonly Circumstance[];
}

/** gcc says of a file that it is no directory, and can be asked to warn of missing ones. */
export function searchedDirectories(
  { request, parsed, toolchain }: InputQuestion,
  headers: readonly ByteString[],
  files: SourceFiles,
): SearchedDirectories {
  const { quote, angle, missing } = toolchain.search;
  const listed = new Set([...quote, ...angle].map(withoutDots));
  const named = namedDirectories(parsed);
  if (toolchain.kind !== 'gcc') return { absent: [], paths: [], circumstances: [] };
  // Where a file has the name of a directory, gcc says so without being asked.
  const isFile = (path: ByteString): boolean => files.stat(resolveFrom(request.cwd, path))?.kind === 'file';
  const paths = missing.filter(isFile);
  const absent = missing.filter((path) => !isFile(path));
  // Where a header was found, there is a directory.
  const unused = [...listed].filter((directory) => !headers.some((header) => header.startsWith(`${directory}/`)));
  if (!parsed.keyArguments.some((word) => WARNS_OF_MISSING.test(word))) {
    const mustBeNoFile = unused.filter((directory) => named.includes(directory));
    return { absent: [...absent, ...mustBeNoFile], paths, circumstances: [] };
  }
  const circumstances = unused.map((path): Circumstance => ({ kind: 'file type', path }));
  return { absent: absent.map((path) => `${path}/`), paths, circumstances };
}

const WARNS_OF_MISSING = /^-W(?:error=)?missing-include-dirs$/;
