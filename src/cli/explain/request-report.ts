import type { JournalEntry } from '../../stats/journal/journal-entry.ts';
import { causeAdvice, missText } from '../../stats/journal/sentences.ts';
import { type Mark, sign, strong } from '../paint.ts';
import { agoText, durationText } from '../quantities.ts';

/** What an outcome is for people. */
export const OUTCOMES: Record<JournalEntry['outcome'], readonly [mark: Mark, text: string]> = {
  hit: ['good', 'hit'],
  miss: ['bad', 'miss'],
  'not-kept': ['bad', 'compiled, but not cached'],
  'compile-failed': ['note', 'the compile failed'],
  'cannot-cache': ['bad', 'not cached'],
  'not-compilation': ['note', 'not a compile'],
  'unsupported-compiler': ['bad', 'not a compiler that is known'],
  bypassed: ['note', 'SCCACHE_NO_CACHE is set'],
  abandoned: ['note', 'ended before the compiler did'],
  'not-placed': ['bad', 'hit, but its files could not be written'],
  verified: ['good', 'hit, and the compiler wrote the same'],
  mismatch: ['bad', 'the stored result was not what the compiler wrote, and was replaced'],
  'refused-miss': ['bad', 'miss, which SCCACHE_TERMINATE_ON_MISS makes an error'],
};

export function isHit({ outcome }: JournalEntry): boolean {
  return outcome === 'hit' || outcome === 'verified';
}

/** Two lines of a terminal. */
const MOST_CHARACTERS = 200;

/** One request: what it was, what became of it, why, and what can be done. */
export function requestReport(entry: JournalEntry, nowMs: number): string {
  const [mark, text] = OUTCOMES[entry.outcome];
  const title = entry.output ?? entry.source ?? entry.command;
  const lines = [`${sign(mark)} ${strong(title)}: ${text}, ${times(entry)}, ${agoText(nowMs - entry.at)}`];
  const fact = (name: string, value: string | undefined): void => {
    if (value !== undefined) lines.push(`    ${name.padEnd(9)} ${value}`);
  };
  fact('source', entry.source);
  fact('in', entry.cwd);
  fact('with', commandText(entry));
  fact('why', entry.reason);
  if (entry.missed) {
    const [first, ...others] = missText(entry.missed);
    fact('why', first);
    for (const line of others) fact('', line);
    if (entry.missed.kind === 'differs') fact('against', entry.missed.comparedWith);
  }
  for (const advice of advices(entry)) fact('way out', advice);
  return lines.join('\n');
}

/** The compiler, or the whole command where it was not understood. */
function commandText({ command, subject, words }: JournalEntry): string {
  if (subject !== undefined) return `${command}, ${subject}`;
  const text = [command, ...(words ?? [])].join(' ');
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} …` : text;
}

function times({ outcome, micros, compilerMicros }: JournalEntry): string {
  if (compilerMicros === undefined) return durationText(micros);
  if (outcome === 'hit') return `${durationText(micros)} instead of ${durationText(compilerMicros)}`;
  return `${durationText(micros)} (the compiler ${durationText(compilerMicros)})`;
}

/** What can be done about it. */
export function advices({ missed, advice }: JournalEntry): readonly string[] {
  const causes = missed?.kind === 'differs' ? missed.causes : [];
  const known = [advice, ...causes.map(causeAdvice)].filter((text) => text !== undefined);
  return [...new Set(known)];
}
