import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A name for files that one compile run writes for us. */
export interface TemporaryFile {
  /** Absolute; the run appends suffixes of its own. */
  readonly path: string;
  /** The kernel's clock when the name was taken, by a file's time stamp: comparable with those of sources. */
  readonly kernelTimeMs: number;
  /**
   * Whether a compile may have said or done something else than the caller's own command would, because it could not write
   * such a file: somebody deleted the directory, or the disk is full.
   *
   * @param messages what the compiler said: gcc and as name the file that they cannot write, clang says that it cannot
   */
  isToBlame(messages: Buffer, succeeded: boolean): boolean;
  remove(): void;
}

/** `SUNPRO_DEPENDENCIES` ends a name at a blank, `-Wa,` at a comma. */
const PLAIN_PATH = /^[A-Za-z0-9/._+@=-]+$/;

const SUFFIXES = ['.d', '.as', '.link', ''];

/** Lists of headers take some 100 KiB, and several are written at the same time. */
const LEAST_SPACE_BYTES = 1 << 20;

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

/** File systems that do not tell how large they are have space. */
function hasSpace(directory: string): boolean {
  const { blocks, bavail, bsize } = statfsSync(directory);
  return blocks === 0 || bavail * bsize >= LEAST_SPACE_BYTES;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Somebody cleared the cache while we run. */
function namedInNew(directory: string, name: string): TemporaryFile | undefined {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return named(`${directory}/${name}`);
}

function named(path: string): TemporaryFile | undefined {
  const directory = dirname(path);
  if (!hasSpace(directory)) return undefined;
  writeFileSync(path, '');
  return {
    path,
    kernelTimeMs: statSync(path).mtimeMs,
    isToBlame: (messages, succeeded) =>
      messages.includes(path) ||
      ((messages.length > 0 || !succeeded) && attempt(() => statSync(path).isFile() && hasSpace(directory)) !== true),
    remove: () => {
      for (const suffix of SUFFIXES) rmSync(path + suffix, { force: true });
    },
  };
}
