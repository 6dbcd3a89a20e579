import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Statistics } from '../../../src/daemon/statistics.ts';
import { type Counters, zeroCounters } from '../../../src/stats/counters.ts';
import { SavedCounters, savedCountersFile } from '../../../src/stats/saved-counters.ts';
import { RealFiles } from '../../../src/system/files.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'counters-'));
  file = savedCountersFile(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const saved = (): SavedCounters => new SavedCounters(file, new RealFiles());

function counters(requests: number, hits: number): Counters {
  return {
    ...zeroCounters(),
    compileRequests: requests,
    cacheHits: { counts: { 'C/C++': hits }, advanced: { 'c [gcc]': hits } },
    notCached: { '-E': requests - hits },
  };
}

describe('saved counters', () => {
  it('are zero at first', () => {
    expect(saved().read()).toEqual(zeroCounters());
  });

  it('add up', async () => {
    expect(await saved().add(counters(3, 2))).toEqual(counters(3, 2));
    expect(await saved().add(counters(5, 1))).toEqual(counters(8, 3));
    expect(saved().read()).toEqual(counters(8, 3));
    expect(readdirSync(join(directory, 'stats'))).toEqual(['counters.json']);
  });

  it('add up whoever adds at the same time, when each tries again', async () => {
    const until = async (): Promise<void> => {
      while ((await saved().add(counters(1, 1))) === undefined);
    };
    await Promise.all(Array.from({ length: 20 }, until));
    expect(saved().read().compileRequests).toBe(20);
  });

  it('are zeroed', async () => {
    await saved().add(counters(3, 2));
    expect(await saved().zero()).toBe(true);
    expect(saved().read()).toEqual(zeroCounters());
  });

  it.each(['', '{', '{"format":2}', '{"format":1,"counters":{}}', '{"format":1,"counters":{"compileRequests":"1"}}'])(
    'begin again where the file has %j',
    async (text) => {
      await saved().add(counters(3, 2));
      writeFileSync(file, text);
      expect(saved().read()).toEqual(zeroCounters());
      expect(await saved().add(counters(2, 1))).toEqual(counters(2, 1));
    },
  );

  it('are not saved while somebody else saves, unless that was long ago', async () => {
    await saved().add(counters(3, 2));
    writeFileSync(`${file}.lock`, '');
    expect(await saved().add(counters(1, 1))).toBeUndefined();
    utimesSync(`${file}.lock`, 1, 1);
    expect(await saved().add(counters(1, 1))).toEqual(counters(4, 3));
  });
});

describe('statistics of a daemon', () => {
  it('count what is saved and what is not, each once', async () => {
    await saved().add(counters(10, 5));
    let own = counters(1, 1);
    const statistics = new Statistics(async () => own, saved());
    expect(await statistics.total()).toEqual(counters(11, 6));
    own = counters(4, 2);
    expect(await statistics.total()).toEqual(counters(14, 7));
    await statistics.save();
    expect(saved().read()).toEqual(counters(14, 7));
    const other = new Statistics(async () => counters(1, 1), saved());
    await other.save();
    expect(await statistics.total()).toEqual(counters(15, 8));
  });

  it('lose nothing that is saved while somebody asks', async () => {
    let own = counters(0, 0);
    let calls = 0;
    const statistics: Statistics = new Statistics(async () => {
      calls += 1;
      // The second is the one of the question: a save comes and goes while it is under way.
      if (calls === 2) {
        own = counters(4, 2);
        await statistics.save();
      }
      return own;
    }, saved());
    expect(await statistics.total()).toEqual(counters(4, 2));
    expect(saved().read()).toEqual(counters(4, 2));
  });

  it('count what cannot be saved', async () => {
    const own = counters(2, 1);
    writeFileSync(join(directory, 'stats'), 'in the way');
    expect(await new Statistics(async () => own, saved()).total()).toEqual(own);
    expect(await new Statistics(async () => own, undefined).total()).toEqual(own);
  });

  it('are zeroed for all', async () => {
    await saved().add(counters(10, 5));
    let own = counters(1, 1);
    const statistics = new Statistics(async () => own, saved());
    await statistics.save();
    await statistics.zero(async () => {
      own = zeroCounters();
    });
    expect(await statistics.total()).toEqual(zeroCounters());
    own = counters(1, 0);
    expect((await statistics.total()).compileRequests).toBe(1);
  });
});
