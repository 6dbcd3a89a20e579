import type { SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, joinPath, resolveFrom, withoutDots } from '../util/path.ts';
import type { FileRecords } from './file-records.ts';
import type { IncludeMention, SourceScan } from './source-scan.ts';

/** Where one compiler with one set of options looks for headers, in order. */
export interface SearchDirectories {
  /** Searched for `#include "x"` behind the includer's own directory. */
  readonly quote: readonly ByteString[];
  /** Searched for both forms. */
  readonly angle: readonly ByteString[];
  /** Named by options, but missing when the compiler was asked: they count as the first, wherever they stand. */
  readonly missing: readonly ByteString[];
}

/** The question: which files did the compile read, and from where. */
export interface HeaderSearch {
  /** The caller's directory. */
  readonly directory: ByteString;
  readonly source: ByteString;
  /** Headers as the compiler listed them. */
  readonly headers: readonly ByteString[];
  /** `-include` and `-imacros`. */
  readonly forced: readonly ByteString[];
  readonly search: SearchDirectories;
  /** Suffixes of precompiled headers that this compiler takes instead of a header of that name. */
  readonly precompiledSuffixes: readonly string[];
}

/** The answer: what else decided the result, besides the source and the listed headers. */
export interface SearchTrace {
  /** Files that exist and were passed over or only asked for: any change of theirs may matter. */
  readonly alsoSeen: readonly ByteString[];
  /** Names that were searched in vain. */
  readonly absent: readonly ByteString[];
  /** Scans of everything that was read, for refusals. */
  readonly scans: ReadonlyMap<ByteString, SourceScan>;
}

/**
 * Retraces the search for every header that the sources mention, so that a header that appears where it would be found
 * first, or that makes a `__has_include` true, is noticed later. What cannot be retraced exactly (computed includes)
 * is over-estimated: a name too many costs at most a miss.
 */
export function traceHeaderSearch(
  question: HeaderSearch,
  records: FileRecords,
  files: SourceFiles,
): SearchTrace | undefined {
  const walk = new SearchWalk(question, files);
  for (const name of question.forced) {
    walk.visit('', { form: 'quote', name, next: false, probe: false });
    walk.precompiled(name);
  }
  const scans = new Map<ByteString, SourceScan>();
  for (const path of [question.source, ...question.headers]) {
    const scan = records.scan(resolveFrom(question.directory, path));
    if (scan === undefined) return undefined;
    scans.set(path, scan);
    const includer = directoryOf(withoutDots(path));
    for (const mention of scan.mentions) walk.visit(includer, mention);
    if (scan.computedIncludes) walk.computedIn(includer);
  }
  const first = scans.get(question.source)?.mentions[0];
  if (first && question.forced.length === 0) walk.precompiled(first.name);
  walk.explainTheRest();
  return { alsoSeen: walk.alsoSeen(), absent: walk.absent(), scans };
}

class SearchWalk {
  readonly #question: HeaderSearch;
  readonly #files: SourceFiles;
  readonly #included: ReadonlySet<ByteString>;
  readonly #explained = new Set<ByteString>();
  readonly #visited = new Set<string>();
  readonly #absent = new Set<ByteString>();
  readonly #alsoSeen = new Set<ByteString>();
  readonly #computedFrom = new Set<ByteString>();
  readonly #isFile = new Map<ByteString, boolean>();

  constructor(question: HeaderSearch, files: SourceFiles) {
    this.#question = question;
    this.#files = files;
    this.#included = new Set(question.headers.map(withoutDots));
  }

  absent(): ByteString[] {
    return [...this.#absent];
  }

  alsoSeen(): ByteString[] {
    return [...this.#alsoSeen];
  }

  /** Follows one mention from an includer's directory to the file that was found for it. */
  visit(includer: ByteString, mention: IncludeMention): void {
    const from = mention.form === 'quote' ? includer : '<';
    const id = `${from}\0${mention.name}\0${mention.next ? 'n' : ''}${mention.probe ? 'p' : ''}`;
    if (this.#visited.has(id)) return;
    this.#visited.add(id);
    const candidates = this.#candidates(includer, mention);
    let found = -1;
    for (let index = 0; index < candidates.length; index += 1) {
      if (!this.#included.has(candidates[index] ?? '')) continue;
      found = index;
      if (!mention.next) break; // an `#include_next` may have gone past earlier files of that name
    }
    if (found < 0 && !mention.probe) return; // never taken: it stands in a branch that the macros exclude
    this.#explained.add(candidates[found] ?? '');
    for (const candidate of found < 0 ? candidates : candidates.slice(0, found)) {
      if (!this.#passOver(candidate) && found < 0) break;
    }
  }

  /** A precompiled header beside any place where `name` is searched is taken in its stead. */
  precompiled(name: ByteString): void {
    const candidates = this.#candidates(directoryOf(this.#question.source), {
      form: 'quote',
      name,
      next: false,
      probe: false,
    });
    for (const candidate of candidates) {
      for (const suffix of this.#question.precompiledSuffixes) this.#passOver(candidate + suffix);
      if (this.#included.has(candidate)) break;
    }
  }

  computedIn(includer: ByteString): void {
    this.#computedFrom.add(includer);
  }

  /** Headers that no literal mention leads to: found by a macro's value, or by the compiler itself (stdc-predef.h). */
  explainTheRest(): void {
    const { quote, angle } = this.#question.search;
    for (const header of this.#included) {
      if (this.#explained.has(header)) continue;
      for (const directory of [...quote, ...angle, ...this.#computedFrom]) {
        const prefix = directory === '' ? '' : `${withoutDots(directory)}/`;
        if (!header.startsWith(prefix)) continue;
        const name = header.slice(prefix.length);
        for (const includer of ['', ...this.#computedFrom]) {
          this.visit(includer, { form: 'quote', name, next: false, probe: false });
        }
      }
    }
  }

  /** Notes a place that was searched before the find; true when nothing is there. */
  #passOver(candidate: ByteString): boolean {
    if (this.#fileExists(candidate)) {
      if (!this.#included.has(candidate)) this.#alsoSeen.add(candidate);
      return false;
    }
    this.#absent.add(candidate);
    return true;
  }

  #fileExists(path: ByteString): boolean {
    let known = this.#isFile.get(path);
    if (known === undefined) {
      known = this.#files.stat(resolveFrom(this.#question.directory, path))?.kind === 'file';
      this.#isFile.set(path, known);
    }
    return known;
  }

  #candidates(includer: ByteString, mention: IncludeMention): ByteString[] {
    if (mention.name.startsWith('/')) return [withoutDots(mention.name)];
    const { quote, angle, missing } = this.#question.search;
    const directories = mention.form === 'quote' ? [includer, ...missing, ...quote, ...angle] : [...missing, ...angle];
    return directories.map((directory) => withoutDots(joinPath(directory, mention.name)));
  }
}
