import { type Claim, type ClaimList, claimList, claimMissing, claimNothing, claimUnchanged } from '../system/claims.ts';
import { type FileStamp, isRacy, type SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, resolveFrom } from '../util/path.ts';

/** A directory whose stamp vouches for names in it (or below what is missing in it). */
interface Guard {
  readonly directory: ByteString;
  readonly stamp: FileStamp;
  /** False while the directory changed so recently that its next change could leave the same stamp. */
  readonly trusted: boolean;
  readonly names: readonly ByteString[];
  /**
   * What of the names would be seen in the directory, in small letters: some file systems do not tell letters apart.
   * Undefined where that is more than ASCII, which they fold in ways of their own.
   */
  readonly entries: ReadonlySet<ByteString> | undefined;
}

/** Names for which no directory vouches: they must be asked for one by one. */
export interface Doubt {
  readonly names: readonly ByteString[];
  /** To be called when all of them were found to be missing: their directories then vouch for them. */
  settle(): void;
}

/** What must be true for names to be still missing, for a client to check. */
export interface Supposition {
  readonly claims: readonly ClaimList[];
  /** To be called when all claims held. */
  settle(): void;
}

/** What is known of one list of names, seen from one directory. */
interface Watch {
  readonly guards: readonly Guard[];
  /** Claims of the guards that are supposed to stand, and who these are. */
  supposed: { readonly guards: readonly Guard[]; readonly list: ClaimList } | undefined;
}

/**
 * A directory of this size is read rather than asked for each name: on ext4 it has some 400 entries, which takes 60 µs;
 * where objects are written beside sources, 250 names would be asked for in each compile.
 */
const MOST_LISTED_BYTES = 16 * 1024;
/** For fewer names it is not worth it: reading takes five system calls. */
const FEW_NAMES = 16;

const NON_ASCII = /[^\x00-\x7f]/;

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
   * supposed to be as they were.
   */
  suppose(names: readonly ByteString[], directory: ByteString): Supposition {
    if (names.length === 0) return { claims: [], settle: NO_DOUBT.settle };
    const watch = this.#watches.get(names)?.get(directory);
    const quiet = new Set(watch?.guards.filter((guard) => this.#isQuiet(guard, directory)));
    const doubt = this.#examine(names, directory, watch?.guards, (guard) => quiet.has(guard) || this.#vouches(guard));
    const missing = doubt.names.map((name) => claimAbsent(name, directory));
    const claims = missing.length > 0 ? [claimList(missing)] : [];
    return { claims: watch ? [supposed(watch, [...quiet]), ...claims] : claims, settle: doubt.settle };
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
    if (names.length < FEW_NAMES) return undefined;
    const stamp = this.#files.stat(directory);
    if (entries === undefined || stamp?.kind !== 'directory' || stamp.size > MOST_LISTED_BYTES) return undefined;
    const listed = this.#files.list(directory);
    const mayBeName = (entry: ByteString): boolean => NON_ASCII.test(entry) || entries.has(entry.toLowerCase());
    if (listed === undefined || listed.some(mayBeName)) return undefined;
    return { directory, stamp, trusted: !isRacy(stamp, this.#now()), names, entries };
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
      if (stamp)
        guards.push({ directory: path, stamp, trusted, names: group, entries: entriesOf(group, path, directory) });
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
    byDirectory.set(directory, { guards, supposed: byDirectory.get(directory)?.supposed });
  }
}

/** Made once for as long as the same guards are supposed to stand. */
function supposed(watch: Watch, guards: readonly Guard[]): ClaimList {
  const known = watch.supposed;
  if (known && known.guards.length === guards.length && known.guards.every((guard, index) => guard === guards[index]))
    return known.list;
  const list = claimList(guards.map(({ directory, stamp }) => claimUnchanged(directory, stamp)));
  watch.supposed = { guards, list };
  return list;
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

/** The claim for the client that a name is still missing. */
function claimAbsent(name: ByteString, directory: ByteString): Claim {
  const path = resolveFrom(directory, withoutSlash(name));
  return name.endsWith('/') ? claimNothing(path) : claimMissing(path);
}

function withoutSlash(name: ByteString): ByteString {
  return name.endsWith('/') ? name.slice(0, -1) : name;
}
