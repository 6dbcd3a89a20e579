import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  decodeJournalEntry,
  encodeJournalEntry,
  type JournalEntry,
} from '../../../../src/stats/journal/journal-entry.ts';
import { readJournal } from '../../../../src/stats/journal/journal-reader.ts';
import { JournalWriter } from '../../../../src/stats/journal/journal-writer.ts';
import { RealAppendingFiles } from '../../../../src/system/appending-files.ts';

const FULL: JournalEntry = {
  at: 1_717_200_000_000,
  micros: 510_000,
  outcome: 'miss',
  cwd: '/w',
  command: '/usr/bin/gcc',
  subject: 'c [gcc]',
  source: 'x.c',
  output: 'x.o',
  compilerMicros: 500_000,
  phases: { recognise: 100, 'look up': 200 },
  missed: {
    kind: 'differs',
    causes: [{ what: 'file', change: 'changed', name: 'a "quoted"\nname.h', before: 'x', now: 'y' }],
    more: 3,
    comparedWith: '/other/x.o',
  },
};

const numbered = (at: number): JournalEntry => ({ at, micros: 1, outcome: 'hit', cwd: '/w', command: 'gcc' });

let directory: string;
let journal: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sccache-journal-'));
  journal = join(directory, 'journal');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const writer = (mostBytes?: number) => new JournalWriter(journal, new RealAppendingFiles(), mostBytes);

describe('a line', () => {
  it('gives back what was written, and is one line', () => {
    const line = encodeJournalEntry(FULL);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(decodeJournalEntry(line)).toEqual(FULL);
  });

  it.each([
    ['of another version', encodeJournalEntry(FULL).replace('"v":1', '"v":2')],
    ['that is torn', encodeJournalEntry(FULL).slice(0, 40)],
    ['with an outcome that is not known', encodeJournalEntry(FULL).replace('"miss"', '"mess"')],
    ['without a time', encodeJournalEntry(FULL).replace('"at"', '"ate"')],
    ['that is something else', '[]'],
    ['that is empty', ''],
  ])('%s is none', (_what, line) => {
    expect(decodeJournalEntry(line)).toBeUndefined();
  });

  it('loses only what it does not understand', () => {
    const line =
      '{"v":1,"at":1,"micros":2,"outcome":"hit","cwd":"/","command":"cc","new":1,"source":7,"missed":{"kind":"differs","causes":[3]}}';
    expect(decodeJournalEntry(line)).toEqual({
      at: 1,
      micros: 2,
      outcome: 'hit',
      cwd: '/',
      command: 'cc',
      missed: { kind: 'differs', causes: [], more: 0 },
    });
  });
});

describe('a journal', () => {
  it('is read newest first, and waits for nobody', async () => {
    const one = writer();
    one.add(numbered(1));
    one.add(numbered(2));
    expect(existsSync(journal)).toBe(false);
    await one.flush();
    expect([...readJournal(journal)].map(({ at }) => at)).toEqual([2, 1]);
    expect(statSync(join(journal, 'requests.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('is written by itself after a moment', async () => {
    writer().add(numbered(1));
    await expect.poll(() => [...readJournal(journal)].length).toBe(1);
  });

  it('takes lines of several writers, and keeps them whole', async () => {
    const writers = Array.from({ length: 8 }, () => writer());
    const all = Array.from({ length: 800 }, (_, at) => at);
    await Promise.all(
      all.map((at) => {
        const one = writers[at % writers.length];
        one?.add({ ...FULL, at });
        return at % 5 === 0 ? one?.flush() : undefined;
      }),
    );
    await Promise.all(writers.map((one) => one.flush()));
    const read = [...readJournal(journal)].map(({ at }) => at);
    expect(read.sort((one, other) => one - other)).toEqual(all);
  });

  it('is put aside when it is long, and the one before it is dropped', async () => {
    const one = writer(1000);
    for (let at = 0; at < 100; at += 1) {
      one.add(numbered(at));
      await one.flush();
    }
    const sizes = ['requests.jsonl', 'requests.1.jsonl'].map((name) => statSync(join(journal, name)).size);
    expect(Math.max(...sizes)).toBeLessThan(1100);
    const read = [...readJournal(journal)].map(({ at }) => at);
    expect(read.length).toBeGreaterThan(10);
    expect(read).toEqual(read.map((_, index) => 99 - index));
  });

  it('goes on behind a torn line', async () => {
    const one = writer();
    one.add(numbered(1));
    await one.flush();
    appendFileSync(join(journal, 'requests.jsonl'), '{"v":1,"at":\n');
    one.add(numbered(2));
    await one.flush();
    expect([...readJournal(journal)].map(({ at }) => at)).toEqual([2, 1]);
  });

  it('that cannot be written is not written, and nobody hears of it', async () => {
    writeFileSync(journal, 'a file where the directory should be');
    const one = writer();
    one.add(numbered(1));
    await one.flush();
    expect(readFileSync(journal, 'utf8')).toBe('a file where the directory should be');
    expect([...readJournal(journal)]).toEqual([]);
  });
});
