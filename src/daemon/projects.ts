import type { SourceFiles } from '../system/source-files.ts';
import { type ByteString, toText } from '../util/bytes.ts';
import { directoryOf, isIn } from '../util/path.ts';

/** Directories whose project is remembered; a large tree has some thousand. */
const MOST_REMEMBERED = 10_000;

/** What the top of somebody's work has in it. */
const MARKS = ['.git', '.hg', '.svn', '.jj'];

/**
 * The project that a request belongs to, for statistics: the base directory that has its directory in it, or else the
 * nearest working copy around it. Asked once for each directory.
 */
export class Projects {
  readonly #bases: readonly ByteString[];
  readonly #files: SourceFiles;
  readonly #known = new Map<ByteString, string | undefined>();

  /** @param bases absolute, without a slash at the end */
  constructor(bases: readonly ByteString[], files: SourceFiles) {
    this.#bases = [...bases].sort((one, other) => other.length - one.length);
    this.#files = files;
  }

  /** Its directory; undefined where there is none. */
  of(directory: ByteString): string | undefined {
    if (this.#known.has(directory)) return this.#known.get(directory);
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    const project = this.#find(directory);
    const name = project === undefined ? undefined : toText(project);
    this.#known.set(directory, name);
    return name;
  }

  #find(directory: ByteString): ByteString | undefined {
    const base = this.#bases.find((path) => isIn(directory, path));
    if (base !== undefined) return base;
    for (let at = directory; at !== '/' && at !== ''; at = directoryOf(at)) {
      if (MARKS.some((mark) => this.#files.stat(`${at}/${mark}`) !== undefined)) return at;
    }
    return undefined;
  }
}
