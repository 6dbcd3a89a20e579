import { resolve } from 'node:path';
import type { JournalEntry } from '../../stats/journal/journal-entry.ts';

/** A pause as long as this ends a build: longer than most links take, shorter than people look at an error. */
const PAUSE_MS = 20_000;

/** Requests that followed each other closely. */
export interface Build {
  /** By the time at which they began. */
  readonly entries: readonly JournalEntry[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The build of a session, or the latest one under a directory, or anywhere if there was none. */
export function findBuild(
  newestFirst: readonly JournalEntry[],
  directory: string,
  session: string | undefined,
): Build | undefined {
  if (session === undefined) return latestBuild(newestFirst, directory);
  return buildOf(newestFirst.filter((entry) => entry.session === session));
}

/** What is said where there is no such build. */
export function noRequest(session: string | undefined): string {
  return `no request${session === undefined ? '' : ` of session ${session}`} is in the journal`;
}

/**
 * The latest build under a directory, or anywhere if there was none.
 *
 * @param newestFirst the journal
 */
function latestBuild(newestFirst: readonly JournalEntry[], directory: string): Build | undefined {
  const here = newestFirst.filter(({ cwd }) => isWithin(cwd, directory) || (cwd !== '/' && isWithin(directory, cwd)));
  return closeTogether(here.length > 0 ? here : newestFirst);
}

function closeTogether(newestFirst: readonly JournalEntry[]): Build | undefined {
  const [newest] = newestFirst;
  if (newest === undefined) return undefined;
  const entries: JournalEntry[] = [];
  let startMs = newest.at;
  for (const entry of newestFirst) {
    if (startMs - endOf(entry) > PAUSE_MS) break;
    entries.push(entry);
    startMs = Math.min(startMs, entry.at);
  }
  return buildOf(entries);
}

function buildOf(newestFirst: readonly JournalEntry[]): Build | undefined {
  const entries = [...newestFirst].sort((one, other) => one.at - other.at);
  const [first] = entries;
  if (first === undefined) return undefined;
  // Of a whole journal: more than an argument list may have.
  return { entries, startMs: first.at, endMs: entries.reduce((end, entry) => Math.max(end, endOf(entry)), 0) };
}

export function endOf({ at, micros }: JournalEntry): number {
  return at + micros / 1000;
}

function isWithin(path: string, directory: string): boolean {
  const base = resolve(directory);
  return path === base || path.startsWith(base === '/' ? base : `${base}/`);
}
