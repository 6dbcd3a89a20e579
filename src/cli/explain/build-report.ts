import type { JournalEntry } from '../../stats/journal/journal-entry.ts';
import { missText } from '../../stats/journal/sentences.ts';
import { sign, strong } from '../paint.ts';
import { countText, durationText } from '../quantities.ts';
import { type Build, endOf } from './latest-build.ts';
import { advices, isHit, OUTCOMES } from './request-report.ts';

/** One screen: what is beyond it is counted. */
const MOST_GROUPS = 8;
const MOST_NAMES = 4;

/** A build on one screen: hits, then what was compiled by reason, costliest first, and what would help. */
export function buildReport({ entries, startMs, endMs }: Build): string {
  const compiles = entries.filter(({ outcome }) => outcome !== 'not-compilation');
  const hits = compiles.filter(isHit);
  const groups = groupsOf(compiles.filter((entry) => !isHit(entry)));
  const lines = [
    `${strong('Latest build')}: ${new Date(startMs).toLocaleTimeString()}, ${durationText((endMs - startMs) * 1000)}, ` +
      `${countText(compiles.length, 'compile', 'compiles')} in ${commonDirectory(entries)}`,
    '',
  ];
  if (hits.length > 0) lines.push(`${sign('good')} ${hitsLine(hits)}`);
  for (const group of groups.slice(0, MOST_GROUPS)) lines.push(...groupLines(group));
  if (groups.length > MOST_GROUPS) {
    const rest = groups.slice(MOST_GROUPS).flatMap((group) => group.entries);
    lines.push(
      `${sign('note')} ${countText(rest.length, 'compile', 'compiles')} for other reasons, ${durationText(cost(rest))}`,
    );
  }
  if (compiles.length === 0) lines.push(`${sign('note')} no compile in it`);
  return lines.join('\n');
}

/** True when every compile that could be a hit was one. */
export function allHit({ entries }: Build): boolean {
  return entries.every((entry) => isHit(entry) || entry.outcome === 'not-compilation' || entry.outcome === 'bypassed');
}

interface Group {
  readonly reason: string;
  readonly entries: readonly JournalEntry[];
  readonly costMicros: number;
}

/** Costliest first. */
function groupsOf(entries: readonly JournalEntry[]): readonly Group[] {
  const byReason = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const reason = reasonOf(entry);
    byReason.set(reason, [...(byReason.get(reason) ?? []), entry]);
  }
  return [...byReason]
    .map(([reason, members]) => ({ reason, entries: members, costMicros: cost(members) }))
    .sort((one, other) => other.costMicros - one.costMicros);
}

function reasonOf({ outcome, missed, reason, command }: JournalEntry): string {
  if (missed) return missText(missed)[0] ?? outcome;
  if (reason !== undefined) return `not cached: ${reason}`;
  return outcome === 'unsupported-compiler' ? `${OUTCOMES[outcome][1]}: ${command}` : OUTCOMES[outcome][1];
}

function groupLines({ reason, entries, costMicros }: Group): string[] {
  const names = [...new Set(entries.map(({ output, source, command }) => output ?? source ?? command))];
  const shown = names.slice(0, MOST_NAMES).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const [first] = entries;
  const mark = first ? OUTCOMES[first.outcome][0] : 'note';
  return [
    `${sign(mark)} ${countText(entries.length, 'compile', 'compiles')}, ${durationText(costMicros)}: ${reason}`,
    `    ${shown}${more}`,
    ...(first ? advices(first) : []).map((advice) => `    way out   ${advice}`),
  ];
}

function hitsLine(hits: readonly JournalEntry[]): string {
  const saved = hits.reduce(
    (sum, { compilerMicros, micros }) => sum + Math.max(0, (compilerMicros ?? micros) - micros),
    0,
  );
  return `${countText(hits.length, 'hit', 'hits')}, ${durationText(cost(hits) / hits.length)} each, ${durationText(saved)} of compiling saved`;
}

function cost(entries: readonly JournalEntry[]): number {
  return entries.reduce((sum, entry) => sum + (endOf(entry) - entry.at) * 1000, 0);
}

/** The deepest directory that has all of them. */
function commonDirectory(entries: readonly JournalEntry[]): string {
  let common = entries[0]?.cwd ?? '/';
  for (const { cwd } of entries) {
    while (cwd !== common && !cwd.startsWith(`${common}/`) && common !== '')
      common = common.slice(0, common.lastIndexOf('/'));
  }
  return common === '' ? '/' : common;
}
