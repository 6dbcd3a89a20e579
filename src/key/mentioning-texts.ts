import type { SourceFiles } from '../system/source-files.ts';
import { type ByteString, fromBuffer } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import { type SourceScan, withoutSplices } from './source-scan.ts';

/** What is known of contents, for all compiles that read them: a header's scan is the same object as long as it does not change. */
const known = new WeakMap<SourceScan, Map<ByteString, boolean>>();

/**
 * The texts of one compile's files by the words that stand in them. A text is read only where that is not known yet, or where
 * the word does: reading those of 300 headers again takes 7 ms, and looking through them as much.
 */
export class MentioningTexts {
  readonly #scans: ReadonlyMap<ByteString, SourceScan>;
  readonly #directory: ByteString;
  readonly #files: SourceFiles;
  readonly #texts = new Map<ByteString, ByteString>();

  /** @param directory the caller's, from which the paths are seen */
  constructor(scans: ReadonlyMap<ByteString, SourceScan>, directory: ByteString, files: SourceFiles) {
    this.#scans = scans;
    this.#directory = directory;
    this.#files = files;
  }

  /** Without spliced lines. */
  textOf(path: ByteString): ByteString {
    const read = this.#texts.get(path);
    if (read !== undefined) return read;
    const bytes = this.#files.read(resolveFrom(this.#directory, path))?.bytes;
    const text = bytes === undefined ? '' : withoutSplices(fromBuffer(bytes));
    this.#texts.set(path, text);
    return text;
  }

  pathsWith(word: ByteString): readonly ByteString[] {
    return [...this.#scans].filter(([path, scan]) => this.#mentions(path, scan, word)).map(([path]) => path);
  }

  readonly textsWith = (word: ByteString): readonly ByteString[] =>
    this.pathsWith(word).map((path) => this.textOf(path));

  #mentions(path: ByteString, scan: SourceScan, word: ByteString): boolean {
    let words = known.get(scan);
    if (words === undefined) {
      words = new Map();
      known.set(scan, words);
    }
    let mentions = words.get(word);
    if (mentions === undefined) {
      mentions = this.textOf(path).includes(word);
      words.set(word, mentions);
    }
    return mentions;
  }
}
