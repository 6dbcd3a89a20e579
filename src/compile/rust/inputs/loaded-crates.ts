import type { RustArguments } from '../../../compilers/rustc/arguments.ts';
import type { BinaryMentions } from '../../../key/binary-mentions.ts';
import type { FileRecords } from '../../../key/file-records.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { joinPath, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';

const LIBRARY = /^lib(.+)\.(?:rmeta|rlib|so)$/s;

/** What cargo puts behind a crate's name (`-C extra-filename`), and metadata have for each crate below. */
const HASH = /-[0-9a-f]{16}/g;

/**
 * Below, where a crate is called by one of rustc's own words (most single letters, `test`, `log` …), metadata have the word's number
 * (rustc_metadata `CrateDep`): name = 2 LEB128, hash = 16 bytes, hash for the host = 0 | 1 bytes, kind, text added to the file's name.
 */
const NUMBERED =
  /\x02(?:[\x80-\xff][\x00-\x7f]|[\x00-\x7f])[\s\S]{16}(?:\x00|\x01[\s\S]{16})[\x00-\x02](?:\x00|[\x01-\x10][\w-]+)\xc1/;

/** Metadata of a crate have the names of all crates below it: bytes before it, and this behind (rustc_serialize `opaque.rs`). */
const END_OF_STRING = '\xc1';

/** A macro by which an assembler reads files: the text of a string as it stands in a source. */
const ASSEMBLER_READS_FILES = /incbin|\.include[ \t]+\\?"/i;

const MOST_KNOWN = 5_000;

/**
 * Finds the crates that rustc loads besides those that are named to it: the metadata of each crate list all crates below. No
 * such list is read as rustc reads it; that a library's name is in the metadata is enough, for one too many does no harm.
 */
export class LoadedCrates {
  readonly #records: FileRecords;
  readonly #files: SourceFiles;
  readonly #mentions: BinaryMentions;
  /** By the contents of a library. */
  readonly #known = new Map<string, Named>();

  constructor(records: FileRecords, files: SourceFiles, mentions: BinaryMentions) {
    this.#records = records;
    this.#files = files;
    this.#mentions = mentions;
  }

  /** Their libraries in the directories for crates below, as the search paths spell them. Own outputs may be among them. */
  find(request: Request, { externs, searchPaths }: RustArguments): readonly ByteString[] {
    const roots = externs.flatMap(({ path }) => (path === undefined ? [] : [resolveFrom(request.cwd, path)]));
    const below: { readonly path: ByteString; readonly stem: ByteString }[] = [];
    const found: ByteString[] = [];
    for (const { kind, path: directory } of searchPaths) {
      if (kind === 'native' || kind === 'framework') continue;
      for (const name of this.#files.list(resolveFrom(request.cwd, directory)) ?? []) {
        const stem = LIBRARY.exec(name)?.[1];
        if (stem === undefined) continue;
        const path = joinPath(directory, name);
        if (kind === 'dependency') below.push({ path, stem });
        else roots.push(resolveFrom(request.cwd, path));
      }
    }
    const named = roots.map((root) => this.#namedIn(root));
    for (const { path, stem } of below) {
      const hash = /-[0-9a-f]{16}$/.exec(stem)?.[0];
      const isNamed =
        hash !== undefined
          ? named.some(({ hashes }) => hashes.has(hash))
          : named.some(({ numbered }) => numbered) || roots.some((root) => this.#mentionsName(root, stem));
      if (isNamed) found.push(path);
    }
    return found;
  }

  /** Whether a crate that is named has macros by which an assembler may read files. */
  someAssembleFiles(request: Request, { externs }: RustArguments): boolean {
    return externs.some(({ path }) => path !== undefined && this.#namedIn(resolveFrom(request.cwd, path)).assembles);
  }

  /** Whether a crate may load the one whose library is called so: `lib`, this and an ending. */
  mayLoad(crate: ByteString, stem: ByteString): boolean {
    const hash = /-[0-9a-f]{16}$/.exec(stem)?.[0];
    const { hashes, numbered } = this.#namedIn(crate);
    return hash === undefined ? numbered || this.#mentionsName(crate, stem) : hashes.has(hash);
  }

  #mentionsName(crate: ByteString, stem: ByteString): boolean {
    // What cannot be read may have anything in it.
    return this.#mentions.mentioned(crate, [encoded(stem), encoded(crateNameIn(stem))])?.length !== 0;
  }

  #namedIn(library: ByteString): Named {
    const digest = this.#records.digest(library);
    if (digest === undefined) return { hashes: new Set(), numbered: false, assembles: false };
    let named = this.#known.get(digest);
    if (named === undefined) {
      const text = fromBuffer(this.#files.read(library)?.bytes ?? Buffer.alloc(0));
      named = {
        hashes: new Set(text.match(HASH)),
        numbered: NUMBERED.test(text),
        assembles: ASSEMBLER_READS_FILES.test(text),
      };
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(digest, named);
    }
    return named;
  }
}

/** The crates below that a library names. */
interface Named {
  readonly hashes: ReadonlySet<ByteString>;
  /** Some by a number, so that it can be any. */
  readonly numbered: boolean;
  /** It has text by which an assembler reads files. */
  readonly assembles: boolean;
}

/** Without what `-C extra-filename` may have added: metadata have that apart. */
export function crateNameIn(stem: ByteString): ByteString {
  return /^\w+/.exec(stem)?.[0] ?? stem;
}

/** As metadata have a name of less than 128 bytes. */
export function encoded(name: ByteString): ByteString {
  return String.fromCharCode(name.length & 0xff) + name + END_OF_STRING;
}
