import { Command, CommanderError, Help, Option } from 'commander';
import { OWN_VERSION, VERSION } from '../config/version.ts';

/** What the user wants of the program itself. */
export type CommandLine =
  | { readonly kind: 'show-stats'; readonly advanced: boolean; readonly format: 'text' | 'json' }
  | { readonly kind: 'zero-stats' }
  | { readonly kind: 'start-server' }
  | { readonly kind: 'stop-server' }
  /** Everything is said: help, version, or what is wrong. */
  | { readonly kind: 'said'; readonly exitCode: number };

/** Where help, version and mistakes go. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Marks the word `error`; the text itself where stderr is no terminal. */
  alarm(text: string): string;
}

/** The options that are commands; exactly one must be given. */
const COMMANDS = {
  'show-stats': { flags: '-s, --show-stats', description: 'show cache statistics' },
  'show-adv-stats': { flags: '--show-adv-stats', description: 'show advanced cache statistics' },
  'start-server': { flags: '--start-server', description: 'start background server' },
  'stop-server': { flags: '--stop-server', description: 'stop background server' },
  'zero-stats': { flags: '-z, --zero-stats', description: 'zero statistics counters' },
} as const;

type CommandName = keyof typeof COMMANDS;
const COMMAND_NAMES = Object.keys(COMMANDS).filter((name): name is CommandName => name in COMMANDS);

const USAGE = `[OPTIONS] <${COMMAND_NAMES.map((name) => `--${name}`).join('|')}|CMD>`;
const FOR_MORE = "\nFor more information, try '--help'.";

const REMOTES = ['S3', 'Redis', 'Memcached', 'GCS', 'GHA', 'Azure', 'WebDAV', 'OSS', 'COS'];

const HELP_AFTER = `
Enabled features:
${REMOTES.map((name) => `    ${`${name}:`.padEnd(11)}false`).join('\n')}

Environment:
    SCCACHE_DIR            where the cache is [default: ~/.cache/sccache]
    SCCACHE_CACHE_SIZE     its limit, such as 20G [default: 10G]
    SCCACHE_RECACHE        set: compile anew and replace what is cached
    SCCACHE_NO_CACHE       set: compile without the cache
    SCCACHE_LOCAL_RW_MODE  READ_ONLY: store nothing [default: READ_WRITE]
    SCCACHE_IDLE_TIMEOUT   seconds until an idle daemon ends, 0 for never [default: 600]
    SCCACHE_SERVER_UDS     path of the daemon's socket
    SCCACHE_SERVER_PORT    name of the daemon's socket, to keep two daemons apart [default: 4226]
    SCCACHE_LOG            error, warn, info or debug: what the daemon writes to SCCACHE_ERROR_LOG
    SCCACHE_ERROR_LOG      file of the daemon's log`;

/** Reads the arguments behind `sccache`. Help, version and mistakes are printed here. */
export function readCommandLine(words: readonly string[], terminal: Terminal): CommandLine {
  const given: CommandName[] = [];
  const program = createProgram(terminal);
  for (const name of COMMAND_NAMES) program.on(`option:${name}`, () => given.push(name));
  try {
    program.parse([...words], { from: 'user' });
    const mistake = findMistake(given, program.args);
    if (mistake !== undefined) program.error(`error: ${mistake}`);
  } catch (problem) {
    if (problem instanceof CommanderError) return { kind: 'said', exitCode: problem.exitCode === 0 ? 0 : 2 };
    throw problem;
  }
  const format = program.opts<Record<string, unknown>>()['statsFormat'] === 'json' ? 'json' : 'text';
  const [command] = given;
  if (command === undefined) throw new Error('no command, and no mistake was found');
  switch (command) {
    case 'show-stats':
    case 'show-adv-stats':
      return { kind: 'show-stats', advanced: command === 'show-adv-stats', format };
    case 'start-server':
    case 'stop-server':
    case 'zero-stats':
      return { kind: command };
  }
}

/** What is wrong with commands each of which is fine by itself. */
function findMistake(given: readonly CommandName[], operands: readonly string[]): string | undefined {
  const [first, second] = given;
  if (first === undefined) {
    return operands.length === 0
      ? `one of these is needed: ${COMMAND_NAMES.map((name) => `--${name}`).join(', ')}, or a compiler and its arguments`
      : `no option can stand before a compiler: sccache ${operands.join(' ')}`;
  }
  if (second === first) return `'--${first}' cannot be used more than once`;
  if (second !== undefined) return `'--${first}' cannot be used with '--${second}'`;
  return operands.length > 0 ? `'--${first}' cannot be used with '${operands.join(' ')}'` : undefined;
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('sccache').usage(USAGE).argument('[CMD...]').passThroughOptions();
  for (const { flags, description } of Object.values(COMMANDS)) program.option(flags, description);
  return program
    .addOption(
      new Option('--stats-format <FMT>', 'set output format of statistics').choices(['text', 'json']).default('text'),
    )
    .version(`sccache ${VERSION}\nsccache-ts ${OWN_VERSION}`, '-V, --version', 'Print version')
    .helpOption('-h, --help', 'Print help')
    .addHelpText('after', HELP_AFTER)
    .showHelpAfterError(FOR_MORE)
    .configureHelp(HELP_LAYOUT)
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(text.replace(/^error/, terminal.alarm)),
    })
    .exitOverride();
}

/** sccache's layout: long names in one column, defaults in brackets, the version last. */
const HELP_LAYOUT: Partial<Help> = {
  helpWidth: 100,
  optionTerm: (option) => (option.short ? option.flags : `    ${option.flags}`),
  optionDescription: ({ description, defaultValue, argChoices }) =>
    description +
    (defaultValue === undefined ? '' : ` [default: ${defaultValue}]`) +
    (argChoices ? ` [possible values: ${argChoices.join(', ')}]` : ''),
  argumentTerm: () => '[CMD]...',
  argumentDescription: () => 'a compiler and its arguments, for instance: sccache gcc -c x.c',
  visibleArguments: ({ registeredArguments }) => [...registeredArguments],
  visibleOptions: (command) => {
    const options = new Help().visibleOptions(command);
    const isVersion = ({ long }: Option): boolean => long === '--version';
    return [...options.filter((option) => !isVersion(option)), ...options.filter(isVersion)];
  },
};
