import type { ByteString } from '../util/bytes.ts';
import { commonDirectory, isIn } from '../util/path.ts';

/** Stands for the checkout's directory in a path. No path that a compiler is given begins so. */
const HERE = '\x01';

/** Select graphic rendition, and 'erase to the end of the line'. */
const ESCAPES = /\x1b\[[0-9;]*[mK]/g;

/** What stands before a file's name in a message, without colours. */
const BEFORE_NAME = /^(?:In file included from | +from )?$/;

/** A directory with sources in it that may have another name elsewhere. */
export class Checkout {
  /** Absolute, without a slash at its end. */
  readonly directory: ByteString;

  constructor(directory: ByteString) {
    this.directory = directory;
  }

  /** A path without the name of the checkout. */
  abstract(path: ByteString): ByteString {
    const { directory } = this;
    return isIn(path, directory) ? HERE + path.slice(directory.length) : path;
  }

  /** The path of that name here. */
  concrete(path: ByteString): ByteString {
    return isBelow(path) ? this.directory + path.slice(HERE.length) : path;
  }

  /**
   * Messages of a compile in this checkout as they are in another; undefined where they name it otherwise than as the
   * beginning of a file's name in front of a message.
   */
  translate(messages: ByteString, other: Checkout): ByteString | undefined {
    const lines = messages.split('\n').map((line) => {
      const at = line.indexOf(this.directory);
      if (at < 0) return line;
      const rest = line.slice(at + this.directory.length);
      const plain = BEFORE_NAME.test(line.slice(0, at).replace(ESCAPES, ''));
      return plain && rest.startsWith('/') && !rest.includes(this.directory)
        ? line.slice(0, at) + other.directory + rest
        : undefined;
    });
    return lines.every((line) => line !== undefined) ? lines.join('\n') : undefined;
  }
}

/** Whether an abstract path lies in the checkout. */
export function isBelow(path: ByteString): boolean {
  return path.startsWith(HERE);
}

/**
 * The checkout of a compile: the longest of the base directories that has the compiler's directory or the source in it; else
 * the directory that both are in. Undefined when that is none of anybody's own, such as `/home`.
 *
 * @param bases absolute, without a slash at the end
 * @param source absolute
 */
export function checkoutOf(
  bases: readonly ByteString[],
  directory: ByteString,
  source: ByteString,
): Checkout | undefined {
  const covering = bases.filter((base) => [directory, source].some((path) => isIn(path, base)));
  const longest = [...covering].sort((one, other) => other.length - one.length)[0];
  const found = longest ?? commonDirectory(directory, source);
  return found.includes(HERE) || !/^\/[^/]+\/[^/]/.test(found) ? undefined : new Checkout(found);
}
