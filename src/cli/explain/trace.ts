import type { JournalEntry } from '../../stats/journal/journal-entry.ts';
import { missText } from '../../stats/journal/sentences.ts';
import { type Build, endOf } from './latest-build.ts';

/** A span in the format of Chrome's tracing, which Perfetto reads; times in microseconds. */
interface Span {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
  readonly pid: 1;
  readonly tid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A build as a trace: a row for each compile that went on at the same time, with the phases below each request. */
export function traceOf({ entries, startMs }: Build): string {
  const slots: number[] = [];
  const spans = entries.flatMap((entry) => spansOf(entry, startMs, takeSlot(slots, entry)));
  return `${JSON.stringify({ traceEvents: spans, displayTimeUnit: 'ms' })}\n`;
}

/** The first row that is free when the request begins. `slots` has the end of each row's last request. */
function takeSlot(slots: number[], entry: JournalEntry): number {
  const free = slots.findIndex((end) => end <= entry.at);
  const slot = free < 0 ? slots.length : free;
  slots[slot] = endOf(entry);
  return slot;
}

function spansOf(entry: JournalEntry, startMs: number, tid: number): Span[] {
  const { at, micros, outcome, output, source, command, cwd, reason, missed, phases = {} } = entry;
  const start = Math.round((at - startMs) * 1000);
  const args = { cwd, command, source, reason, ...(missed && { why: missText(missed) }) };
  const common = { cat: outcome, ph: 'X', pid: 1, tid } as const;
  const spans: Span[] = [{ ...common, name: output ?? source ?? command, ts: start, dur: micros, args }];
  let ts = start;
  for (const [name, dur] of Object.entries(phases)) {
    spans.push({ ...common, name, ts, dur, args: {} });
    ts += dur;
  }
  return spans;
}
