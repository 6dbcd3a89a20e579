import type { SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf } from '../util/path.ts';

/**
 * When the symbolic links on the way to files were made. A link that leads elsewhere since a compile has read through it
 * changes nothing about the file where it leads now: only the link itself is young.
 */
export class Links {
  readonly #files: SourceFiles;
  readonly #directories = new Map<ByteString, number>();

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  /** The change time of the youngest link in an absolute path, in milliseconds; 0 when there is none. */
  changedMs(path: ByteString): number {
    const own = this.#files.linkChangedMs(path);
    const directory = directoryOf(path);
    return directory === '/' || directory === '' ? own : Math.max(own, this.#directoryChangedMs(directory));
  }

  #directoryChangedMs(directory: ByteString): number {
    let known = this.#directories.get(directory);
    if (known === undefined) {
      known = this.changedMs(directory);
      this.#directories.set(directory, known);
    }
    return known;
  }
}
