import type { FileStamp, SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import { mentionedVariables } from './mentioned-variables.ts';
import { countingNames } from './package-files.ts';
import type { Places } from './places.ts';

/** Something besides the contents of files that decided a result. */
export interface Circumstance {
  /**
   * `day`: the date on the caller's calendar (`__DATE__`). `zone`: the caller's time zone. `modified`: a file's modification
   * time (`__TIMESTAMP__`, what clang checks of a precompiled header's files). `listing`: the names in a directory.
   * `variable`: the environment (`env!`). `directory`: the caller's own, under the name that it has for the
   * caller. `place`: the directory of a place that the result names.
   * `sources`: the names in a directory of a package, without products. `macro variables`: those that a library mentions.
   * `aspect`: what the command line says of something that matters to some results only. `searched`: a directory in which the
   * compile searches. `same-second`: which of several files (`joinedPaths`) were modified in the same second. `same-file`: which of
   * them are the same behind links.
   */
  readonly kind:
    | 'day'
    | 'zone'
    | 'modified'
    | 'listing'
    | 'variable'
    | 'directory'
    | 'place'
    | 'sources'
    | 'macro variables'
    | 'aspect'
    | 'searched'
    | 'same-second'
    | 'same-file';
  /** The file, variable or place, '' where the kind has none. */
  readonly path: ByteString;
}

export const CIRCUMSTANCE_KINDS: readonly Circumstance['kind'][] = [
  'day',
  'zone',
  'modified',
  'listing',
  'variable',
  'directory',
  'place',
  'sources',
  'macro variables',
  'aspect',
  'searched',
  'same-second',
  'same-file',
];

/** Several files as the path of one circumstance: no list of headers has a name with a newline. */
export function joinedPaths(paths: readonly ByteString[]): ByteString {
  return paths.join('\n');
}

/** What it was when a result was made. */
export interface RecordedCircumstance extends Circumstance {
  readonly value: string;
}

/** From where and when a circumstance is seen. */
export interface Surroundings {
  readonly directory: ByteString;
  readonly environment: ReadonlyMap<ByteString, ByteString>;
  readonly places: Places;
  /** What the compile itself writes, as the caller spells it. */
  readonly writes: readonly ByteString[];
  /** By what it is about. */
  readonly aspects: ReadonlyMap<ByteString, ByteString>;
  /** Directories, as the caller spells them. */
  readonly searched: readonly ByteString[];
  /** Milliseconds since 1970. */
  readonly wallMs: number;
}

/** The value of a circumstance; undefined when it cannot be told. */
export function circumstanceValue(
  { kind, path }: Circumstance,
  seen: Surroundings,
  files: SourceFiles,
): string | undefined {
  switch (kind) {
    case 'day':
      return localDay(seen, files);
    case 'zone':
      return zoneName(seen, files);
    case 'variable':
      return variableValue(seen.environment.get(path));
    case 'modified': {
      const stamp = files.stat(resolveFrom(seen.directory, path));
      return stamp && String(modifiedSecond(stamp));
    }
    case 'same-second':
      return classesOf(path, seen, files, modifiedSecond);
    case 'same-file':
      return classesOf(path, seen, files, ({ device, inode }) => `${device} ${inode}`);
    case 'listing':
      return files.list(resolveFrom(seen.directory, path))?.join('/');
    case 'sources': {
      const names = files.list(path);
      const writes = new Set(seen.writes.map((written) => resolveFrom(seen.directory, written)));
      return names && countingNames(path, names, writes).join('/');
    }
    case 'macro variables':
      return mentionedVariables(path, seen.environment, files);
    case 'aspect':
      return seen.aspects.get(path);
    case 'searched':
      return seen.searched.includes(path) ? '' : undefined;
    case 'place':
      return seen.places.directoryOf(path);
    case 'directory':
      return `${seen.directory}${variableValue(seen.environment.get('PWD'))}`;
  }
}

/** No compiler looks closer. */
function modifiedSecond({ modifiedMs }: FileStamp): number {
  return Math.floor(modifiedMs / 1000);
}

/** For each of some files, which is the first that is its like. */
function classesOf(
  paths: ByteString,
  { directory }: Surroundings,
  files: SourceFiles,
  likeness: (stamp: FileStamp) => number | string,
): string {
  const seen = paths.split('\n').map((path) => {
    const stamp = files.stat(resolveFrom(directory, path));
    return stamp && likeness(stamp);
  });
  return seen.map((one) => seen.indexOf(one)).join(' ');
}

/** Whether all circumstances are as they were. */
export function circumstancesHold(
  recorded: readonly RecordedCircumstance[],
  seen: Surroundings,
  files: SourceFiles,
): boolean {
  return recorded.every((circumstance) => circumstanceValue(circumstance, seen, files) === circumstance.value);
}

/** A variable that is not set is told from an empty one. */
export function variableValue(value: ByteString | undefined): ByteString {
  return value === undefined ? '' : `=${value}`;
}

const ZONE_FILES = '/usr/share/zoneinfo/';
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** The caller's date. Not told where a preloaded library may have its own idea of time (faketime). */
function localDay(seen: Surroundings, files: SourceFiles): string | undefined {
  if (seen.environment.get('LD_PRELOAD')) return undefined;
  const zone = zoneName(seen, files);
  if (zone === undefined) return undefined;
  if (!formats.has(zone)) formats.set(zone, dateFormat(zone));
  return formats.get(zone)?.format(seen.wallMs);
}

function dateFormat(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  } catch {
    return undefined;
  }
}

/** As the C library finds it, when it is one of the zone database; a rule such as `UTC-3` is not followed. */
function zoneName({ environment }: Surroundings, files: SourceFiles): string | undefined {
  if (environment.has('TZDIR')) return undefined;
  const variable = environment.get('TZ')?.replace(/^:/, '');
  if (variable === '') return 'UTC';
  const file =
    variable === undefined
      ? files.realPath('/etc/localtime')
      : files.realPath(variable.startsWith('/') ? variable : ZONE_FILES + variable);
  if (files.stat(file)?.kind !== 'file') return variable === undefined ? 'UTC' : undefined;
  return file.startsWith(ZONE_FILES) ? file.slice(ZONE_FILES.length) : undefined;
}
