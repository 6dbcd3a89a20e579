/** A control command that a running daemon answers by itself. */
export type ControlCommand =
  | { readonly kind: 'show-stats'; readonly advanced: boolean; readonly format: 'text' | 'json' }
  | { readonly kind: 'zero-stats' }
  | { readonly kind: 'stop-server' };

const COMMANDS: Readonly<Record<string, 'show-stats' | 'show-adv-stats' | 'zero-stats' | 'stop-server'>> = {
  '-s': 'show-stats',
  '--show-stats': 'show-stats',
  '--show-adv-stats': 'show-adv-stats',
  '-z': 'zero-stats',
  '--zero-stats': 'zero-stats',
  '--stop-server': 'stop-server',
};

/**
 * Reads the plain forms of the options that a daemon answers. Everything else, mistakes included, is `cli`: the command-line
 * program has the words for it, and the daemon needs no option parser.
 *
 * @param words the arguments behind `sccache`
 */
export function interpretControl(words: readonly string[]): ControlCommand | 'cli' {
  let command: (typeof COMMANDS)[string] | undefined;
  let format: 'text' | 'json' = 'text';
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const value = word.startsWith('--stats-format=') ? word.slice('--stats-format='.length) : undefined;
    const named = word === '--stats-format' ? words[++at] : value;
    if (named === 'text' || named === 'json') {
      format = named;
    } else if (COMMANDS[word] && command === undefined) {
      command = COMMANDS[word];
    } else if (word !== '--' || at < words.length - 1) {
      return 'cli';
    }
  }
  if (command === 'show-stats' || command === 'show-adv-stats') {
    return { kind: 'show-stats', advanced: command === 'show-adv-stats', format };
  }
  return command === undefined ? 'cli' : { kind: command };
}
