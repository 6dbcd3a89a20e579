import { describe, expect, it } from 'vitest';
import { findBuild } from '../../../src/cli/explain/latest-build.ts';
import { traceOf } from '../../../src/cli/explain/trace.ts';
import { agoText, durationText } from '../../../src/cli/quantities.ts';
import type { JournalEntry } from '../../../src/stats/journal/journal-entry.ts';

const MINUTE = 60_000;

const entry = (at: number, seconds: number, cwd = '/w/p'): JournalEntry => ({
  ...{ at, micros: seconds * 1_000_000, outcome: 'miss', cwd, command: 'gcc', output: `${at}.o` },
  phases: { recognise: 1000, compile: seconds * 1_000_000 - 1000 },
});

describe('the latest build', () => {
  const starts = (entries: readonly JournalEntry[], directory: string): number[] | undefined =>
    findBuild(entries, directory, undefined)?.entries.map(({ at }) => at);

  it('is what followed closely, by the time of its beginning', () => {
    // In the journal requests stand in the order of their ends, the newest first.
    const entries = [entry(MINUTE, 1), entry(MINUTE - 9000, 20), entry(MINUTE - 10_000, 2), entry(0, 30)];
    expect(starts(entries, '/w/p')).toEqual([0, MINUTE - 10_000, MINUTE - 9000, MINUTE]);
    expect(starts([entry(MINUTE, 1), entry(0, 30)], '/w/p')).toEqual([MINUTE]);
  });

  it('is one under the directory, seen from above or from below', () => {
    const entries = [entry(3, 1, '/w/other'), entry(2, 1, '/w/p/sub'), entry(1, 1, '/w/p')];
    expect(starts(entries, '/w/p')).toEqual([1, 2]);
    expect(starts(entries, '/w/p/sub')).toEqual([1, 2]);
    expect(starts(entries, '/w')).toEqual([1, 2, 3]);
    expect(starts(entries, '/w/pp'), 'anywhere, where there is none').toEqual([1, 2, 3]);
  });

  it('may be none', () => {
    expect(findBuild([], '/', undefined)).toBeUndefined();
  });
});

describe('a trace', () => {
  it('has a row for each compile at the same time, and the phases of each', () => {
    const build = findBuild([entry(4000, 1), entry(1000, 3), entry(0, 2)], '/w/p', undefined);
    if (build === undefined) throw new Error('there is a build');
    const { traceEvents } = JSON.parse(traceOf(build));
    expect(traceEvents.map(({ name, ts, dur, tid }: Record<string, unknown>) => [name, ts, dur, tid])).toEqual([
      ['0.o', 0, 2_000_000, 0],
      ['recognise', 0, 1000, 0],
      ['compile', 1000, 1_999_000, 0],
      ['1000.o', 1_000_000, 3_000_000, 1],
      ['recognise', 1_000_000, 1000, 1],
      ['compile', 1_001_000, 2_999_000, 1],
      ['4000.o', 4_000_000, 1_000_000, 0],
      ['recognise', 4_000_000, 1000, 0],
      ['compile', 4_001_000, 999_000, 0],
    ]);
  });
});

describe('quantities', () => {
  it.each([
    [300, '0.3 ms'],
    [9_949, '9.9 ms'],
    [9_950, '10 ms'],
    [999_499, '999 ms'],
    [999_500, '1.0 s'],
    [59_949_999, '59.9 s'],
    [59_950_000, '1 min 0 s'],
    [3_599_400_000, '59 min 59 s'],
    [3_600_000_000, '1 h 0 min'],
  ])('%d µs are %s', (micros, text) => {
    expect(durationText(micros)).toBe(text);
  });

  it.each([
    [999, 'just now'],
    [12_300, '12 s ago'],
    [90_000, '1 min 30 s ago'],
  ])('%d ms were %s', (milliseconds, text) => {
    expect(agoText(milliseconds)).toBe(text);
  });
});
