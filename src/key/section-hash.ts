import { createHash } from 'node:crypto';
import type { ByteString } from '../util/bytes.ts';
import type { KeyText, SectionLabel } from './sections.ts';

/**
 * A sha256 over named parts. Each part is delimited by name and length, so that no two different lists collide
 * (grammar: `sections.ts`).
 */
export class SectionHash {
  readonly #hash = createHash('sha256');
  // Fed to the hash in one piece: an update() costs 0.5 µs, a C++ key has some 80 parts.
  #text = '';
  #count = 0;
  readonly #labels: SectionLabel[] = [];

  /** @param label what people call the part where its value does not tell: a file's path beside its digest. Not hashed. */
  add(name: string, value: ByteString, label?: ByteString): this {
    this.#text += `${name}\0${value.length}\0${value}`;
    if (label !== undefined) this.#labels.push({ index: this.#count, label });
    this.#count += 1;
    return this;
  }

  addAll(name: string, values: readonly ByteString[]): this {
    this.#text += `${name}\0#${values.length}\0`;
    for (const value of values) this.#text += `${value.length}\0${value}`;
    this.#count += 1;
    return this;
  }

  /** 64 hexadecimal digits. Ends the hash. */
  digest(): string {
    return this.#hash.update(this.#text, 'latin1').digest('hex');
  }

  /** What is hashed, for those who explain it. */
  get text(): KeyText {
    return { text: this.#text, labels: this.#labels };
  }
}
