import type { ByteString } from '../../util/bytes.ts';

/** Names that fill the same setting of rustc: the last wins, or each adds to it. */
const SAME_SETTING: ReadonlyMap<string, string> = new Map([
  ['-O', '-C opt-level'],
  ['-g', '-C debuginfo'],
  ['-C link-args', '-C link-arg'],
  ['-Z pre-link-args', '-Z pre-link-arg'],
]);

/** Each may overrule one before it. */
const LINT = /^(?:-[AWDF]|--(?:allow|warn|deny|forbid|force-warn))$/;

/**
 * The options that decide bytes or messages. rustc fills one setting after the other, so the order counts only among those of
 * one setting (seen by bytes, rustc 1.95): they come out sorted by it.
 */
export class KeyArguments {
  readonly #settings = new Map<string, ByteString[]>();

  /** @param name of the setting, where that is not the option itself: `opt-level` of a `-C` */
  add(option: string, value?: ByteString, name = ''): void {
    const own = LINT.test(option) ? 'lint' : `${option} ${name}`.trimEnd();
    const setting = SAME_SETTING.get(own) ?? own;
    const words = this.#settings.get(setting) ?? [];
    words.push(option, ...(value === undefined ? [] : [value]));
    this.#settings.set(setting, words);
  }

  sorted(): readonly ByteString[] {
    return [...this.#settings.keys()].sort().flatMap((setting) => this.#settings.get(setting) ?? []);
  }
}
