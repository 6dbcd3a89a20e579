/** Random edits of real sources, the same ones for the same seed. */
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Numbers from 0 to 1 (mulberry32): a sequence for each seed. */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KINDS = ['comment', 'blank lines', 'declaration', 'touch', 'back', 'shadow', 'delete shadow'];

/** Edits among `files` (absolute paths); `directories` are searched by all units, first ones first. */
export class RandomEdits {
  #random;
  #files;
  #directories;
  #before = new Map();
  #shadows = [];

  constructor({ seed, files, directories }) {
    this.#random = randomNumbers(seed);
    this.#files = files;
    this.#directories = directories;
  }

  /** Makes the next edit and gives it as text. */
  next() {
    const kind = this.#pick(KINDS);
    const file = this.#pick(this.#files);
    const number = Math.floor(this.#random() * 1000);
    switch (kind) {
      case 'comment':
        return this.#change(kind, file, (text) => `${text}\n/* ${number} */\n`);
      case 'blank lines':
        return this.#change(kind, file, (text) => `\n\n${text}`);
      case 'declaration':
        return this.#change(kind, file, (text) => `${text}\nextern int added_${number};\n`);
      case 'touch':
        touch(file);
        return `touch ${file}`;
      case 'back':
        return this.#back(file);
      case 'shadow':
        return this.#shadow(file);
      case 'delete shadow':
        return this.#deleteShadow();
    }
  }

  #pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  #change(kind, file, change) {
    const text = readFileSync(file, 'latin1');
    this.#before.set(file, text);
    write(file, change(text));
    return `${kind} ${file}`;
  }

  /** The last file that was changed becomes what it was. */
  #back(otherwise) {
    const [file, text] = [...this.#before].at(-1) ?? [otherwise, readFileSync(otherwise, 'latin1')];
    this.#before.delete(file);
    write(file, text);
    return `back ${file}`;
  }

  /** A copy of a header, with an addition, where it is searched first. What includes it is not out of date by that. */
  #shadow(file) {
    const header = /\.h(?:pp)?$/.test(file) ? file : this.#files.find((name) => name.endsWith('.h'));
    const copy = join(this.#directories[0], basename(header));
    if (this.#files.includes(copy)) return `shadow ${header}: it is the first`;
    mkdirSync(dirname(copy), { recursive: true });
    write(copy, `${readFileSync(header, 'latin1')}\n/* shadow */\n`);
    this.#shadows.push(copy);
    return `shadow ${header}`;
  }

  #deleteShadow() {
    const copy = this.#shadows.pop();
    if (copy === undefined) return 'nothing';
    rmSync(copy, { force: true });
    return `delete ${copy}`;
  }
}

/** Later than every object that was built from it: some file systems keep whole seconds only. */
function touch(file) {
  const now = Date.now() / 1000;
  utimesSync(file, now, Math.max(now, statSync(file).mtimeMs / 1000 + 0.001));
}

function write(file, text) {
  writeFileSync(file, text, 'latin1');
}
