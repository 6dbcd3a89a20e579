import { adviceFor } from '../compile/advice.ts';
import type { Answered } from '../compile/answered.ts';
import { type Outcome, REASONS } from '../compile/outcome.ts';
import type { Request } from '../compile/request.ts';
import type { JournalEntry } from '../stats/journal/journal-entry.ts';
import type { Missed } from '../stats/journal/missed.ts';
import { toText } from '../util/bytes.ts';

/** Enough for a compile; a link of a thousand objects is known by its first ones. */
const MOST_WORDS = 100;

/**
 * What the journal says of a request.
 *
 * @param missed why it was no hit, once that is known
 * @param arrivedMs milliseconds since the epoch
 */
export function journalEntry(
  request: Request,
  { outcome, compilation, stopwatch }: Answered,
  missed: Missed | undefined,
  arrivedMs: number,
  session: string | undefined,
): JournalEntry {
  return {
    at: Math.round(arrivedMs),
    micros: stopwatch.micros,
    outcome: outcome.kind,
    cwd: toText(request.cwd),
    ...(session !== undefined && { session }),
    command: toText(request.program),
    ...(compilation === undefined && { words: request.argv.slice(1, MOST_WORDS).map(toText) }),
    ...(compilation && {
      subject: compilation.subject.advanced,
      key: compilation.manifestKey,
      source: toText(compilation.source),
      output: toText(compilation.writes[0] ?? ''),
    }),
    ...reasonOf(outcome),
    ...('compilerMicros' in outcome &&
      outcome.compilerMicros !== undefined && { compilerMicros: outcome.compilerMicros }),
    phases: stopwatch.phases,
    ...((outcome.kind === 'miss' || outcome.kind === 'refused-miss') && missed && { missed }),
  };
}

function reasonOf(outcome: Outcome): { reason?: string; advice?: string } {
  if (outcome.kind === 'mismatch') return { reason: outcome.difference };
  if (outcome.kind !== 'not-kept' && outcome.kind !== 'cannot-cache') return {};
  const reason = outcome.kind === 'not-kept' ? REASONS[outcome.reason] : outcome.reason;
  const advice = adviceFor(reason);
  return { reason, ...(advice !== undefined && { advice }) };
}
