import { STATS_FORMATS } from '../stats/formats.ts';

/** An option of the program. Help, the man page and the completions of shells are made from these tables. */
export interface OptionRow {
  readonly short?: string;
  /** `<X>`: a value is needed, `[X]`: one may follow, `<X> <Y>`: the second is an operand. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly fallback?: string;
  readonly description: string;
}

/** The options that are commands; exactly one must be given. */
export const COMMANDS = {
  'show-stats': { short: 's', description: 'show cache statistics' },
  'show-adv-stats': { description: 'show advanced cache statistics' },
  'start-server': { description: 'start background server' },
  'debug-preprocessor-cache': { description: 'show all preprocessor cache entries' },
  'stop-server': { description: 'stop background server' },
  'zero-stats': { short: 'z', description: 'zero statistics counters' },
  'dist-auth': { description: 'authenticate for distributed compilation' },
  'dist-status': { description: 'show status of the distributed client' },
  'package-toolchain': { value: '<EXE> <OUT>', description: 'package toolchain for distributed compilation' },
  explain: {
    value: '[FILE]',
    description:
      'say what became of the last compile of an object or source, and why; without FILE: of the latest build',
  },
  'show-key': {
    value: '[FILE]',
    description:
      'print what an object was looked up by, to compare machines with diff; without FILE: of the latest build',
  },
  doctor: { description: 'check installation, settings, cache and daemon; and behind -- a compiler' },
  trace: { value: '<FILE>', description: 'write the latest build as a trace for Perfetto or chrome://tracing' },
  setup: {
    value: '[WHAT]',
    choices: ['cargo', 'cmake', 'path'],
    description: 'show what puts sccache before the compilers of cargo, of cmake, or in PATH; --yes does it',
  },
  completions: {
    value: '<SHELL>',
    choices: ['bash', 'zsh', 'fish'],
    description: 'print a script that completes these options',
  },
  'man-page': { description: 'print the manual page' },
} as const satisfies Record<string, OptionRow>;

/** The options that change what a command does. */
export const MODIFIERS = {
  last: {
    value: '[N]',
    description: 'with --explain: the last N requests, 1 by default',
  },
  session: {
    value: '<ID>',
    description: 'with --show-stats, --explain, --show-key and --trace: only compiles that had SCCACHE_SESSION=ID',
  },
  yes: { description: 'with --setup: make the changes' },
  undo: { description: 'with --setup: take everything back' },
  'stats-format': {
    value: '<FMT>',
    choices: STATS_FORMATS,
    fallback: 'text',
    description: 'set output format of statistics',
  },
} as const satisfies Record<string, OptionRow>;

/** What the parser of options has by itself. */
export const BUILT_IN = {
  help: { short: 'h', description: 'Print help' },
  version: { short: 'V', description: 'Print version' },
} as const satisfies Record<string, OptionRow>;

/** The commands behind which operands may stand. */
export const WITH_OPERANDS: readonly CommandName[] = ['doctor', 'package-toolchain'];

/** The commands that can look at one session alone. */
export const WITH_SESSION: readonly CommandName[] = ['show-stats', 'show-adv-stats', 'explain', 'show-key', 'trace'];

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS).filter((name): name is CommandName => name in COMMANDS);

/** All options in the order in which help shows them. */
export const ALL_OPTIONS: readonly (readonly [name: string, row: OptionRow])[] = [
  ...Object.entries(COMMANDS),
  ...Object.entries(MODIFIERS),
  ...Object.entries(BUILT_IN),
];

/** `-s, --show-stats`, with the value's name behind it. */
export function flagsOf(name: string, { short, value }: OptionRow): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}
