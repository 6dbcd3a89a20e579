import { archiveMembers, beginsArchive, THIN_MAGIC } from '../../../compilers/archive.ts';
import type { RustArguments } from '../../../compilers/rustc/arguments.ts';
import type { Places } from '../../../key/places.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { RustQuestion } from '../question.ts';
import { encoded } from './loaded-crates.ts';

/** As the search paths spell them. */
export interface NativeLibraries {
  readonly found: readonly ByteString[];
  /** Where one would be found first, or would have been. */
  readonly missing: readonly ByteString[];
}

const LINK_ATTRIBUTE = /\blink\s*\(([^)]*)\)/g;

/** The name of the aspect. */
export const NATIVE_SEARCH_PATHS = 'search paths of native libraries';

/** In order: the same library may lie in several. */
export function nativeSearchPaths({ searchPaths }: Pick<RustArguments, 'searchPaths'>, places: Places): ByteString {
  const directories = searchPaths.filter(({ kind }) => kind === 'native' || kind === 'all');
  return directories.map(({ path }) => places.abstract(path)).join(':');
}

/** Also as a raw string. */
const NAME = /\bname\s*=\s*(?:r(#*))?"([^"\\]*)"/;

/** Of the system's directories only names that are told literally are asked for: looking for each of theirs takes seconds. */
const MOST_ENTRIES = 64;

/**
 * Static libraries that become part of an rlib: nobody lists them, so they are searched as rustc does, for each `-l` and each
 * `#[link]` of the sources. Where an attribute's library cannot be read off, all that lie in the search paths count; undefined where
 * those are too many.
 */
export function nativeLibraries(
  { request, parsed, dependencies, outputs, metadata, absorbsCrates }: RustQuestion,
  files: SourceFiles,
): NativeLibraries | undefined {
  const names = new Set<ByteString>();
  let unread = false;
  for (const { kind, name, verbatim } of parsed.nativeLibraries) {
    if (kind === 'static' || kind === '') for (const file of libraryNames(name, verbatim)) names.add(file);
  }
  for (const path of dependencies.files) {
    const text = files.read(resolveFrom(request.cwd, path))?.bytes;
    if (text === undefined) return undefined;
    for (const [, inside = ''] of fromBuffer(text).matchAll(LINK_ATTRIBUTE)) {
      // Of files of other names some are included as sources, most are not.
      if (!(path.endsWith('.rs') ? /\bname\b|\bkind\b/ : /\b(?:name|kind)\s*=/).test(inside)) continue;
      if (/kind\s*=\s*"(?:dylib|framework|raw-dylib)"/.test(inside)) continue;
      const name = NAME.exec(inside)?.[2];
      if (name === undefined) unread = true;
      else for (const file of libraryNames(name, inside.includes('+verbatim'))) names.add(file);
    }
  }
  const directories = parsed.searchPaths
    .filter(({ kind }) => kind === 'native' || kind === 'all')
    .map(({ path }) => path);
  // An attribute may be written in another way, or come from a macro of another crate: then metadata have the library's name.
  const isWritten = (name: ByteString): boolean => {
    const word = Buffer.from(encoded(name), 'latin1');
    // One of two letters may stand there as one of rustc's own words.
    return absorbsCrates || unread || name.length <= 2 || metadata.some((bytes) => bytes.includes(word));
  };
  // Programs have names of two letters as well, and cargo is just giving one to what it has called otherwise.
  const isArchiveSomewhere = (name: ByteString): boolean =>
    directories.some((directory) => {
      const start = files.piece(resolveFrom(request.cwd, joinPath(directory, name)), 0, THIN_MAGIC.length);
      return start !== undefined && beginsArchive(start);
    });
  const own = new Set(outputs.map(({ path }) => baseName(path)));
  const entriesOf = (path: ByteString): readonly ByteString[] => files.list(resolveFrom(request.cwd, path)) ?? [];
  const entries = directories.map(entriesOf);
  const listed = entries.filter(({ length }) => length <= MOST_ENTRIES);
  if (unread && listed.length < entries.length) return undefined;
  for (const file of new Set(listed.flat())) {
    if (own.has(file)) continue;
    const name = /^lib(.+)\.a$/s.exec(file)?.[1] ?? /^(.+)\.lib$/s.exec(file)?.[1];
    if (name !== undefined && isWritten(name)) for (const each of libraryNames(name, false)) names.add(each);
    else if (!absorbsCrates && !unread && isWritten(file) && isArchiveSomewhere(file)) names.add(file);
  }
  const candidates = directories.flatMap((directory) => [...names].map((name) => joinPath(directory, name)));
  const isFile = (path: ByteString): boolean => files.stat(resolveFrom(request.cwd, path))?.kind === 'file';
  return {
    found: candidates.filter(isFile),
    missing: candidates.filter((path) => !isFile(path)),
  };
}

/** The objects of a thin archive, which no linker lists. */
export function membersElsewhere(path: ByteString, cwd: ByteString, files: SourceFiles): readonly ByteString[] {
  const file = resolveFrom(cwd, path);
  // Others have their members inside, and may be large.
  if (!path.endsWith('.a') || files.piece(file, 0, THIN_MAGIC.length)?.toString('latin1') !== THIN_MAGIC) return [];
  const bytes = files.read(file)?.bytes;
  return bytes === undefined ? [] : archiveMembers(bytes).map((name) => joinPath(directoryOf(path), name));
}

function libraryNames(name: ByteString, verbatim: boolean): readonly ByteString[] {
  return verbatim ? [name] : [`lib${name}.a`, `${name}.lib`];
}
