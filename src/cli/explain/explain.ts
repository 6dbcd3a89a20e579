import { resolve } from 'node:path';
import type { JournalEntry } from '../../stats/journal/journal-entry.ts';
import { allHit, buildReport } from './build-report.ts';
import { findBuild, noRequest } from './latest-build.ts';
import { isHit, requestReport } from './request-report.ts';

/** What is to be explained: a file's last compile, the last requests, or the latest build. */
export type Question =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'last'; readonly count: number }
  /** Of that session, or the latest. */
  | { readonly kind: 'build'; readonly session: string | undefined };

/** For scripts: 0 all hits, 1 not so, 2 nothing is known. */
export interface Answer {
  readonly text: string;
  readonly exitCode: 0 | 1 | 2;
}

/**
 * Explains what the journal tells.
 *
 * @param newestFirst the journal
 * @param directory the caller's
 */
export function explain(
  question: Question,
  newestFirst: Iterable<JournalEntry>,
  directory: string,
  nowMs: number,
): Answer {
  switch (question.kind) {
    case 'file':
      return explainFile(question.path, newestFirst, directory, nowMs);
    case 'last':
      return explainLast(question.count, newestFirst, nowMs);
    case 'build': {
      const build = findBuild([...newestFirst], directory, question.session);
      return build
        ? { text: `${buildReport(build)}\n`, exitCode: allHit(build) ? 0 : 1 }
        : unknown(noRequest(question.session));
    }
  }
}

function explainFile(path: string, newestFirst: Iterable<JournalEntry>, directory: string, nowMs: number): Answer {
  const entry = lastCompileOf(path, newestFirst, directory);
  return entry ? answer([entry], nowMs) : unknown(noCompileOf(path));
}

/** The last compile that reads or writes a file. */
export function lastCompileOf(
  path: string,
  newestFirst: Iterable<JournalEntry>,
  directory: string,
): JournalEntry | undefined {
  const wanted = resolve(directory, path);
  for (const entry of newestFirst) {
    if (entry.outcome !== 'not-compilation' && namesOf(entry).includes(wanted)) return entry;
  }
  return undefined;
}

/** What is said where there is none. */
export function noCompileOf(path: string): string {
  return `no compile that reads or writes ${path} is in the journal`;
}

/** The files of a compile: its source and its output, or whatever may be one where the arguments were not understood. */
function namesOf({ cwd, output, source, words = [] }: JournalEntry): readonly string[] {
  const joined = words.flatMap((word) => (word.startsWith('-o') ? [word.slice(2)] : []));
  return [output, source, ...words, ...joined].flatMap((name) => (name === undefined ? [] : [resolve(cwd, name)]));
}

function explainLast(count: number, newestFirst: Iterable<JournalEntry>, nowMs: number): Answer {
  const entries: JournalEntry[] = [];
  for (const entry of newestFirst) {
    if (entries.push(entry) >= count) break;
  }
  return entries.length > 0 ? answer(entries, nowMs) : unknown(noRequest(undefined));
}

function answer(entries: readonly JournalEntry[], nowMs: number): Answer {
  const text = entries.map((entry) => `${requestReport(entry, nowMs)}\n`).join('\n');
  return { text, exitCode: entries.every(isHit) ? 0 : 1 };
}

function unknown(text: string): Answer {
  return { text: `${text}\n`, exitCode: 2 };
}
