import type { ByteString } from '../util/bytes.ts';

/**
 * The text under a key's hash, with what its parts are called:
 *
 *   text    = section*
 *   section = name NUL length NUL value                     (length in characters, decimal)
 *           | name NUL "#" count NUL { length NUL value }
 */
export interface KeyText {
  readonly text: ByteString;
  readonly labels: readonly SectionLabel[];
}

/** What people call the section of that index, where its value does not tell. */
export interface SectionLabel {
  readonly index: number;
  readonly label: ByteString;
}

/** One part of a key. */
export interface Section {
  readonly name: string;
  /** A list is one section, however long. */
  readonly list: boolean;
  readonly values: readonly ByteString[];
  readonly label: ByteString | undefined;
}

/** Takes a key's text apart; undefined when it is none. */
export function parseSections({ text, labels }: KeyText): readonly Section[] | undefined {
  const named = new Map(labels.map(({ index, label }) => [index, label]));
  const reader = new SectionReader(text);
  const sections: Section[] = [];
  while (!reader.atEnd) {
    const name = reader.word();
    const list = reader.take('#');
    const count = list ? reader.count() : 1;
    const values: ByteString[] = [];
    for (let left = count ?? 0; left > 0 && !reader.broken; left -= 1) values.push(reader.value());
    if (name === undefined || count === undefined || reader.broken) return undefined;
    sections.push({ name, list, values, label: named.get(sections.length) });
  }
  return sections;
}

class SectionReader {
  readonly #text: ByteString;
  #at = 0;
  #broken = false;

  constructor(text: ByteString) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** What stands before the next NUL. */
  word(): ByteString | undefined {
    const end = this.#text.indexOf('\0', this.#at);
    if (end < 0) {
      this.#broken = true;
      return undefined;
    }
    const word = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return word;
  }

  take(character: string): boolean {
    const there = this.#text[this.#at] === character;
    if (there) this.#at += 1;
    return there;
  }

  count(): number | undefined {
    const word = this.word();
    if (word !== undefined && /^\d{1,9}$/.test(word)) return Number(word);
    this.#broken = true;
    return undefined;
  }

  value(): ByteString {
    const length = this.count() ?? 0;
    const value = this.#text.slice(this.#at, this.#at + length);
    if (value.length < length) this.#broken = true;
    this.#at += length;
    return value;
  }
}
