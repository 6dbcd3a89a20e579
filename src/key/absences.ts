import type { FileStamp, SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, resolveFrom } from '../util/path.ts';
import { failure, type Result, success } from '../util/result.ts';
import { isRacy } from './file-records.ts';

/** A directory whose stamp vouches for names in it (or below what is missing in it). */
interface Guard {
  readonly directory: ByteString;
  readonly stamp: FileStamp;
  /** False while the directory changed so recently that its next change could leave the same stamp. */
  readonly trusted: boolean;
  readonly names: readonly ByteString[];
}

/** Directories from which one list of names is watched: checkouts that share a manifest. */
const MOST_DIRECTORIES = 64;

/**
 * Tells whether names that a compiler searched in vain are still missing.
 *
 * A name can only appear by changing the directory it appears in, and that changes the directory's times. So the nearest
 * existing directory of each name is asked (one `stat` for all its names), and the names themselves only when it changed.
 * Objects written beside the sources do change a directory: then its names are probed, a microsecond each.
 */
export class Absences {
  readonly #files: SourceFiles;
  readonly #now: () => number;
  readonly #watches = new WeakMap<readonly ByteString[], Map<ByteString, Guard[]>>();

  constructor(files: SourceFiles, now: () => number = Date.now) {
    this.#files = files;
    this.#now = now;
  }

  /** The first name that exists now, seen from `directory`; undefined when all are missing, as they should be. */
  firstPresent(names: readonly ByteString[], directory: ByteString): ByteString | undefined {
    if (names.length === 0) return undefined;
    const guards = this.#watches.get(names)?.get(directory);
    if (guards === undefined) {
      const probed = this.#probe(names, directory);
      if (!probed.ok) return probed.error;
      this.#remember(names, directory, probed.value);
      return undefined;
    }
    for (let index = 0; index < guards.length; index += 1) {
      const guard = guards[index];
      if (guard === undefined || this.#vouches(guard)) continue;
      // What changed may also have moved the boundary between existing and missing directories: group its names anew.
      const probed = this.#probe(guard.names, directory);
      if (!probed.ok) return probed.error;
      guards.splice(index, 1, ...probed.value);
      index += probed.value.length - 1;
    }
    return undefined;
  }

  #vouches(guard: Guard): boolean {
    return guard.trusted && this.#files.unchanged(guard.directory, guard.stamp);
  }

  /** Guards for names that are all missing, else the first that is not. Stamps come first: what appears later changes them. */
  #probe(names: readonly ByteString[], directory: ByteString): Result<Guard[], ByteString> {
    const now = this.#now();
    const stamps = new Map<ByteString, FileStamp | undefined>();
    const groups = new Map<ByteString, ByteString[]>();
    for (const name of names) {
      const guard = this.#nearestDirectory(directoryOf(resolveFrom(directory, name)), stamps);
      const group = groups.get(guard);
      if (group) group.push(name);
      else groups.set(guard, [name]);
    }
    for (const name of names) {
      if (this.#files.stat(resolveFrom(directory, name))?.kind === 'file') return failure(name);
    }
    const guards: Guard[] = [];
    for (const [path, group] of groups) {
      const stamp = stamps.get(path);
      if (stamp) guards.push({ directory: path, stamp, trusted: !isRacy(stamp, now), names: group });
    }
    return success(guards);
  }

  #nearestDirectory(path: ByteString, stamps: Map<ByteString, FileStamp | undefined>): ByteString {
    let at = path;
    for (;;) {
      if (!stamps.has(at)) stamps.set(at, this.#files.stat(at));
      if (stamps.get(at)?.kind === 'directory' || at === '/' || at === '') return at === '' ? '/' : at;
      at = directoryOf(at);
    }
  }

  #remember(names: readonly ByteString[], directory: ByteString, guards: Guard[]): void {
    let byDirectory = this.#watches.get(names);
    if (byDirectory === undefined) {
      byDirectory = new Map();
      this.#watches.set(names, byDirectory);
    }
    if (byDirectory.size >= MOST_DIRECTORIES) byDirectory.clear();
    byDirectory.set(directory, guards);
  }
}
