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
  readonly #directories: readonly string[];
  readonly #prefix: string;
  #count = 0;

  /** @param candidates the first one that can be used is, each time: a cache may become read-only while we run */
  constructor(candidates: readonly string[], prefix: string) {
    this.#directories = candidates.filter((path) => PLAIN_PATH.test(path));
    this.#prefix = prefix;
  }

  /** undefined when no directory can be used. */
  take(): TemporaryFile | undefined {
    this.#count += 1;
    const name = `${this.#prefix}-${this.#count}`;
    for (const directory of this.#directories) {
      const file = attempt(() => named(`${directory}/${name}`)) ?? attempt(() => namedInNew(directory, name));
      if (file) return file;
    }
    return undefined;
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Somebody cleared the cache while we run. */
function namedInNew(directory: string, name: string): TemporaryFile {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return named(`${directory}/${name}`);
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
