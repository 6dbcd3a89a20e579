import { MentionedWords } from '../../../key/mentions.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';

/** What stands in files now, read once for all results that a compile is compared with: they have most files in common. */
export class CurrentTexts {
  readonly #directory: ByteString;
  readonly #files: SourceFiles;
  readonly #texts = new Map<ByteString, ByteString | undefined>();
  readonly #mentioned = new Map<string, MentionedWords>();

  constructor(directory: ByteString, files: SourceFiles) {
    this.#directory = directory;
    this.#files = files;
  }

  /** Undefined when one of them cannot be read. */
  of(paths: readonly ByteString[]): readonly ByteString[] | undefined {
    const texts = paths.flatMap((path) => this.#text(path) ?? []);
    return texts.length === paths.length ? texts : undefined;
  }

  /** The words of files, and of `values`, which belong to the command. */
  words(paths: readonly ByteString[], values: readonly ByteString[]): MentionedWords {
    const id = [...paths, '', ...values].join('\0');
    const known = this.#mentioned.get(id) ?? new MentionedWords([...(this.of(paths) ?? []), ...values]);
    this.#mentioned.set(id, known);
    return known;
  }

  #text(path: ByteString): ByteString | undefined {
    if (!this.#texts.has(path)) {
      const read = this.#files.read(resolveFrom(this.#directory, path));
      this.#texts.set(path, read && fromBuffer(read.bytes));
    }
    return this.#texts.get(path);
  }
}
