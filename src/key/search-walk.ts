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
  /** Directories of frameworks, wherever they stand among the others, and those that are missing and may be such. */
  readonly frameworks: readonly ByteString[];
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
  /** Those of them in whose stead no precompiled header is taken. */
  readonly asText: readonly ByteString[];
  readonly search: SearchDirectories;
  /** Headers may be listed where no search would find them: then every search counts as vain. */
  readonly remapped: boolean;
  /** Macros of the command line, as `NAME=BODY`. */
  readonly defined: readonly ByteString[];
  /** Suffixes of precompiled headers that this compiler takes instead of a header of that name, where it looks for them. */
  readonly precompiled: { readonly suffixes: readonly string[]; readonly forIncludes: boolean };
}

/** The answer: what else decided the result, besides the source and the listed headers. */
export interface SearchTrace {
  /** Files that exist and were passed over or only asked for: any change of theirs may matter. */
  readonly alsoSeen: readonly ByteString[];
  /** Names that were searched in vain. */
  readonly absent: readonly ByteString[];
  /** Files of which one is compared with the other's age (`#pragma GCC dependency`). */
  readonly dated: readonly ByteString[];
  /** Directories of precompiled headers: their names count. */
  readonly listed: readonly ByteString[];
  /** A `__has_include` asked for something that cannot be told. */
  readonly obscureProbe: boolean;
  /** Scans of everything that was read, for refusals. */
  readonly scans: ReadonlyMap<ByteString, SourceScan>;
}

/** The search for one header after the other, as the compiler goes about it. */
export class SearchWalk {
  readonly #question: HeaderSearch;
  readonly #files: SourceFiles;
  readonly #records: FileRecords;
  #digests: ReadonlySet<string> | undefined;
  readonly #included: ReadonlySet<ByteString>;
  readonly #explained = new Set<ByteString>();
  readonly #visited = new Set<string>();
  readonly #absent = new Set<ByteString>();
  readonly #alsoSeen = new Set<ByteString>();
  readonly #dated = new Set<ByteString>();
  readonly #listed = new Set<ByteString>();
  readonly #computedFrom = new Set<ByteString>();
  readonly #isFile = new Map<ByteString, boolean>();

  constructor(question: HeaderSearch, records: FileRecords, files: SourceFiles) {
    this.#question = question;
    this.#records = records;
    this.#files = files;
    this.#included = new Set(question.headers.map(withoutDots));
  }

  found(): Pick<SearchTrace, 'alsoSeen' | 'absent' | 'dated' | 'listed'> {
    return {
      alsoSeen: [...this.#alsoSeen],
      absent: [...this.#absent],
      dated: [...this.#dated],
      listed: [...this.#listed],
    };
  }

  /** Follows a name whose file is compared with the age of the one that names it. */
  compareAge(includer: ByteString, mention: IncludeMention): void {
    this.#dated.add(includer);
    for (const candidate of this.#candidates(directoryOf(withoutDots(includer)), mention)) {
      if (this.#fileExists(candidate)) {
        this.#dated.add(candidate);
        return;
      }
      this.#absent.add(candidate);
    }
  }

  /** Follows one mention from an includer's directory to the file that was found for it. */
  visit(includer: ByteString, mention: IncludeMention): void {
    const from = mention.form === 'quote' || includer.includes('.framework/') ? includer : '<';
    const id = `${from}\0${mention.name}\0${mention.next ? 'n' : ''}\0${mention.use}`;
    if (this.#visited.has(id)) return;
    this.#visited.add(id);
    const candidates = this.#candidates(includer, mention);
    let found = -1;
    for (let index = 0; index < candidates.length; index += 1) {
      if (!this.#included.has(candidates[index] ?? '')) continue;
      found = index;
      if (!mention.next) break; // an `#include_next` may have gone past earlier files of that name
    }
    if (found < 0 && mention.use === 'include' && !this.#question.remapped) {
      // Not taken, in a branch that the macros exclude, or taken under another name of the same file.
      this.#otherName(candidates);
      return;
    }
    this.#explained.add(candidates[found] ?? '');
    // Frameworks stand behind all others in the list, which is not where they are searched; and a
    // `__has_include_next` looks behind the directory of its own file, which may be any.
    const unordered = this.#question.search.frameworks.length > 0 || (mention.next && mention.use === 'probe');
    for (const candidate of found < 0 || unordered ? candidates : candidates.slice(0, found)) {
      if (!this.#passOver(candidate) && found < 0 && !unordered) break;
    }
  }

  /** A precompiled header beside any place where `name` is searched is taken in its stead. */
  precompiled(name: ByteString): void {
    const candidates = this.#candidates(directoryOf(this.#question.source), {
      form: 'quote',
      name,
      next: false,
      use: 'include',
    });
    const { suffixes } = this.#question.precompiled;
    const last = candidates.findIndex(
      (path) => this.#included.has(path) || suffixes.some((suffix) => this.#exists(path + suffix)),
    );
    // Found nowhere: it stands in a branch that the macros exclude.
    for (const path of candidates.slice(0, last + 1)) for (const suffix of suffixes) this.#precompiledAt(path + suffix);
  }

  /** A file, or a directory of which the compiler takes what fits. */
  #precompiledAt(path: ByteString): void {
    if (!this.#exists(path)) {
      this.#absent.add(`${path}/`);
    } else if (this.#fileExists(path)) {
      this.#alsoSeen.add(path);
    } else {
      this.#listed.add(path);
      const names = this.#files.list(resolveFrom(this.#question.directory, path)) ?? [];
      for (const name of names) if (this.#fileExists(`${path}/${name}`)) this.#alsoSeen.add(`${path}/${name}`);
    }
  }

  #exists(path: ByteString): boolean {
    return this.#files.stat(resolveFrom(this.#question.directory, path)) !== undefined;
  }

  computedIn(includer: ByteString): void {
    this.#computedFrom.add(includer);
  }

  /**
   * Headers that no literal mention leads to: found by a macro's value, or by the compiler itself (stdc-predef.h). A macro's
   * value may lead to the others as well, from elsewhere than the literal mention does.
   *
   * @param mayBeNamed called with each name that such a value may have had
   */
  explainTheRest(mayBeNamed: (name: ByteString) => void): void {
    const { quote, angle } = this.#question.search;
    for (const header of this.#included) {
      if (this.#explained.has(header) && this.#computedFrom.size === 0) continue;
      const [, framework, rest] = IN_FRAMEWORK.exec(header) ?? [];
      if (framework !== undefined) {
        this.visit('', { form: 'angle', name: `${framework}/${rest}`, next: false, use: 'include' });
      }
      for (const directory of [...quote, ...angle, ...this.#computedFrom]) {
        const prefix = directory === '' ? '' : `${withoutDots(directory)}/`;
        if (!header.startsWith(prefix)) continue;
        const name = header.slice(prefix.length);
        mayBeNamed(name);
        for (const includer of ['', ...this.#computedFrom]) {
          this.visit(includer, { form: 'quote', name, next: false, use: 'include' });
        }
      }
    }
  }

  /**
   * A header that says `#pragma once` (clang: or has a guard) is listed under one of its names only, however many lead to
   * it: gcc takes files of equal contents for one, clang links to one file. The others count as read.
   */
  #otherName(candidates: readonly ByteString[]): void {
    const found = candidates.findIndex((candidate) => this.#fileExists(candidate));
    const path = candidates[found];
    if (path === undefined || !this.#includedDigests().has(this.#digest(path) ?? '')) return;
    for (const candidate of candidates.slice(0, found + 1)) this.#passOver(candidate);
  }

  #includedDigests(): ReadonlySet<string> {
    this.#digests ??= new Set([...this.#included].map((path) => this.#digest(path) ?? ''));
    return this.#digests;
  }

  #digest(path: ByteString): string | undefined {
    return this.#records.digest(resolveFrom(this.#question.directory, path));
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
    return [
      ...directories.map((directory) => joinPath(directory, mention.name)),
      ...this.#inFrameworks(includer, mention),
    ].map(withoutDots);
  }

  /** `<Name/Header.h>` in the framework `Name`, and in one that is part of the includer's. */
  #inFrameworks(includer: ByteString, { name }: IncludeMention): ByteString[] {
    const { frameworks } = this.#question.search;
    const slash = name.indexOf('/');
    if (slash < 0 || frameworks.length === 0) return [];
    const parent = /^.*\.framework(?=\/)/.exec(includer)?.[0];
    const directories = parent === undefined ? frameworks : [...frameworks, `${parent}/Frameworks`];
    const [framework, header] = [name.slice(0, slash), name.slice(slash + 1)];
    return directories.flatMap((directory) =>
      ['Headers', 'PrivateHeaders'].map((kind) => joinPath(directory, `${framework}.framework/${kind}/${header}`)),
    );
  }
}

const IN_FRAMEWORK = /^(?:.*\/)?([^/]+)\.framework\/(?:Private)?Headers\/(.*)$/s;
