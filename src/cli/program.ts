import { Command, CommanderError, Option } from 'commander';
import { OWN_VERSION, VERSION } from '../config/version.ts';

/** What the user wants of the program itself. */
export type CommandLine =
  | { readonly kind: 'show-stats'; readonly advanced: boolean; readonly format: 'text' | 'json' }
  | { readonly kind: 'zero-stats' }
  | { readonly kind: 'start-server' }
  | { readonly kind: 'stop-server' }
  /** Everything is said: help, version, or what is wrong. */
  | { readonly kind: 'said'; readonly exitCode: number };

/** The options that are commands; exactly one must be given. */
const COMMANDS = ['showStats', 'showAdvStats', 'startServer', 'stopServer', 'zeroStats'] as const;

const USAGE =
  '[OPTIONS] <--show-stats|--show-adv-stats|--start-server|--stop-server|--zero-stats|CMD>\n       sccache CMD...   compile, for instance: sccache gcc -c x.c';

const REMOTES = ['S3', 'Redis', 'Memcached', 'GCS', 'GHA', 'Azure', 'WebDAV', 'OSS', 'COS'];

const HELP_AFTER = `
Enabled features:
${REMOTES.map((name) => `    ${`${name}:`.padEnd(11)}false`).join('\n')}

Environment:
    SCCACHE_DIR           where the cache is [default: ~/.cache/sccache]
    SCCACHE_CACHE_SIZE    its limit, such as 20G [default: 10G]
    SCCACHE_RECACHE       compile anew and replace what is cached
    SCCACHE_NO_CACHE      compile without the cache
    SCCACHE_IDLE_TIMEOUT  seconds until an idle daemon ends, 0 for never [default: 600]
    SCCACHE_SERVER_UDS    path of the daemon's socket
    SCCACHE_SERVER_PORT   name of the daemon's socket, to keep two daemons apart [default: 4226]
    SCCACHE_LOG           error, warn, info or debug: what the daemon writes to SCCACHE_ERROR_LOG`;

/** Reads the arguments behind `sccache`. Help, version and mistakes are printed here. */
export function readCommandLine(
  words: readonly string[],
  write: { out(text: string): void; err(text: string): void },
): CommandLine {
  const program = new Command('sccache')
    .usage(USAGE)
    .option('-s, --show-stats', 'show cache statistics')
    .option('--show-adv-stats', 'show advanced cache statistics')
    .option('--start-server', 'start background server')
    .option('--stop-server', 'stop background server')
    .option('-z, --zero-stats', 'zero statistics counters')
    .addOption(
      new Option('--stats-format <FMT>', 'set output format of statistics').choices(['text', 'json']).default('text'),
    )
    .helpOption('-h, --help', 'Print help')
    .version(`sccache ${VERSION}\nsccache-ts ${OWN_VERSION}`, '-V, --version', 'Print version')
    .addHelpText('after', HELP_AFTER)
    .showHelpAfterError("For more information, try 'sccache --help'.")
    .configureOutput({ writeOut: write.out, writeErr: write.err })
    .exitOverride();
  try {
    program.parse([...words], { from: 'user' });
  } catch (problem) {
    if (problem instanceof CommanderError) return { kind: 'said', exitCode: problem.exitCode === 0 ? 0 : 2 };
    throw problem;
  }
  const options = program.opts<Record<string, unknown>>();
  const given = COMMANDS.filter((command) => options[command] === true);
  const [command] = given;
  if (command === undefined || given.length > 1) {
    const names = given.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    write.err(
      command === undefined
        ? `error: no command and no compiler was given\n\nUsage: sccache ${USAGE}\n\nFor more information, try 'sccache --help'.\n`
        : `error: ${names.join(' and ')} cannot be used together\n\nFor more information, try 'sccache --help'.\n`,
    );
    return { kind: 'said', exitCode: 2 };
  }
  const format = options['statsFormat'] === 'json' ? 'json' : 'text';
  switch (command) {
    case 'showStats':
    case 'showAdvStats':
      return { kind: 'show-stats', advanced: command === 'showAdvStats', format };
    case 'startServer':
      return { kind: 'start-server' };
    case 'stopServer':
      return { kind: 'stop-server' };
    case 'zeroStats':
      return { kind: 'zero-stats' };
  }
}
