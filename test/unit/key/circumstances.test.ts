import { describe, expect, it } from 'vitest';
import { circumstancesHold, circumstanceValue, type Surroundings } from '../../../src/key/circumstances.ts';
import { NO_PLACES } from '../../../src/key/places.ts';
import { RealSourceFiles } from '../../../src/system/source-files.ts';

const files = new RealSourceFiles();
const DAY = { kind: 'day', path: '' } as const;

function seen(wallMs: number, environment: Record<string, string> = {}): Surroundings {
  return {
    directory: '/',
    environment: new Map(Object.entries(environment)),
    places: NO_PLACES,
    writes: [],
    aspects: new Map(),
    searched: [],
    wallMs,
  };
}

describe('the day', () => {
  const midnightInTokyo = Date.UTC(2024, 1, 28, 15);

  it('ends at midnight of the zone in TZ', () => {
    const before = seen(midnightInTokyo - 1, { TZ: 'Asia/Tokyo' });
    const after = seen(midnightInTokyo, { TZ: 'Asia/Tokyo' });
    expect([before, after].map((moment) => circumstanceValue(DAY, moment, files))).toEqual([
      '2024-02-28',
      '2024-02-29',
    ]);
    const recorded = [{ ...DAY, value: '2024-02-28' }];
    expect(circumstancesHold(recorded, before, files)).toBe(true);
    expect(circumstancesHold(recorded, after, files)).toBe(false);
    expect(circumstancesHold(recorded, seen(midnightInTokyo, { TZ: '' }), files)).toBe(true);
  });

  it.each([
    [{ TZ: 'JST-9' }],
    [{ TZ: 'Nowhere/City' }],
    [{ TZ: 'Asia/Tokyo', TZDIR: '/elsewhere' }],
    [{ LD_PRELOAD: 'libfaketime.so.1' }],
  ])('cannot be told with %j', (environment) => {
    expect(circumstanceValue(DAY, seen(midnightInTokyo, environment), files)).toBeUndefined();
  });
});

describe('the modification time', () => {
  it('cannot be told of what does not exist', () => {
    expect(circumstanceValue({ kind: 'modified', path: 'no/such/file' }, seen(0), files)).toBeUndefined();
  });
});
