/** A control command that a running daemon answers by itself. */
export type ControlCommand =
  | { readonly kind: 'show-stats'; readonly advanced: boolean; readonly format: 'text' | 'json' }
  | { readonly kind: 'zero-stats' }
  | { readonly kind: 'stop-server' };

type CommandName = 'show-stats' | 'show-adv-stats' | 'zero-stats' | 'stop-server';

/** A map, because an object knows words such as `toString` too. */
const COMMANDS: ReadonlyMap<string, CommandName> = new Map([
  ['-s', 'show-stats'],
  ['--show-stats', 'show-stats'],
  ['--show-adv-stats', 'show-adv-stats'],
  ['-z', 'zero-stats'],
  ['--zero-stats', 'zero-stats'],
  ['--stop-server', 'stop-server'],
]);

/**
 * Reads the plain forms of the options that a daemon answers. Everything else, mistakes included, is `cli`: the command-line
 * program has the words for it, and the daemon needs no option parser.
 *
 * @param words the arguments behind `sccache`
 */
export function interpretControl(words: readonly string[]): ControlCommand | 'cli' {
  let command: CommandName | undefined;
  let format: 'text' | 'json' = 'text';
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const joined = word.startsWith('--stats-format=') ? word.slice('--stats-format='.length) : undefined;
    const value = word === '--stats-format' ? words[++at] : joined;
    const named = COMMANDS.get(word);
    if (value === 'text' || value === 'json') {
      format = value;
    } else if (named !== undefined && command === undefined) {
      command = named;
    } else if (word !== '--' || at < words.length - 1) {
      return 'cli';
    }
  }
  if (command === 'show-stats' || command === 'show-adv-stats') {
    return { kind: 'show-stats', advanced: command === 'show-adv-stats', format };
  }
  return command === undefined ? 'cli' : { kind: command };
}
