import type { ByteString } from '../../util/bytes.ts';
import { fromBuffer } from '../../util/bytes.ts';
import { resolveFrom } from '../../util/path.ts';

/** Reads a file that an option names; undefined when it cannot be read. */
export type ReadFile = (path: ByteString) => Buffer | undefined;

/** A response file that names itself must not keep us for ever; gcc gives up after 2000 expansions as well. */
const EXPANSION_LIMIT = 2000;

/** A backslash before a line's or the file's end: gcc and clang read it differently. */
const AMBIGUOUS = /\\(?:\r?\n|$)/;

/**
 * Replaces each `@file` by the arguments in it, recursively. A file that cannot be read (or that compilers read differently) stays
 * as it is written.
 */
export function expandResponseFiles(argv: readonly ByteString[], cwd: ByteString, readFile: ReadFile): ByteString[] {
  if (!argv.some((argument) => argument.startsWith('@'))) return [...argv];
  const pending = [...argv].reverse();
  const expanded: ByteString[] = [];
  let expansions = 0;
  for (let argument = pending.pop(); argument !== undefined; argument = pending.pop()) {
    const named = argument.startsWith('@') && argument.length > 1 && expansions < EXPANSION_LIMIT;
    const content = named ? readFile(resolveFrom(cwd, argument.slice(1))) : undefined;
    const text = content === undefined ? undefined : fromBuffer(content);
    if (text === undefined || AMBIGUOUS.test(text)) {
      expanded.push(argument);
    } else {
      expansions++;
      pending.push(...splitWords(text).reverse());
    }
  }
  return expanded;
}

const SPACE = /[ \t\n\v\f\r]/;

/**
 * Splits as libiberty's `buildargv` and LLVM's `TokenizeGNUCommandLine` do: white space separates, single and double
 * quotes group, a backslash takes the next character as it is, inside either kind of quotes too.
 */
export function splitWords(text: ByteString): ByteString[] {
  const words: ByteString[] = [];
  let word: ByteString | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') {
      if (index + 1 < text.length) word = (word ?? '') + text.charAt(++index);
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (!SPACE.test(character)) {
      word = (word ?? '') + character;
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
