import type { ByteString } from '../util/bytes.ts';

/** Anything that could be a token by itself, or be pasted to another. */
const WORD = /[\w$\x80-\xff]+/g;
const SINGLE = /(?<![\w$\x80-\xff])[\w$\x80-\xff](?![\w$\x80-\xff])/g;

/**
 * Tells whether names appear in texts, comments and strings included; also those that `##` could put together.
 *
 * The headers of a C++ source are some megabytes, and a set of their words takes a tenth of a second to make: it is made only when
 * nothing cheaper answers.
 */
export class MentionedWords {
  readonly #texts: readonly ByteString[];
  readonly #pastes: boolean;
  #words: Set<ByteString> | undefined;

  constructor(texts: readonly ByteString[]) {
    // A name may go on in the next line.
    this.#texts = texts.map((text) => (/\\[ \t]*\r?\n/.test(text) ? text.replace(/\\[ \t]*\r?\n/g, '') : text));
    this.#pastes = this.#texts.some((text) => text.includes('##') || text.includes('%:%:') || text.includes('??'));
  }

  mayName(name: ByteString): boolean {
    const whole = new RegExp(`(?<![\\w$\\x80-\\xff])${name.replaceAll('$', '\\$')}(?![\\w$\\x80-\\xff])`);
    if (this.#texts.some((text) => text.includes(name) && whole.test(text))) return true;
    return this.#pastes && (this.#hasAllLetters(name) || this.#isComposed(name));
  }

  /** In many texts each letter of a name is a word somewhere, mostly in the first of them. */
  #hasAllLetters(name: ByteString): boolean {
    const missing = new Set(name);
    for (const text of this.#texts) {
      for (const [letter] of text.matchAll(SINGLE)) {
        if (missing.delete(letter) && missing.size === 0) return true;
      }
    }
    return false;
  }

  /** Whether the name falls into two or more of the words. */
  #isComposed(name: ByteString): boolean {
    this.#words ??= wordsOf(this.#texts);
    const reached = [true];
    for (let end = 1; end <= name.length; end += 1) {
      reached[end] = reached.some((begins, start) => begins && start < end && this.#words?.has(name.slice(start, end)));
    }
    return reached[name.length] === true;
  }
}

function wordsOf(texts: readonly ByteString[]): Set<ByteString> {
  const words = new Set<ByteString>();
  for (const text of texts) for (const [word] of text.matchAll(WORD)) words.add(word);
  return words;
}
