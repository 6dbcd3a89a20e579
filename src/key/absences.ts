import { type Claim, claimMissing, claimNothing } from '../system/claims.ts';
import type { FileStamp, SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, resolveFrom } from '../util/path.ts';
import { isRacy } from './file-records.ts';

/** A directory whose stamp vouches for names in it (or below what is missing in it). */
interface Guard {
  readonly directory: ByteString;
  readonly stamp: FileStamp;
  /** False while the directory changed so recently that its next change could leave the same stamp. */
  readonly trusted: boolean;
  readonly names: readonly ByteString[];
}

/** Names for which no directory vouches: they must be asked for one by one. */
export interface Doubt {
  readonly names: readonly ByteString[];
  /** To be called when all of them were found to be missing: their directories then vouch for them. */
  settle(): void;
}

/** Directories from which one list of names is watched: checkouts that share a manifest. */
const MOST_DIRECTORIES = 64;

const NO_DOUBT: Doubt = { names: [], settle: () => {} };

/**
 * Tells whether names that a compiler searched in vain are still missing. A name with a slash at its end must be
 * nobody's at all, any other may be a directory's.
 *
 * A name can only appear by changing the directory it appears in, and that changes the directory's times. So the nearest
 * existing directory of each name is asked (one `stat` for all its names), and the names themselves only when it changed.
 * Objects written beside the sources do change a directory: then its names are probed, a microsecond each.
 */
export class Absences {
  readonly #files: SourceFiles;
  readonly #now: () => number;
  readonly #watches = new WeakMap<readonly ByteString[], Map<ByteString, readonly Guard[]>>();

  constructor(files: SourceFiles, now: () => number = Date.now) {
    this.#files = files;
    this.#now = now;
  }

  /** The first name that exists now, seen from `directory`; undefined when all are missing, as they should be. */
  firstPresent(names: readonly ByteString[], directory: ByteString): ByteString | undefined {
    const doubt = this.doubt(names, directory);
    const present = doubt.names.find((name) => {
      const path = resolveFrom(directory, withoutSlash(name));
      const kind = this.#files.stat(path)?.kind;
      if (kind === undefined) return this.#files.isBarred(path);
      return kind === 'file' || name.endsWith('/');
    });
    // The target of a link that leads nowhere can appear without a change of the directory: nobody vouches for such a name.
    const vague = present === undefined && doubt.names.some((name) => this.#files.isLink(resolveFrom(directory, name)));
    if (present === undefined && !vague) doubt.settle();
    return present;
  }

  /** Which of the names must be asked for, seen from `directory`. One `stat` for each directory that vouches for the others. */
  doubt(names: readonly ByteString[], directory: ByteString): Doubt {
    if (names.length === 0) return NO_DOUBT;
    const guards = this.#watches.get(names)?.get(directory);
    const trusted = guards?.filter((guard) => this.#vouches(guard)) ?? [];
    if (guards !== undefined && trusted.length === guards.length) return NO_DOUBT;
    const doubtful = guards?.flatMap((guard) => (trusted.includes(guard) ? [] : guard.names)) ?? names;
    // What changed may also have moved the boundary between existing and missing directories, so names are grouped anew.
    // Before they are asked for: what appears later changes the stamps.
    const regrouped = this.#group(doubtful, directory);
    return { names: doubtful, settle: () => this.#remember(names, directory, [...trusted, ...regrouped]) };
  }

  #vouches(guard: Guard): boolean {
    return guard.trusted && this.#files.unchanged(guard.directory, guard.stamp);
  }

  #group(names: readonly ByteString[], directory: ByteString): Guard[] {
    const now = this.#now();
    const stamps = new Map<ByteString, FileStamp | undefined>();
    const groups = new Map<ByteString, ByteString[]>();
    const vague = new Set<ByteString>();
    for (const name of names) {
      const guard = this.#nearestDirectory(directoryOf(resolveFrom(directory, withoutSlash(name))), stamps, vague);
      const group = groups.get(guard);
      if (group) group.push(name);
      else groups.set(guard, [name]);
    }
    const guards: Guard[] = [];
    for (const [path, group] of groups) {
      const stamp = stamps.get(path);
      const trusted = stamp !== undefined && !isRacy(stamp, now) && !vague.has(path);
      if (stamp) guards.push({ directory: path, stamp, trusted, names: group });
    }
    return guards;
  }

  /** Adds it to `vague` when a link that leads nowhere hides what is below it. */
  #nearestDirectory(
    path: ByteString,
    stamps: Map<ByteString, FileStamp | undefined>,
    vague: Set<ByteString>,
  ): ByteString {
    let hidden = false;
    let at = path;
    for (;;) {
      if (!stamps.has(at)) stamps.set(at, this.#files.stat(at));
      if (stamps.get(at)?.kind === 'directory' || at === '/' || at === '') break;
      hidden ||= this.#files.isLink(at);
      at = directoryOf(at);
    }
    const nearest = at === '' ? '/' : at;
    if (hidden) vague.add(nearest);
    return nearest;
  }

  #remember(names: readonly ByteString[], directory: ByteString, guards: readonly Guard[]): void {
    let byDirectory = this.#watches.get(names);
    if (byDirectory === undefined) {
      byDirectory = new Map();
      this.#watches.set(names, byDirectory);
    }
    if (byDirectory.size >= MOST_DIRECTORIES) byDirectory.clear();
    byDirectory.set(directory, guards);
  }
}

/** The claim for the client that a name is still missing. */
export function claimAbsent(name: ByteString, directory: ByteString): Claim {
  const path = resolveFrom(directory, withoutSlash(name));
  return name.endsWith('/') ? claimNothing(path) : claimMissing(path);
}

function withoutSlash(name: ByteString): ByteString {
  return name.endsWith('/') ? name.slice(0, -1) : name;
}
