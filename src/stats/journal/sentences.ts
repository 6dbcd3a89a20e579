import type { Difference } from '../../key/difference.ts';
import { type Missed, OTHER_MISSES } from './missed.ts';

/** What people call what differs, and what can be done where that is not plain. */
interface Word {
  readonly noun: string;
  readonly advice?: string;
  /** How a value is shown, where not as it is. */
  readonly shown?: (value: string) => string;
}

const WORDS: Readonly<Record<string, Word>> = {
  arguments: { noun: 'argument' },
  'arguments, order': { noun: 'place in the command line' },
  variable: { noun: 'environment variable', shown: (value) => asItIs(value.replace(/^=/, '')) },
  sources: { noun: 'names in the package, which a macro may read' },
  'macro variables': { noun: 'variables that a macro mentions', shown: () => '…' },
  aspect: { noun: 'meaning of the command line' },
  searched: { noun: 'directories in which crates are searched', shown: () => '…' },
  listing: { noun: 'names in a directory' },
  compiler: { noun: 'compiler' },
  'expanded command': {
    noun: 'meaning of -march=native here',
    advice: 'name the processor (-march=x86-64-v3) to share results between machines',
  },
  mode: { noun: 'kind of output' },
  language: { noun: 'language' },
  'dependency file': { noun: 'kind of dependency file' },
  colour: { noun: 'colours on a terminal' },
  'debug directory': {
    noun: 'directory, which the output records',
    advice: 'with -ffile-prefix-map=$PWD=. what -g records is the same in each directory',
  },
  directory: { noun: 'directory, which the output records' },
  'crate types': { noun: 'kind of crate' },
  emit: { noun: 'kind of output' },
  'extra filename': { noun: '-C extra-filename' },
  'output name': { noun: "output's name" },
  target: { noun: 'target' },
  processor: { noun: 'processor, for -C target-cpu=native' },
  'searched crate': { noun: 'crate in a search path (-L)' },
  extern: { noun: 'crate that --extern names' },
  'extern names': { noun: 'name of --extern' },
  'search paths': { noun: 'search path (-L)' },
  'extern paths': { noun: 'path of --extern' },
  linker: { noun: 'linker' },
  remapping: { noun: 'part of --remap-path-prefix' },
  'base directories': { noun: 'remapping by SCCACHE_BASEDIRS' },
  'output path': { noun: "output's path, which the output names" },
  'output directory': { noun: "output's directory, which the output names" },
  'option file': { noun: 'file that an option names' },
  'extra file': { noun: 'file of SCCACHE_EXTRAFILES' },
  'source path': { noun: "spelling of the source's path" },
  source: { noun: 'source' },
  file: { noun: 'file' },
  place: {
    noun: 'directory, which the output names',
    advice:
      'with SCCACHE_BASEDIRS=$PWD, or with --remap-path-prefix=$PWD=. in RUSTFLAGS, it is the same in each checkout',
  },
  day: { noun: 'date, for __DATE__' },
  zone: { noun: 'time zone, for __TIMESTAMP__' },
  'same-second': { noun: 'ages of equal files', shown: () => '…' },
  'same-file': { noun: 'links between equal files', shown: () => '…' },
  modified: { noun: 'modification time', shown: timeOfSeconds },
  version: { noun: "cache's own version" },
};

const CHANGES: Record<Difference['change'], string> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  appeared: 'appeared where it is found first',
};

/** A cause in a line: `argument changed: -O0 → -O2`. */
export function causeText({ what, change, name, before, now }: Difference): string {
  const { noun, shown = asItIs } = WORDS[what] ?? { noun: what };
  const verb = what === 'file' && change === 'removed' ? 'is gone' : CHANGES[change];
  const values = [before, now]
    .filter((value) => value !== undefined)
    .map(shown)
    .join(' → ');
  const detail = values === '' || name === undefined ? (name ?? values) : `${name} (${values})`;
  return detail === '' ? `${noun} ${verb}` : `${noun} ${verb}: ${detail}`;
}

function asItIs(value: string): string {
  return value === '' ? '(empty)' : value;
}

function timeOfSeconds(value: string): string {
  const time = new Date(Number(value) * 1000);
  return Number.isNaN(time.getTime()) ? value : time.toISOString();
}

/** What can be done about a cause, where that is not plain. */
export function causeAdvice({ what }: Difference): string | undefined {
  return WORDS[what]?.advice;
}

/** All that is known of a miss, a line for each cause. */
export function missText(missed: Missed): readonly string[] {
  if (missed.kind !== 'differs') return [OTHER_MISSES[missed.kind]];
  const lines = missed.causes.map(causeText);
  return missed.more > 0 ? [...lines, `and ${missed.more} more`] : lines;
}
