import { isStatsFormat, type StatsFormat } from '../stats/formats.ts';

/** A control command that a running daemon answers by itself. */
export type ControlCommand =
  | {
      readonly kind: 'show-stats';
      readonly advanced: boolean;
      readonly format: StatsFormat;
      /** Of the compiles with this `SCCACHE_SESSION` only. */
      readonly session: string | undefined;
    }
  | { readonly kind: 'zero-stats' }
  | { readonly kind: 'stop-server' }
  /** Asked by `--doctor`, not by people: a line for each setting that the caller would give another value. */
  | { readonly kind: 'compare-settings' };

type CommandName = ControlCommand['kind'] | 'show-adv-stats';

export const COMPARE_SETTINGS = '--compare-settings';

/** A map, because an object knows words such as `toString` too. */
const COMMANDS: ReadonlyMap<string, CommandName> = new Map([
  ['-s', 'show-stats'],
  ['--show-stats', 'show-stats'],
  ['--show-adv-stats', 'show-adv-stats'],
  ['-z', 'zero-stats'],
  ['--zero-stats', 'zero-stats'],
  ['--stop-server', 'stop-server'],
  [COMPARE_SETTINGS, 'compare-settings'],
]);

/**
 * Reads the plain forms of the options that a daemon answers. Everything else, mistakes included, is `cli`: the command-line
 * program has the words for it, and the daemon needs no option parser.
 *
 * @param words the arguments behind `sccache`
 */
export function interpretControl(words: readonly string[]): ControlCommand | 'cli' {
  let command: CommandName | undefined;
  let format: StatsFormat = 'text';
  let session: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [option = '', joined] = /^(--stats-format|--session)=([\s\S]*)$/.exec(word)?.slice(1) ?? [word];
    const takesValue = option === '--stats-format' || option === '--session';
    const value = takesValue ? (joined ?? words[++at]) : undefined;
    const named = COMMANDS.get(word);
    if (option === '--session' && value !== undefined) {
      session = value;
    } else if (isStatsFormat(value)) {
      format = value;
    } else if (named !== undefined && command === undefined) {
      command = named;
    } else if (word !== '--' || at < words.length - 1) {
      return 'cli';
    }
  }
  if (command === 'show-stats' || command === 'show-adv-stats') {
    return { kind: 'show-stats', advanced: command === 'show-adv-stats', format, session };
  }
  return command === undefined || session !== undefined ? 'cli' : { kind: command };
}
