import { ALL_OPTIONS, type COMMANDS, type OptionRow } from './options.ts';

export type Shell = (typeof COMMANDS.completions.choices)[number];

/** A script that completes the program's options, and behind them whatever the shell completes for a command. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]();
}

const SCRIPTS: Record<Shell, () => string> = { bash: bashScript, zsh: zshScript, fish: fishScript };

function bashScript(): string {
  const choices = ALL_OPTIONS.flatMap(([name, { choices: words }]) =>
    words ? [`    --${name}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word")); return ;;`] : [],
  );
  const flags = ALL_OPTIONS.flatMap(([name, { short }]) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ]);
  return `# bash completion of sccache: source <(sccache --completions bash)
_sccache() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  case $before in
${choices.join('\n')}
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W '${flags.join(' ')}' -- "$word"))
  elif ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -c -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _sccache sccache
`;
}

function zshScript(): string {
  return `#compdef sccache
# zsh completion of sccache: sccache --completions zsh > a directory of $fpath, named _sccache
_arguments -S -s \\
${ALL_OPTIONS.flatMap(([name, row]) => zshArguments(name, row)).join('\n')}
  '*::compiler and its arguments:_normal'
`;
}

function zshArguments(name: string, { short, value, choices, description }: OptionRow): string[] {
  const text = quoted(description.replaceAll(/[[\]:]/g, '\\$&'));
  const separator = value?.startsWith('[') ? '::' : ':';
  const argument =
    value === undefined
      ? ''
      : `${separator}${value.replaceAll(/[<>[\]]/g, '')}:${choices ? `(${choices.join(' ')})` : '_files'}`;
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map(
    (flag) => `  '${flag}[${text}]${argument}' \\`,
  );
}

function fishScript(): string {
  const lines = ALL_OPTIONS.map(([name, { short, value, choices, description }]) => {
    const words = ['complete -c sccache -n __fish_is_first_arg', `-l ${name}`];
    if (short !== undefined) words.push(`-s ${short}`);
    if (choices) words.push(`-x -a '${choices.join(' ')}'`);
    else if (value?.startsWith('<')) words.push('-r');
    return `${words.join(' ')} -d '${quoted(description)}'`;
  });
  return `# fish completion of sccache: sccache --completions fish > ~/.config/fish/completions/sccache.fish
${lines.join('\n')}
complete -c sccache -x -n 'not __fish_is_first_arg' -a '(__fish_complete_subcommand)'
`;
}

function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}
