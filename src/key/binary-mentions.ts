import type { SourceFiles } from '../system/source-files.ts';
import { type ByteString, toBuffer } from '../util/bytes.ts';
import type { FileRecords } from './file-records.ts';

/** Contents that are remembered; each with some hundred names at most. */
const MOST_KNOWN = 5_000;

/** Tells whether texts appear in libraries and programs; remembered by contents, for a search takes a millisecond for some MB. */
export class BinaryMentions {
  readonly #records: FileRecords;
  readonly #files: SourceFiles;
  readonly #known = new Map<string, Map<ByteString, boolean>>();

  constructor(records: FileRecords, files: SourceFiles) {
    this.#records = records;
    this.#files = files;
  }

  /** Which of `texts` are in the file of an absolute path; undefined when it cannot be read. */
  mentioned(path: ByteString, texts: readonly ByteString[]): readonly ByteString[] | undefined {
    const digest = this.#records.digest(path);
    if (digest === undefined) return undefined;
    let known = this.#known.get(digest);
    if (known === undefined) {
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      known = new Map();
      this.#known.set(digest, known);
    }
    let bytes: Buffer | undefined;
    for (const text of texts) {
      if (known.has(text)) continue;
      bytes ??= this.#files.read(path)?.bytes;
      if (bytes === undefined) return undefined;
      known.set(text, bytes.includes(toBuffer(text)));
    }
    return texts.filter((text) => known.get(text));
  }
}
