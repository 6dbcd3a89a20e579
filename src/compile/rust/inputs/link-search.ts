import type { RustArguments } from '../../../compilers/rustc/arguments.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';

/** What a driver hands on as one argument are several. */
export function linkerWords(words: readonly ByteString[]): readonly ByteString[] {
  return words.flatMap((word) => (word.startsWith('-Wl,') ? word.slice('-Wl,'.length).split(',') : [word]));
}

/** With the words of the files that stand for arguments. */
export function expandedWords(
  cwd: ByteString,
  words: readonly ByteString[],
  files: SourceFiles,
): readonly ByteString[] {
  return words.flatMap((word) => {
    if (!word.startsWith('@')) return [word];
    const text = files.read(resolveFrom(cwd, word.slice(1)))?.bytes;
    return text === undefined ? [] : linkerWords(fromBuffer(text).split(/[\s'"]+/));
  });
}

/**
 * Where libraries are searched besides rustc's own search paths: by link arguments and `LIBRARY_PATH`.
 *
 * @param linked what was linked: gcc's own objects among it tell of the machine and version, by which it looks below `-B` and
 * `LIBRARY_PATH`, too
 */
export function linkDirectories(
  { cwd, environment }: Request,
  { linkArguments }: RustArguments,
  linked: readonly ByteString[],
  files: SourceFiles,
): readonly ByteString[] {
  const words = expandedWords(cwd, linkerWords(linkArguments), files);
  const variable = environment.get('LIBRARY_PATH');
  const prefixes = [
    ...prefixesAmong(cwd, linkArguments, files),
    ...(variable?.split(':').map((path) => path || '.') ?? []),
  ];
  const own = linked.flatMap((path) => /\/gcc\/([^/]+)\/([^/]+)\/crt[^/]+$/.exec(path)?.slice(1) ?? []).slice(0, 2);
  const below = own.length === 0 ? [] : [own[0] ?? '', own.join('/'), '../lib'];
  return [
    ...valuesOf(words, /^(?:-L|--library-path=)(.+)$/s, /^(?:-L|--library-path)$/),
    ...prefixes.flatMap((prefix) => [prefix, ...below.map((name) => joinPath(prefix, name))]),
  ];
}

/** What a driver is given by `-B`. */
function prefixesAmong(cwd: ByteString, given: readonly ByteString[], files: SourceFiles): readonly ByteString[] {
  const words = given.filter((word) => !word.startsWith('-Wl,')); // `-Bstatic`
  return valuesOf(expandedWords(cwd, words, files), /^(?:-B|--prefix=)(.+)$/s, /^-B$/);
}

/** The values of an option that come in the same word, or in the next. */
function valuesOf(words: readonly ByteString[], joined: RegExp, alone: RegExp): readonly ByteString[] {
  return words.flatMap((word, index) => (alone.test(word) ? words[index + 1] : joined.exec(word)?.[1]) ?? []);
}

/** A machine, or a version: directories below a prefix in which a driver looks first. */
const OF_MACHINE = /^[a-z0-9_]+-[a-z0-9_-]+$/;
const OF_VERSION = /^[0-9][0-9.]*$/;

/**
 * The programs of some names that a driver finds before its own: by `-B`, `COMPILER_PATH` and `GCC_EXEC_PREFIX`. A prefix is
 * a directory, or what names of programs begin with.
 */
export function prefixedPrograms(
  { cwd, environment }: Request,
  { linkArguments }: RustArguments,
  wanted: ReadonlySet<ByteString>,
  files: SourceFiles,
): readonly ByteString[] {
  const prefixes = [
    ...prefixesAmong(cwd, linkArguments, files),
    ...(environment.get('COMPILER_PATH')?.split(':') ?? []),
    environment.get('GCC_EXEC_PREFIX') ?? '',
  ];
  const found: ByteString[] = [];
  const search = (directory: ByteString, beginning: ByteString, below: readonly RegExp[]): void => {
    const [next, ...rest] = below;
    for (const entry of files.list(directory) ?? []) {
      const path = joinPath(directory, entry);
      const isWanted = entry.startsWith(beginning) && wanted.has(entry.slice(beginning.length));
      if (next?.test(entry)) search(path, '', rest);
      else if (isWanted && files.stat(path)?.kind === 'file') found.push(path);
    }
  };
  for (const prefix of prefixes) {
    const path = resolveFrom(cwd, prefix);
    if (prefix === '') continue;
    if (files.stat(path)?.kind === 'directory') search(path, '', [OF_MACHINE, OF_VERSION]);
    else search(directoryOf(path), baseName(path), []);
  }
  return found;
}
