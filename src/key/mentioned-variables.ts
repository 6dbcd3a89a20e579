import { createHash } from 'node:crypto';
import type { FileStamp, SourceFiles } from '../system/source-files.ts';
import { type ByteString, fromBuffer } from '../util/bytes.ts';

/** Runs of what variables' names are made of. Strings lie side by side in a library, so that a run may be several of them. */
const NAMES = /[A-Z_][A-Z0-9_]+/g;

/** Variables that no result hangs on, that the standard library mentions, and those that are in every key. */
const OTHERS =
  /^(?:CARGO.*|OUT_DIR|SCCACHE_.*|RUSTC.*|RUSTUP_.*|RUST_(?:BACKTRACE|LIB_BACKTRACE|MIN_STACK|RECURSION_COUNT)|(?:LD|DYLD)_.*|PATH|PWD|OLDPWD|SHLVL|_|M?(?:MAKE)?FLAGS|NUM_JOBS)$/;

/** Variables of the session: part of many a word, so they count where they stand by themselves. */
const SESSION = /^(?:HOME|TMPDIR|TEMP|TMP|TERM|COLORTERM|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_.*)$/;

interface Known {
  readonly stamp: FileStamp;
  readonly names: string;
}

/** A worker's view of files, and what it has seen in libraries. */
const known = new WeakMap<SourceFiles, Map<ByteString, Known>>();

/**
 * A digest of all variables that are set and whose names stand in a library or source; undefined when it cannot be read. Also a
 * name that is part of another word counts: then the digest says more than it would have to.
 *
 * @param library '': the variables count whatever they are called
 */
export function mentionedVariables(
  library: ByteString,
  environment: ReadonlyMap<ByteString, ByteString>,
  files: SourceFiles,
): string | undefined {
  const names = library === '' ? undefined : namesIn(library, files);
  if (library !== '' && names === undefined) return undefined;
  const isMentioned = (name: ByteString): boolean => {
    if (SESSION.test(name)) return names?.includes(`\n${name}\n`) ?? false;
    return !OTHERS.test(name) && (names?.includes(name) ?? true);
  };
  const mentioned = [...environment].filter(([name]) => isMentioned(name));
  const hash = createHash('sha256');
  for (const [name, value] of mentioned.sort(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(`${name}=${value}\0`, 'latin1');
  }
  return hash.digest('hex');
}

/** One reading of some megabytes for each library. */
function namesIn(library: ByteString, files: SourceFiles): string | undefined {
  let libraries = known.get(files);
  if (libraries === undefined) {
    libraries = new Map();
    known.set(files, libraries);
  }
  const before = libraries.get(library);
  if (before && files.unchanged(library, before.stamp)) return before.names;
  const read = files.read(library);
  if (read === undefined) return undefined;
  const names = ['', ...new Set(fromBuffer(read.bytes).match(NAMES)), ''].join('\n');
  libraries.set(library, { stamp: read.stamp, names });
  return names;
}
