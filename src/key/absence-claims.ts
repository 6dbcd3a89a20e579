import {
  type Claim,
  type ClaimList,
  claimList,
  claimMissing,
  claimNothing,
  claimUnchanged,
  claimWithoutNames,
} from '../system/claims.ts';
import type { FileStamp } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';

/** A directory whose stamp vouches for names in it (or below what is missing in it). */
export interface Guard {
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
export interface Watch {
  guards: readonly Guard[];
  supposed: Supposed | undefined;
}

/** What clients are asked of guards, and who these are. */
interface Supposed {
  /** Directories that are to be as they were. */
  readonly quiet: readonly Guard[];
  /** Those that have changed, or will: they are to have none of the names. */
  readonly listed: readonly Guard[];
  readonly list: ClaimList;
}

/** The claims for a doubt, behind others. */
export function supposition(doubt: Doubt, directory: ByteString, claims: readonly ClaimList[]): Supposition {
  const missing = doubt.names.map((name) => claimAbsent(name, directory));
  return { claims: missing.length > 0 ? [...claims, claimList(missing)] : claims, settle: doubt.settle };
}

/** Made once for as long as the same is supposed of the same guards. */
export function supposed(watch: Watch, quiet: readonly Guard[], listed: readonly Guard[]): ClaimList {
  const known = watch.supposed;
  if (known && isSame(known.quiet, quiet) && isSame(known.listed, listed)) return known.list;
  const list = claimList([
    ...quiet.map(({ directory, stamp }) => claimUnchanged(directory, stamp)),
    ...listed.map(({ directory, entries }) => claimWithoutNames(directory, entries ?? [])),
  ]);
  watch.supposed = { quiet, listed, list };
  return list;
}

function isSame(ones: readonly Guard[], others: readonly Guard[]): boolean {
  return ones.length === others.length && ones.every((guard, index) => guard === others[index]);
}

/** The claim for the client that a name is still missing. */
function claimAbsent(name: ByteString, directory: ByteString): Claim {
  const path = resolveFrom(directory, withoutSlash(name));
  return name.endsWith('/') ? claimNothing(path) : claimMissing(path);
}

export function withoutSlash(name: ByteString): ByteString {
  return name.endsWith('/') ? name.slice(0, -1) : name;
}
