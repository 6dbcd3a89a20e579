import type { RustArguments } from '../../../compilers/rustc/arguments.ts';
import { type MacroAbilities, macroAbilities } from '../../../compilers/rustc/macro-abilities.ts';
import type { FileRecords } from '../../../key/file-records.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { baseName, joinPath, resolveFrom } from '../../../util/path.ts';
import type { LoadedCrates } from './loaded-crates.ts';

/** A procedural macro that may run in a compile, and may do more than make code of code. */
export interface AbleMacro extends MacroAbilities {
  /** Of its library, absolute. */
  readonly path: ByteString;
}

const LIBRARY = /\.(?:so|dylib|dll)$/;

/**
 * Tells which procedural macros may run in a compile: those that are named, and those that a named crate hands on. What was seen in
 * a library is kept by its digest.
 */
export class RustMacros {
  readonly #records: FileRecords;
  readonly #files: SourceFiles;
  readonly #abilities = new Map<string, MacroAbilities>();
  readonly #crates: LoadedCrates;

  constructor(records: FileRecords, files: SourceFiles, crates: LoadedCrates) {
    this.#records = records;
    this.#files = files;
    this.#crates = crates;
  }

  /** Those of some libraries that can read files or variables, or start programs. */
  ableAmong(libraries: readonly ByteString[]): readonly AbleMacro[] {
    return libraries.flatMap((path) => {
      const abilities = this.#abilitiesOf(path);
      return abilities !== undefined && Object.values(abilities).includes(true) ? [{ path, ...abilities }] : [];
    });
  }

  /**
   * The libraries of macros that are named, or that a named crate may load. Each macro that may run can see where it is called:
   * what its library needs for a panic asks for that.
   */
  libraries(directory: ByteString, parsed: RustArguments): readonly ByteString[] {
    const named = parsed.externs.flatMap(({ path }) => (path === undefined ? [] : [resolveFrom(directory, path)]));
    const found = parsed.searchPaths
      .filter(({ kind }) => kind !== 'native' && kind !== 'framework')
      .map(({ path }) => resolveFrom(directory, path))
      .flatMap((path) => (this.#files.list(path) ?? []).filter(isLibrary).map((name) => joinPath(path, name)));
    const crates = named.filter((path) => !isLibrary(path));
    const mayBeLoaded = (path: ByteString): boolean =>
      named.includes(path) || crates.some((crate) => this.#crates.mayLoad(crate, stemOf(path)));
    return [...new Set([...named.filter(isLibrary), ...found])].filter(mayBeLoaded);
  }

  #abilitiesOf(path: ByteString): MacroAbilities | undefined {
    const digest = this.#records.digest(path);
    if (digest === undefined) return undefined;
    const known = this.#abilities.get(digest);
    if (known) return known;
    const abilities = macroAbilities((offset, length) => this.#files.piece(path, offset, length));
    this.#abilities.set(digest, abilities);
    return abilities;
  }
}

function isLibrary(path: ByteString): boolean {
  return LIBRARY.test(path);
}

function stemOf(library: ByteString): ByteString {
  return baseName(library).replace(LIBRARY, '').replace(/^lib/, '');
}
