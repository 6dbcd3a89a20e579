import { dynamicLibraries } from '../../../compilers/elf.ts';
import type { FileRecords } from '../../../key/file-records.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { directoryOf, joinPath } from '../../../util/path.ts';

/** The libraries that a program is made of, besides its own file. */
export interface SharedLibraries {
  readonly files: readonly ByteString[];
  /** Names under which one of them would be found first. */
  readonly absent: readonly ByteString[];
}

const NONE: SharedLibraries = { files: [], absent: [] };

/**
 * What every program has and no compiler's output depends on. Not libm, by which clang folds constants. Each library costs
 * a hit one `stat`.
 */
const OF_EVERY_PROGRAM = /^(?:ld-|linux-vdso|lib(?:c|dl|pthread|rt|util|gcc_s|stdc\+\+|z|zstd|lzma|tinfo|selinux)\.so)/;

/** Searched last, in this order (ld.so(8)). */
const DEFAULT_DIRECTORIES = ['/lib64', '/usr/lib64', '/lib', '/usr/lib'];

/** Finds what the dynamic linker would load for a program: clang's whole code generator may be in a library of its own. */
export class ProgramLibraries {
  readonly #records: FileRecords;
  readonly #files: SourceFiles;
  readonly #found = new Map<string, SharedLibraries>();

  constructor(records: FileRecords, files: SourceFiles) {
    this.#records = records;
    this.#files = files;
  }

  /**
   * Those that the program itself names. Of what is no ELF file there are none.
   *
   * @param libraryPath the caller's `LD_LIBRARY_PATH`, of which relative parts are not followed
   */
  of(program: ByteString, libraryPath: ByteString): SharedLibraries {
    const id = [program, this.#records.digest(program), libraryPath].join('\0');
    const known = this.#found.get(id);
    if (known !== undefined) return known;
    const found = this.#find(this.#files.realPath(program), libraryPath);
    this.#found.set(id, found);
    return found;
  }

  #find(program: ByteString, libraryPath: ByteString): SharedLibraries {
    const wanted = dynamicLibraries((offset, length) => this.#files.piece(program, offset, length));
    if (wanted === undefined) return NONE;
    const listed = (list: ByteString | undefined): ByteString[] =>
      (list ?? '')
        .split(':')
        .map((path) => path.replace(/\$ORIGIN|\$\{ORIGIN\}/g, () => directoryOf(program)))
        .filter((path) => path.startsWith('/'));
    const own = [
      ...listed(wanted.runpath === undefined ? wanted.rpath : undefined),
      ...listed(libraryPath),
      ...listed(wanted.runpath),
    ];
    const directories = [
      ...own,
      ...this.#configured('/etc/ld.so.conf', (path) => this.#configured(path, () => [])),
      ...DEFAULT_DIRECTORIES,
    ];
    const found: ByteString[] = [];
    const absent: ByteString[] = [];
    for (const name of wanted.needed) {
      if (OF_EVERY_PROGRAM.test(name)) continue;
      const candidates = directories.map((directory) => joinPath(directory, name));
      const index = candidates.findIndex((path) => this.#files.stat(path)?.kind === 'file');
      // Not those of all programs: what is found there is what `ldconfig` wrote down.
      absent.push(...candidates.slice(0, index < 0 ? own.length : Math.min(index, own.length)));
      const path = candidates[index];
      if (path !== undefined) found.push(path);
    }
    return { files: found, absent };
  }

  /** Directories that an administrator names, with those of the files that a list takes in (`include DIRECTORY/*.conf`). */
  #configured(list: ByteString, included: (list: ByteString) => ByteString[]): ByteString[] {
    const lines = fromBuffer(this.#files.read(list)?.bytes ?? Buffer.alloc(0)).split('\n');
    return lines.flatMap((line) => {
      const directory = /^\s*include\s+(\S+)\/\*\.conf\s*$/.exec(line)?.[1];
      if (directory === undefined) return /^\s*(\/[^\s#]*)/.exec(line)?.[1] ?? [];
      const names = this.#files.list(directory) ?? [];
      return names.filter((name) => name.endsWith('.conf')).flatMap((name) => included(`${directory}/${name}`));
    });
  }
}
