import { createHash } from 'node:crypto';
import type { ByteString } from '../util/bytes.ts';

/** A sha256 over named parts. Each part is delimited by name and length, so that no two different lists collide. */
export class SectionHash {
  readonly #hash = createHash('sha256');
  // Fed to the hash in one piece: an update() costs 0.5 µs, a C++ key has some 80 parts.
  #pending = '';

  add(name: string, value: ByteString): this {
    this.#pending += `${name}\0${value.length}\0${value}`;
    return this;
  }

  addAll(name: string, values: readonly ByteString[]): this {
    this.#pending += `${name}\0#${values.length}\0`;
    for (const value of values) this.#pending += `${value.length}\0${value}`;
    return this;
  }

  /** 64 hexadecimal digits. Ends the hash. */
  digest(): string {
    return this.#hash.update(this.#pending, 'latin1').digest('hex');
  }
}
