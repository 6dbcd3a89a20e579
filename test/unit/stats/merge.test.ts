import { describe, expect, it } from 'vitest';
import { type Counters, zeroCounters } from '../../../src/stats/counters.ts';
import { mergeCounters } from '../../../src/stats/merge.ts';
import { RECORDED_COUNTERS } from './recorded.ts';

/** Every number another one, so that a field that is left out or mixed up shows. */
function distinctCounters(): Counters {
  let next = 1;
  const fill = (value: unknown): unknown => {
    if (typeof value === 'number') return next++;
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    return entries.length === 0
      ? { some: next++ }
      : Object.fromEntries(entries.map(([key, part]) => [key, fill(part)]));
  };
  return { ...zeroCounters(), ...(fill(zeroCounters()) as object) };
}

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

describe('merged counters', () => {
  it('are the sum, field by field', () => {
    const counters = distinctCounters();
    expect(numbersOf(mergeCounters(counters, counters))).toEqual(numbersOf(counters).map((number) => 2 * number));
  });

  it('with nothing are unchanged', () => {
    expect(mergeCounters(RECORDED_COUNTERS, zeroCounters())).toEqual(RECORDED_COUNTERS);
    expect(mergeCounters(zeroCounters(), RECORDED_COUNTERS)).toEqual(RECORDED_COUNTERS);
  });

  it('have the languages and reasons of both', () => {
    const one = { ...zeroCounters(), notCached: { '-E': 1, '-M': 2 } };
    const other = { ...zeroCounters(), notCached: { '-M': 3, '@': 4 } };
    expect(mergeCounters(one, other).notCached).toEqual({ '-E': 1, '-M': 5, '@': 4 });
  });

  it('leave what they were made of alone, and survive being sent as JSON', () => {
    const one = distinctCounters();
    const before = structuredClone(one);
    mergeCounters(one, RECORDED_COUNTERS);
    expect(one).toEqual(before);
    expect(JSON.parse(JSON.stringify(RECORDED_COUNTERS))).toEqual(RECORDED_COUNTERS);
  });
});
