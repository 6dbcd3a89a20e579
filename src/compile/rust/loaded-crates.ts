import type { RustArguments } from '../../compilers/rustc/arguments.ts';
import type { BinaryMentions } from '../../key/binary-mentions.ts';
import type { FileRecords } from '../../key/file-records.ts';
import type { SourceFiles } from '../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../util/bytes.ts';
import { joinPath, resolveFrom } from '../../util/path.ts';
import type { Request } from '../request.ts';

const LIBRARY = /^lib(.+)\.(?:rmeta|rlib|so)$/s;

/** What cargo puts behind a crate's name (`-C extra-filename`), and metadata have for each crate below. */
const HASH = /-[0-9a-f]{16}/g;

/** Metadata of a crate have the names of all crates below it: bytes before it, and this behind (rustc_serialize `opaque.rs`). */
const END_OF_STRING = '\xc1';

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
  readonly #hashes = new Map<string, ReadonlySet<ByteString>>();

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
    const hashes = roots.map((root) => this.#hashesIn(root));
    for (const { path, stem } of below) {
      const hash = stem.match(HASH)?.at(-1);
      const isNamed =
        hash !== undefined && stem.endsWith(hash)
          ? hashes.some((known) => known.has(hash))
          : roots.some((root) => this.#mentions.mentioned(root, [encoded(stem), encoded(crateNameIn(stem))])?.length);
      if (isNamed) found.push(path);
    }
    return found;
  }

  #hashesIn(library: ByteString): ReadonlySet<ByteString> {
    const digest = this.#records.digest(library);
    if (digest === undefined) return new Set();
    let hashes = this.#hashes.get(digest);
    if (hashes === undefined) {
      const text = fromBuffer(this.#files.read(library)?.bytes ?? Buffer.alloc(0));
      hashes = new Set(text.match(HASH));
      if (this.#hashes.size >= MOST_KNOWN) this.#hashes.clear();
      this.#hashes.set(digest, hashes);
    }
    return hashes;
  }
}

/** Without what `-C extra-filename` may have added: metadata have that apart. */
export function crateNameIn(stem: ByteString): ByteString {
  return /^\w+/.exec(stem)?.[0] ?? stem;
}

/** As metadata have a name of less than 128 bytes. */
export function encoded(name: ByteString): ByteString {
  return String.fromCharCode(name.length & 0xff) + name + END_OF_STRING;
}
