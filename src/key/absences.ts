import { MOST_CLAIMED_NAMES, mayBeNamed, NON_ASCII } from '../system/claims.ts';
import { type FileStamp, isRacy, type SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, resolveFrom } from '../util/path.ts';
import {
  type Doubt,
  type Guard,
  type Supposition,
  supposed,
  supposition,
  type Watch,
  withoutSlash,
} from './absence-claims.ts';

/**
 * A directory of this size is read rather than asked for each name: on ext4 it has some 400 entries, which takes 60 µs;
 * where objects are written beside sources, 250 names would be asked for in each compile.
 */
const MOST_LISTED_BYTES = 16 * 1024;
/** For fewer names it is not worth it: reading takes five system calls, here and in a client, and here some 40 µs more. */
const FEW_NAMES = 16;
const FEW_NAMES_OF_CLIENT = 6;

/** Directories from which one list of names is watched: checkouts that share a manifest. */
const MOST_DIRECTORIES = 64;

/** More than a project has that compilers write into. */
const MOST_RESTLESS = 10_000;

const NO_DOUBT: Doubt = { names: [], settle: () => {} };

/**
 * Tells whether names that a compiler searched in vain are still missing. A name with a slash at its end must be
 * nobody's at all, any other may be a directory's.
 *
 * A name can only appear by changing the directory it appears in, and that changes the directory's times. So the nearest
 * existing directory of each name is asked (one `stat` for all its names). Objects written beside the sources do change a
 * directory: then it is read, and the names themselves are asked for only when it is large or has one of them.
 */
export class Absences {
  readonly #files: SourceFiles;
  readonly #now: () => number;
  readonly #watches = new WeakMap<readonly ByteString[], Map<ByteString, Watch>>();
  /** Directories that have changed: they are looked at, for a client that finds one changed has to ask twice. */
  readonly #restless = new Set<ByteString>();
  readonly #listable = new WeakMap<Guard, boolean>();

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
    const guards = this.#watches.get(names)?.get(directory)?.guards;
    return this.#examine(names, directory, guards, (guard) => this.#vouches(guard));
  }

  /**
   * The same for a client to find out: directories in which nothing ever appeared, and where the caller does not write, are
   * supposed to be as they were; others to have none of the names.
   */
  suppose(names: readonly ByteString[], directory: ByteString): Supposition {
    if (names.length === 0) return { claims: [], settle: NO_DOUBT.settle };
    const watch = this.#watches.get(names)?.get(directory);
    if (watch === undefined) return supposition(this.doubt(names, directory), directory, []);
    const quiet: Guard[] = [];
    const listed: Guard[] = [];
    const left = new Set<Guard>();
    for (const guard of watch.guards) {
      if (this.#isQuiet(guard, directory)) quiet.push(guard);
      else if (this.#isListable(guard)) listed.push(guard);
      else left.add(guard);
    }
    const list = supposed(watch, quiet, listed);
    if (left.size === 0) return { claims: [list], settle: NO_DOUBT.settle };
    const stands = (guard: Guard): boolean => !left.has(guard) || this.#vouches(guard);
    const doubt = this.#examine(names, directory, watch.guards, stands);
    return supposition(doubt, directory, [list]);
  }

  #examine(
    names: readonly ByteString[],
    directory: ByteString,
    guards: readonly Guard[] | undefined,
    vouches: (guard: Guard) => boolean,
  ): Doubt {
    const standing: Guard[] = [];
    const doubtful: ByteString[] = [];
    let renewals = 0;
    for (const guard of guards ?? []) {
      const renewed = vouches(guard) ? guard : this.#renewed(guard);
      if (renewed === undefined) doubtful.push(...guard.names);
      else standing.push(renewed);
      if (renewed !== guard) renewals += 1;
    }
    if (guards !== undefined && doubtful.length === 0) {
      if (renewals > 0) this.#remember(names, directory, standing);
      return NO_DOUBT;
    }
    // What changed may also have moved the boundary between existing and missing directories, so names are grouped anew.
    // Before they are asked for: what appears later changes the stamps.
    const asked = guards === undefined ? names : doubtful;
    const regrouped = this.#group(asked, directory);
    return { names: asked, settle: () => this.#remember(names, directory, [...standing, ...regrouped]) };
  }

  /** The guard of a directory that changed, but has none of the names; undefined when they must be asked for. */
  #renewed(guard: Guard): Guard | undefined {
    const { directory, names, entries } = guard;
    if (names.length < FEW_NAMES || entries === undefined) return undefined;
    const stamp = this.#files.stat(directory);
    if (stamp?.kind !== 'directory' || stamp.size > MOST_LISTED_BYTES || !this.#hasNone(guard)) return undefined;
    return { directory, stamp, trusted: !isRacy(stamp, this.#now()), names, entries };
  }

  /** Whether the directory has nothing now that may be one of the names. */
  #hasNone({ directory, entries }: Guard): boolean {
    if (entries === undefined) return false;
    const listed = this.#files.list(directory);
    return listed !== undefined && !listed.some((entry) => mayBeNamed(entry, entries));
  }

  /**
   * Whether a client can read the directory instead of asking for each name. Looked at once, for each would find it untrue where a
   * directory has the name of a header, or a file differs from one in its capitals.
   */
  #isListable(guard: Guard): boolean {
    const known = this.#listable.get(guard);
    if (known !== undefined) return known;
    const { entries, names, stamp } = guard;
    const isSmall = entries !== undefined && entries.size <= MOST_CLAIMED_NAMES && stamp.size <= MOST_LISTED_BYTES;
    const listable = isSmall && names.length >= FEW_NAMES_OF_CLIENT && this.#hasNone(guard);
    this.#listable.set(guard, listable);
    return listable;
  }

  #vouches({ trusted, directory, stamp }: Guard): boolean {
    if (!trusted) return false;
    if (this.#files.unchanged(directory, stamp)) return true;
    if (this.#restless.size >= MOST_RESTLESS) this.#restless.clear();
    this.#restless.add(directory);
    return false;
  }

  #isQuiet(guard: Guard, directory: ByteString): boolean {
    return guard.trusted && guard.directory !== directory && !this.#restless.has(guard.directory);
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
      // A link that leads nowhere is an entry of its own.
      const entries = vague.has(path) ? undefined : entriesOf(group, path, directory);
      if (stamp) guards.push({ directory: path, stamp, trusted, names: group, entries });
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
    const watch = byDirectory.get(directory);
    if (watch) watch.guards = guards;
    else byDirectory.set(directory, { guards, supposed: undefined });
  }
}

/** The first name below `parent` on the way to each of the names, which are seen from `directory`. */
function entriesOf(names: readonly ByteString[], parent: ByteString, directory: ByteString): Guard['entries'] {
  const start = parent.endsWith('/') ? parent.length : parent.length + 1;
  const entries = new Set<ByteString>();
  for (const name of names) {
    const path = resolveFrom(directory, withoutSlash(name));
    const end = path.indexOf('/', start);
    const entry = path.slice(start, end < 0 ? undefined : end);
    if (NON_ASCII.test(entry)) return undefined;
    entries.add(entry.toLowerCase());
  }
  return entries;
}
