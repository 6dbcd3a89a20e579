import { CHANGES, type Difference } from '../../key/difference.ts';
import { type Missed, OTHER_MISSES, type OtherMiss } from './missed.ts';

/**
 * The journal says what became of each compile request: one JSON object a line, in the order in which they ended.
 *
 *   line = {"v":1,"at":…,"micros":…,"outcome":…,"cwd":…,"command":…, and what else is known} LF
 *
 * The fields are those of `JournalEntry`. A reader skips lines of another version and lines that it cannot read (a torn
 * write), and ignores fields that it does not know. Paths and arguments are text: what is no UTF-8 is shown with U+FFFD.
 */
export interface JournalEntry {
  /** When the request arrived, milliseconds since the epoch. */
  readonly at: number;
  /** From there until the client had its last answer. */
  readonly micros: number;
  readonly outcome: JournalOutcome;
  readonly cwd: string;
  /** `SCCACHE_SESSION`: the build that it belongs to. */
  readonly session?: string;
  /** The compiler as it was called. */
  readonly command: string;
  /** Language and compiler as statistics name them (`c++ [gcc]`), once they were recognised. */
  readonly subject?: string;
  /** As spelled by the caller. */
  readonly source?: string;
  /** The first output, as spelled by the caller. */
  readonly output?: string;
  /** The digest of what the compile was looked up by. */
  readonly key?: string;
  /** The arguments, where source and output are not known. */
  readonly words?: readonly string[];
  /** Why it was not cached, in the words of `--show-stats`. */
  readonly reason?: string;
  /** What can be done about that. */
  readonly advice?: string;
  /** What the compiler took: now, or on a hit when the result was made. */
  readonly compilerMicros?: number;
  /** How long each phase took, in order. */
  readonly phases?: Readonly<Record<string, number>>;
  /** Why a miss was none. */
  readonly missed?: Missed;
}

export const JOURNAL_OUTCOMES = [
  'hit',
  'miss',
  'not-kept',
  'compile-failed',
  'cannot-cache',
  'not-compilation',
  'unsupported-compiler',
  'bypassed',
  'abandoned',
  'not-placed',
  'verified',
  'mismatch',
  'refused-miss',
] as const;

export type JournalOutcome = (typeof JOURNAL_OUTCOMES)[number];

const VERSION = 1;
const OTHER_MISS_KINDS = Object.keys(OTHER_MISSES).filter((kind): kind is OtherMiss => kind in OTHER_MISSES);

/** The line of an entry, with its line feed. */
export function encodeJournalEntry(entry: JournalEntry): string {
  return `${JSON.stringify({ v: VERSION, ...entry })}\n`;
}

/** The entry of a line; undefined when it is none of this version. */
export function decodeJournalEntry(line: string): JournalEntry | undefined {
  const fields = parseObject(line);
  if (fields?.['v'] !== VERSION) return undefined;
  const { at, micros, cwd, command, phases, missed, words } = fields;
  const outcome = JOURNAL_OUTCOMES.find((known) => known === fields['outcome']);
  if (typeof at !== 'number' || typeof micros !== 'number' || outcome === undefined) return undefined;
  if (typeof cwd !== 'string' || typeof command !== 'string') return undefined;
  return {
    ...{ at, micros, outcome, cwd, command },
    ...texts(fields, ['session', 'subject', 'key', 'source', 'output', 'reason', 'advice']),
    ...(typeof fields['compilerMicros'] === 'number' && { compilerMicros: fields['compilerMicros'] }),
    ...(isObject(phases) && { phases: numbers(phases) }),
    ...(Array.isArray(words) && { words: words.map(String) }),
    ...missedOf(missed),
  };
}

function missedOf(value: unknown): { missed?: Missed } {
  if (!isObject(value)) return {};
  const { kind, causes, more } = value;
  if (kind !== 'differs') {
    const other = OTHER_MISS_KINDS.find((known) => known === kind);
    return other ? { missed: { kind: other } } : {};
  }
  const differences = Array.isArray(causes) ? causes.flatMap(causeOf) : [];
  return { missed: { kind, causes: differences, more: Number(more) || 0, ...texts(value, ['comparedWith']) } };
}

function causeOf(value: unknown): Difference[] {
  if (!isObject(value) || typeof value['what'] !== 'string') return [];
  const change = CHANGES.find((known) => known === value['change']);
  return change ? [{ what: value['what'], change, ...texts(value, ['name', 'before', 'now']) }] : [];
}

function texts<Name extends string>(fields: Fields, names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

function numbers(fields: Fields): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
