import type { SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, joinPath, resolveFrom, withoutDots } from '../util/path.ts';
import type { FileRecords } from './file-records.ts';
import type { SearchDirectories } from './search-walk.ts';
import type { IncludeMention } from './source-scan.ts';

/** The names by which a compile comes to its files: the source's, and the directories that it searches. */
export interface SearchRoute {
  /** The caller's directory, as the caller names it. */
  readonly directory: ByteString;
  readonly source: ByteString;
  /** Those of `-I`. All others that are searched are the same, in the same order, where the options are. */
  readonly own: readonly ByteString[];
  readonly search: SearchDirectories;
}

/** One file as each of two routes spells it. */
export interface SpelledTwice {
  readonly first: ByteString;
  readonly second: ByteString;
}

/** Whether two routes have the same names, from whatever directory. */
export function sameNames(one: SearchRoute, other: SearchRoute): boolean {
  const names = ({ source, own, search }: SearchRoute): string =>
    [source, ...own, '', ...search.quote, '', ...search.angle, '', ...search.missing].join('\0');
  return names(one) === names(other);
}

/** gcc reads it before any source. */
const IMPLICIT: IncludeMention = { form: 'angle', name: 'stdc-predef.h', next: false, use: 'include' };

/**
 * Goes two routes side by side, through everything that the files may include.
 *
 * @param forced `-include` and `-imacros`
 * @returns by its first name (without dots), each file that they may come to; undefined where they may come to different files, where a file would count as the system's for one of them only, or
 * where that cannot be told
 */
export function namesOnRoute(
  first: SearchRoute,
  second: SearchRoute,
  forced: readonly ByteString[],
  records: FileRecords,
  files: SourceFiles,
): ReadonlyMap<ByteString, SpelledTwice> | undefined {
  if (first.directory !== second.directory) return undefined;
  const walk = new RouteWalk(first, second, records, files);
  return walk.searchesAlike() && walk.goes(forced) ? walk.names : undefined;
}

class RouteWalk {
  readonly names = new Map<ByteString, SpelledTwice>();
  readonly #routes: readonly [SearchRoute, SearchRoute];
  readonly #records: FileRecords;
  readonly #files: SourceFiles;
  readonly #todo: (readonly [ByteString, ByteString])[] = [];
  readonly #identities = new Map<ByteString, string | undefined>();

  constructor(first: SearchRoute, second: SearchRoute, records: FileRecords, files: SourceFiles) {
    this.#routes = [first, second];
    this.#records = records;
    this.#files = files;
  }

  /** Whether all directories but those of `-I` are the same ones, in order: what is found there may be treated otherwise. */
  searchesAlike(): boolean {
    const real = (path: ByteString): ByteString => this.#files.realPath(this.#absolute(path));
    // gcc warns of a file in the place of a directory.
    const isFile = (path: ByteString): boolean => this.#identity(path) !== undefined;
    if (this.#routes.some(({ search }) => search.missing.some(isFile))) return false;
    const [one, other] = this.#routes.map(({ own, search }) => {
      const named = new Set(own.map(real));
      const others = search.angle.map(real).filter((directory) => !named.has(directory));
      return [...search.quote.map(real), '', ...others].join('\0');
    });
    return one === other;
  }

  goes(forced: readonly ByteString[]): boolean {
    const [first, second] = this.#routes;
    if (!this.#pair([first.source], [second.source])) return false;
    if (!this.#follow(['', ''], IMPLICIT)) return false;
    for (const name of forced) {
      if (!this.#follow(['', ''], { form: 'quote', name, next: false, use: 'include' })) return false;
    }
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) {
      const [one, other] = next;
      const scan = this.#records.scan(this.#absolute(one));
      if (scan === undefined || scan.computedIncludes.length > 0 || scan.probeInMacro || scan.probedMacros.length > 0)
        return false;
      for (const mention of scan.mentions) {
        if (mention.use === 'dependency' || !this.#follow([directoryOf(one), directoryOf(other)], mention))
          return false;
      }
    }
    return true;
  }

  /** Looks for one name on both routes. */
  #follow(includers: readonly [ByteString, ByteString], mention: IncludeMention): boolean {
    const [first, second] = this.#routes;
    return this.#pair(this.#found(first, includers[0], mention), this.#found(second, includers[1], mention));
  }

  /** The file of a name that is taken; all of them where an `#include_next` may want any. */
  #found({ search }: SearchRoute, includer: ByteString, { form, name, next }: IncludeMention): ByteString[] {
    const directories = [...search.quote, ...search.angle];
    const searched = form === 'quote' ? [includer, ...directories] : search.angle;
    const candidates = name.startsWith('/') ? [name] : searched.map((directory) => joinPath(directory, name));
    const isThere = (path: ByteString): boolean => this.#identity(path) !== undefined;
    return next ? candidates.filter(isThere) : candidates.filter(isThere).slice(0, 1);
  }

  #pair(ones: readonly ByteString[], others: readonly ByteString[]): boolean {
    if (ones.length !== others.length) return false;
    return ones.every((first, index) => {
      const second = others[index] ?? '';
      if (this.#identity(first) !== this.#identity(second)) return false;
      const known = this.names.get(withoutDots(first));
      if (known !== undefined) return known.first === first && known.second === second;
      this.names.set(withoutDots(first), { first, second });
      this.#todo.push([first, second]);
      return true;
    });
  }

  /** Of a regular file, the same under each of its names. */
  #identity(path: ByteString): string | undefined {
    if (!this.#identities.has(path)) {
      const stamp = this.#files.stat(this.#absolute(path));
      this.#identities.set(path, stamp?.kind === 'file' ? `${stamp.device} ${stamp.inode}` : undefined);
    }
    return this.#identities.get(path);
  }

  #absolute(path: ByteString): ByteString {
    return resolveFrom(this.#routes[0].directory, path);
  }
}
