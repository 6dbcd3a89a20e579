import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';

/** Where a driver looked for the programs that it runs. */
export interface ProgramSearch {
  readonly request: Request;
  readonly probeArguments: readonly ByteString[];
  readonly target: ByteString;
  readonly version: string;
  /** What gcc says of itself (`COMPILER_PATH=` in its verbose output), '' of others. */
  readonly compilerPath: ByteString;
}

/**
 * Names that do not exist, and where a program would be found instead of the one that was: somebody who puts an `as`
 * into a `-B` directory or further up in PATH changes what comes out.
 *
 * gcc searches `-B`, `COMPILER_PATH`, `GCC_EXEC_PREFIX`, its own directories, PATH; in the first three with
 * `TARGET/VERSION/` behind the directory, too (GCC manual, "Directory Options"). clang the same without the versions, its own
 * directory, PATH; each with `TARGET-` before the name (`Driver::GetProgramPath`). What differs is over-estimated: a name too many
 * that appears makes the compiler be asked once more.
 */
export function shadowingNames(
  found: readonly ByteString[],
  search: ProgramSearch,
  files: SourceFiles,
): readonly ByteString[] {
  const { request, target, version } = search;
  const names = new Set<ByteString>();
  for (const program of found) {
    for (const directory of directoriesBefore(directoryOf(program), search)) {
      for (const below of ['', `${target}/${version}/`, `${target}/`]) {
        for (const name of [baseName(program), `${target}-${baseName(program)}`]) {
          names.add(resolveFrom(request.cwd, joinPath(directory, below + name)));
        }
      }
    }
    // What is no directory is put before the name as it is.
    for (const prefix of programPrefixes(search.probeArguments)) {
      names.add(resolveFrom(request.cwd, prefix + baseName(program)));
    }
  }
  return [...names].filter((name) => files.stat(name)?.kind !== 'file');
}

function directoriesBefore(last: ByteString, { request, probeArguments, compilerPath }: ProgramSearch): ByteString[] {
  const { environment } = request;
  const list = (text: ByteString | undefined): ByteString[] => (text ?? '').split(':').filter((path) => path !== '');
  const directories = [
    ...programPrefixes(probeArguments),
    ...list(environment.get('COMPILER_PATH')),
    ...list(environment.get('GCC_EXEC_PREFIX')),
    ...list(compilerPath),
    ...list(environment.get('PATH')),
  ].map((path) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path));
  const end = directories.findIndex((path) => resolveFrom(request.cwd, path) === last);
  return directories.slice(0, end < 0 ? directories.length : end);
}

/** The values of `-B`, joined or not. */
export function programPrefixes(words: readonly ByteString[]): ByteString[] {
  return words.flatMap((word, index) => {
    if (word === '-B') return words[index + 1] ?? [];
    return word.startsWith('-B') ? word.slice(2) : [];
  });
}
