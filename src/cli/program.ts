import { Command, CommanderError, Help, Option } from 'commander';
import { EXPLAINED } from '../config/variables.ts';
import { OWN_VERSION, VERSION } from '../config/version.ts';
import { isStatsFormat, type StatsFormat } from '../stats/formats.ts';
import type { Shell } from './completions.ts';
import type { Question } from './explain/explain.ts';
import {
  BUILT_IN,
  COMMAND_NAMES,
  COMMANDS,
  type CommandName,
  flagsOf,
  MODIFIERS,
  WITH_OPERANDS,
  WITH_SESSION,
} from './options.ts';
import type { SetupRequest } from './setup/setup.ts';

/** What the user wants of the program itself. */
export type CommandLine =
  | {
      readonly kind: 'show-stats';
      readonly advanced: boolean;
      readonly format: StatsFormat;
      readonly session: string | undefined;
    }
  | { readonly kind: 'zero-stats' }
  | { readonly kind: 'start-server' }
  | { readonly kind: 'stop-server' }
  | { readonly kind: 'debug-preprocessor-cache' }
  | { readonly kind: 'dist-auth' }
  | { readonly kind: 'dist-status' }
  | { readonly kind: 'package-toolchain' }
  | { readonly kind: 'explain'; readonly question: Question }
  | { readonly kind: 'show-key'; readonly file: string | undefined; readonly session: string | undefined }
  | { readonly kind: 'doctor'; readonly compilers: readonly string[] }
  | { readonly kind: 'setup'; readonly request: SetupRequest }
  | { readonly kind: 'trace'; readonly file: string; readonly session: string | undefined }
  | { readonly kind: 'completions'; readonly shell: Shell }
  | { readonly kind: 'man-page' }
  /** Everything is said: help, version, or what is wrong. */
  | { readonly kind: 'said'; readonly exitCode: number };

/** Where help, version and mistakes go. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Marks the word `error`; the text itself where stderr is no terminal. */
  alarm(text: string): string;
}

/** A command as it was given, and its value. */
interface Given {
  readonly name: CommandName;
  readonly value: string | undefined;
}

const USAGE = `[OPTIONS] <${COMMAND_NAMES.map((name) => `--${name}`).join('|')}|CMD>`;
const FOR_MORE = "\nFor more information, try '--help'.";

const REMOTES = ['S3', 'Redis', 'Memcached', 'GCS', 'GHA', 'Azure', 'WebDAV', 'OSS', 'COS'];
const VARIABLE_WIDTH = Math.max(...EXPLAINED.map(([name]) => name.length));

const HELP_AFTER = `
Enabled features:
${REMOTES.map((name) => `    ${`${name}:`.padEnd(11)}false`).join('\n')}

Environment:
${EXPLAINED.map(([name, meaning]) => `    ${name.padEnd(VARIABLE_WIDTH)}  ${meaning}`).join('\n')}`;

/** Reads the arguments behind `sccache`. Help, version and mistakes are printed here. */
export function readCommandLine(words: readonly string[], terminal: Terminal): CommandLine {
  const given: Given[] = [];
  const program = createProgram(terminal);
  for (const name of COMMAND_NAMES) {
    program.on(`option:${name}`, (value: unknown) =>
      given.push({ name, value: typeof value === 'string' ? value : undefined }),
    );
  }
  try {
    program.parse([...words], { from: 'user' });
    const mistake = findMistake(given, program.args, program.opts()['session'] !== undefined);
    if (mistake !== undefined) program.error(`error: ${mistake}`);
  } catch (problem) {
    if (problem instanceof CommanderError) return { kind: 'said', exitCode: problem.exitCode === 0 ? 0 : 2 };
    throw problem;
  }
  const [command] = given;
  if (command === undefined) throw new Error('no command, and no mistake was found');
  return commandLine(command, program.opts<Record<string, unknown>>(), program.args);
}

function commandLine(
  { name, value }: Given,
  options: Readonly<Record<string, unknown>>,
  operands: readonly string[],
): CommandLine {
  const session = typeof options['session'] === 'string' ? options['session'] : undefined;
  switch (name) {
    case 'show-stats':
    case 'show-adv-stats': {
      const format = isStatsFormat(options['statsFormat']) ? options['statsFormat'] : 'text';
      return { kind: 'show-stats', advanced: name === 'show-adv-stats', format, session };
    }
    case 'explain':
      return { kind: name, question: questionOf(value, options['last'], session) };
    case 'show-key':
      return { kind: name, file: value, session };
    case 'doctor':
      return { kind: name, compilers: operands };
    case 'setup': {
      const target = COMMANDS.setup.choices.find((choice) => choice === value);
      return { kind: name, request: { target, undo: options['undo'] === true, yes: options['yes'] === true } };
    }
    case 'trace':
      return { kind: name, file: value ?? '', session };
    case 'completions':
      return { kind: name, shell: COMMANDS.completions.choices.find((shell) => shell === value) ?? 'bash' };
    case 'start-server':
    case 'stop-server':
    case 'zero-stats':
    case 'debug-preprocessor-cache':
    case 'dist-auth':
    case 'dist-status':
    case 'package-toolchain':
    case 'man-page':
      return { kind: name };
  }
}

function questionOf(path: string | undefined, last: unknown, session: string | undefined): Question {
  if (last !== undefined) return { kind: 'last', count: Math.max(1, Number(last) || 1) };
  return path === undefined ? { kind: 'build', session } : { kind: 'file', path };
}

/** What is wrong with commands each of which is fine by itself. */
function findMistake(given: readonly Given[], operands: readonly string[], withSession: boolean): string | undefined {
  const [first, second] = given.map(({ name }) => name);
  if (first === undefined) {
    return operands.length === 0
      ? `one of these is needed: ${COMMAND_NAMES.map((name) => `--${name}`).join(', ')}, or a compiler and its arguments`
      : `no option can stand before a compiler: sccache ${operands.join(' ')}`;
  }
  if (second === first) return `'--${first}' cannot be used more than once`;
  if (second !== undefined) return `'--${first}' cannot be used with '--${second}'`;
  if (withSession && !WITH_SESSION.includes(first)) return `'--session' cannot be used with '--${first}'`;
  if (first === 'package-toolchain' && operands.length !== 1) {
    return `2 values required for '--package-toolchain <EXE> <OUT>' but ${operands.length + 1} ${operands.length === 0 ? 'was' : 'were'} provided`;
  }
  if (WITH_OPERANDS.includes(first)) return undefined;
  return operands.length > 0 ? `'--${first}' cannot be used with '${operands.join(' ')}'` : undefined;
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('sccache').usage(USAGE).argument('[CMD...]').passThroughOptions();
  for (const [name, row] of Object.entries({ ...COMMANDS, ...MODIFIERS })) {
    const option = new Option(flagsOf(name, row), row.description);
    if ('choices' in row) option.choices(row.choices);
    if ('fallback' in row) option.default(row.fallback);
    program.addOption(option);
  }
  return program
    .version(
      `sccache ${VERSION} (sccache-ts ${OWN_VERSION})`,
      flagsOf('version', BUILT_IN.version),
      BUILT_IN.version.description,
    )
    .helpOption(flagsOf('help', BUILT_IN.help), BUILT_IN.help.description)
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
