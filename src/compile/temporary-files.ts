import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** A name for files that one compile run writes for us. */
export interface TemporaryFile {
  /** Absolute; the run appends suffixes of its own. */
  readonly path: string;
  /** The kernel's clock when the name was taken, by a file's time stamp: comparable with those of sources. */
  readonly kernelTimeMs: number;
  remove(): void;
}

/** `SUNPRO_DEPENDENCIES` ends a name at a blank, `-Wa,` at a comma. */
const PLAIN_PATH = /^[A-Za-z0-9/._+@=-]+$/;

const SUFFIXES = ['.d', '.as', ''];

/** Hands out names in a directory that compilers under the user's account can write to. */
export class TemporaryFiles {
  readonly #directory: string | undefined;
  readonly #prefix: string;
  #count = 0;

  /** @param candidates the first plain one is used */
  constructor(candidates: readonly string[], prefix: string) {
    this.#directory = candidates.find((path) => PLAIN_PATH.test(path));
    this.#prefix = prefix;
  }

  /** undefined when no directory can be used. */
  take(): TemporaryFile | undefined {
    if (this.#directory === undefined) return undefined;
    this.#count += 1;
    const path = `${this.#directory}/${this.#prefix}-${this.#count}`;
    try {
      return named(path);
    } catch {
      try {
        mkdirSync(this.#directory, { recursive: true, mode: 0o700 }); // somebody cleared the cache while we run
        return named(path);
      } catch {
        return undefined;
      }
    }
  }
}

function named(path: string): TemporaryFile {
  writeFileSync(path, '');
  return {
    path,
    kernelTimeMs: statSync(path).mtimeMs,
    remove: () => {
      for (const suffix of SUFFIXES) rmSync(path + suffix, { force: true });
    },
  };
}
