import type { ByteString } from '../../util/bytes.ts';
import type { KeyArguments } from './key-arguments.ts';

/** How messages are to look: nothing that rustc writes elsewhere hangs on it. */
export interface MessageForm {
  readonly errorFormat: ByteString | undefined;
  /** `--json`: those that say how a message looks, sorted. */
  readonly json: readonly ByteString[];
  readonly colour: ByteString | undefined;
  readonly width: ByteString | undefined;
}

type MessageOption = '--error-format' | '--json' | '--color' | '--diagnostic-width';

/** Values that are sure to be right, wherever they may stand together. */
const VALUES: Readonly<Record<MessageOption, RegExp>> = {
  '--error-format': /^(?:human|short|json)$/,
  '--json': /^/,
  '--color': /^(?:auto|always|never)$/,
  '--diagnostic-width': /^[0-9]{1,9}$/,
};

/** Others of `--json` have rustc say more, or other things, and some even change metadata. */
const LOOKS = /^diagnostic-(?:short|rendered-ansi)$/;

/** Options about the look of messages while a command line is being read. */
export class MessageOptions {
  readonly #given: { readonly option: MessageOption; readonly value: ByteString }[] = [];

  add(option: MessageOption, value: ByteString): void {
    this.#given.push({ option, value });
  }

  get areJson(): boolean {
    return this.#given.some(({ option, value }) => option === '--error-format' && value === 'json');
  }

  /** How long each part took: nothing to say again. */
  get tellTimes(): boolean {
    return this.#given.some(({ option, value }) => option === '--json' && value.split(',').includes('timings'));
  }

  /** Those that rustc may take for a mistake, and what `--json` asks for besides, go into the key. */
  finish(key: KeyArguments): MessageForm {
    const valid = this.#areValid();
    const given = (wanted: MessageOption): ByteString | undefined =>
      this.#given.find(({ option }) => option === wanted)?.value;
    const json = this.#given.flatMap(({ option, value }) => (option === '--json' ? value.split(',') : []));
    const more = [...new Set(json.filter((word) => !LOOKS.test(word)))].sort();
    if (valid) for (const word of more) key.add('--json', word);
    else for (const { option, value } of this.#given) key.add(option, value);
    return {
      errorFormat: given('--error-format'),
      json: [...new Set(json.filter((word) => LOOKS.test(word)))].sort(),
      colour: given('--color'),
      width: given('--diagnostic-width'),
    };
  }

  /** Only `--json` may be there twice; it needs the format of the same name, which has no use for `--color`. */
  #areValid(): boolean {
    const single = this.#given.flatMap(({ option }) => (option === '--json' ? [] : [option]));
    if (new Set(single).size < single.length) return false;
    if (!this.#given.every(({ option, value }) => VALUES[option].test(value))) return false;
    return !this.#given.some(({ option }) => option === (this.areJson ? '--color' : '--json'));
  }
}
