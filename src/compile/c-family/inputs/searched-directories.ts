import type { ParsedArguments } from '../../../compilers/arguments.ts';
import type { Circumstance } from '../../../key/circumstances.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom, withoutDots } from '../../../util/path.ts';
import type { InputQuestion } from './inputs.ts';

/** What the search path itself decided, apart from the headers that were found along it. */
export interface SearchedDirectories {
  /** Directories that must not be there, with a slash behind their names; without one, that must be no file. */
  readonly absent: readonly ByteString[];
  /** Files where there should be directories. */
  readonly paths: readonly ByteString[];
  readonly circumstances: readonly Circumstance[];
}

/**
 * A directory that is one with another is searched in one of the two places only, which places depends on what links to
 * what. And gcc can be asked to warn of those that are missing.
 */
export function searchedDirectories(
  { request, parsed, toolchain }: InputQuestion,
  headers: readonly ByteString[],
  files: SourceFiles,
): SearchedDirectories {
  const { quote, angle, missing } = toolchain.search;
  const listed = new Set([...quote, ...angle].map(withoutDots));
  const named = namedDirectories(parsed);
  const others = named.filter((path) => !listed.has(path) && !missing.map(withoutDots).includes(path));
  const realPath = (path: ByteString): ByteString => files.realPath(resolveFrom(request.cwd, path));
  const real = new Set(others.map(realPath));
  const twins = real.size === 0 ? [] : [...listed].filter((path) => real.has(realPath(path)));
  const circumstances = [...others, ...twins].map((path): Circumstance => ({ kind: 'real-path', path }));
  if (toolchain.kind !== 'gcc') return { absent: [], paths: [], circumstances };
  // Where a file has the name of a directory, gcc says so without being asked.
  const isFile = (path: ByteString): boolean => files.stat(resolveFrom(request.cwd, path))?.kind === 'file';
  const paths = missing.filter(isFile);
  const absent = missing.filter((path) => !isFile(path));
  // Where a header was found, there is a directory.
  const unused = [...listed].filter((directory) => !headers.some((header) => header.startsWith(`${directory}/`)));
  if (!parsed.keyArguments.some((word) => WARNS_OF_MISSING.test(word))) {
    return { absent: [...absent, ...unused.filter((directory) => named.includes(directory))], paths, circumstances };
  }
  for (const path of unused) circumstances.push({ kind: 'file type', path });
  return { absent: absent.map((path) => `${path}/`), paths, circumstances };
}

const WARNS_OF_MISSING = /^-W(?:error=)?missing-include-dirs$/;

const SEPARATED: ReadonlySet<ByteString> = new Set(['-iquote', '-isystem', '-idirafter']);

/** The directories that the command line names for headers. */
function namedDirectories({ probeArguments }: ParsedArguments): readonly ByteString[] {
  const named = probeArguments.flatMap((word, index) => {
    if (SEPARATED.has(probeArguments[index - 1] ?? '')) return [word];
    return word.startsWith('-I') && word.length > 2 ? [word.slice(2)] : [];
  });
  return [...new Set(named.map(withoutDots))];
}
