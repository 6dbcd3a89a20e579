import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoredResult } from '../../../../src/storage/storage.ts';
import { type FileProblem, RealFiles } from '../../../../src/system/files.ts';
import type { ByteString } from '../../../../src/util/bytes.ts';
import { failure, type Result } from '../../../../src/util/result.ts';
import { key, resultOf } from '../../../conformance/storage.ts';
import { FakeClock } from '../../../rig/fakes.ts';
import {
  blobFile,
  compressedFile,
  filesIn,
  manifestFile,
  openHousehold,
  openStore,
  resultFile,
  temporaryDirectory,
} from './temporary-store.ts';

const DAY = 24 * 3_600_000;
const MISS = { ok: true, value: undefined };
const DAMAGED = { ok: false, error: { kind: 'damaged' } };

/** A content that compresses to a small part of itself, another for each number. */
const content = (index: number, length = 300_000) => Buffer.alloc(length, `contents of ${index}\n`);
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function setAge(file: string, ageMs: number, now = Date.now()): void {
  utimesSync(file, (now - ageMs) / 1000, (now - ageMs) / 1000);
}

/** The bytes of the one output of a result, wherever they are. */
function bytesOf(got: Result<StoredResult | undefined, unknown>): Buffer | undefined {
  const stored = got.ok ? got.value?.files[0]?.content : undefined;
  return stored && (stored.kind === 'inline' ? stored.bytes : readFileSync(stored.file));
}

/** A directory with one large result whose blob is compressed. */
async function coldDirectory(bytes = content(1)): Promise<{ directory: string; raw: string; cold: string }> {
  const directory = temporaryDirectory();
  const raw = blobFile(directory, digest(bytes));
  const { store, upkeep, close } = await openHousehold(directory);
  await store.putResult(key(1), resultOf(bytes));
  setAge(raw, 2 * DAY);
  await upkeep.setIdle(true);
  await close();
  const cold = compressedFile(directory, digest(bytes));
  expect([existsSync(raw), existsSync(cold)]).toEqual([false, true]);
  return { directory, raw, cold };
}

describe('an idle daemon', () => {
  it('compresses blobs that were not used for a day, and those keep their age', async () => {
    const { directory, cold } = await coldDirectory();
    expect(statSync(cold).size).toBeLessThan(3000);
    expect(Math.abs(Date.now() - 2 * DAY - statSync(cold).mtimeMs)).toBeLessThan(5000);
    const { store } = await openHousehold(directory);
    const onDisk = (await store.usage()).bytes;
    rmSync(`${directory}/v1/sizes.json`);
    const counting = await openStore(directory);
    await expect.poll(async () => (await counting.usage()).bytes).toBe(onDisk);
  });

  it('leaves young blobs and small entries as they are', async () => {
    const directory = temporaryDirectory();
    const { store, upkeep } = await openHousehold(directory);
    await store.putResult(key(1), resultOf(content(1)));
    await store.putResult(key(2), resultOf(Buffer.alloc(1000)));
    setAge(resultFile(directory, key(2)), 2 * DAY);
    const before = filesIn(`${directory}/v1/ac`).concat(filesIn(`${directory}/v1/cas`));
    await upkeep.setIdle(true);
    expect(filesIn(`${directory}/v1/ac`).concat(filesIn(`${directory}/v1/cas`))).toEqual(before);
  });

  it('goes round once a day, and goes on where another daemon was', async () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock(Date.now());
    const first = await openHousehold(directory, { clock });
    await first.upkeep.setIdle(true);
    await first.store.putResult(key(1), resultOf(content(1)));
    const raw = blobFile(directory, digest(content(1)));
    setAge(raw, 2 * DAY);
    await first.upkeep.setIdle(true);
    await first.close();
    const second = await openHousehold(directory, { clock });
    await second.upkeep.setIdle(true);
    expect(existsSync(raw)).toBe(true);
    clock.advance(DAY);
    await second.upkeep.setIdle(true);
    expect(existsSync(raw)).toBe(false);
  });

  it('stops as soon as there is something to do', async () => {
    const directory = temporaryDirectory();
    const { store, upkeep } = await openHousehold(directory);
    const blobs = Array.from({ length: 20 }, (_, index) => content(index, 2_000_000));
    for (const [index, bytes] of blobs.entries()) await store.putResult(key(index), resultOf(bytes));
    for (const bytes of blobs) setAge(blobFile(directory, digest(bytes)), 2 * DAY);
    const cold = () => filesIn(`${directory}/v1/cas`).filter((name) => name.endsWith('.zst')).length;
    const working = upkeep.setIdle(true);
    await expect.poll(cold, { interval: 1 }).toBeGreaterThan(0);
    await upkeep.setIdle(false);
    await working;
    const compressed = cold();
    expect(compressed).toBeLessThan(20);
    await upkeep.setIdle(true);
    expect(cold()).toBe(20);
  });

  it('compresses nothing in a read-only cache', async () => {
    const directory = temporaryDirectory();
    const writer = await openHousehold(directory);
    await writer.store.putResult(key(1), resultOf(content(1)));
    setAge(blobFile(directory, digest(content(1))), 2 * DAY);
    await writer.close();
    const reader = await openHousehold(directory, { readOnly: true });
    await reader.upkeep.setIdle(true);
    expect(existsSync(blobFile(directory, digest(content(1))))).toBe(true);
  });
});

describe('the check of contents in idle times', () => {
  const small = resultOf(Buffer.alloc(1000));
  /** A day on which each shard is checked once in the seven rounds that follow. */
  async function aWeekOfRounds(household: Awaited<ReturnType<typeof openHousehold>>, clock: FakeClock): Promise<void> {
    for (let day = 0; day < 7; day++) {
      clock.advance(DAY);
      await household.upkeep.setIdle(true);
    }
  }

  it('removes and counts what is damaged, within a week, and leaves the rest', async () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock(Date.now() - 7 * DAY);
    const household = await openHousehold(directory, { clock });
    const { store, upkeep, notes } = household;
    for (let index = 0; index < 6; index++) await store.putResult(key(index), small);
    await store.putManifest(key(6), Buffer.from('manifest'));
    await store.putManifest(key(7), Buffer.from('manifest'));
    await store.putResult(key(8), resultOf(content(8)));
    await store.putResult(key(9), resultOf(content(9)));
    const flip = (file: string) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    };
    const damaged = [
      resultFile(directory, key(1)),
      resultFile(directory, key(4)),
      manifestFile(directory, key(6)),
      blobFile(directory, digest(content(8))),
    ];
    const before = filesIn(`${directory}/v1`);
    for (const file of damaged) flip(file);
    await expect.poll(() => upkeep.bytes()).toBeGreaterThan(600_000);
    const known = (await upkeep.bytes()) ?? 0;
    await aWeekOfRounds(household, clock);
    const gone = damaged.map((file) => file.slice(`${directory}/v1/`.length));
    expect(filesIn(`${directory}/v1`).filter((file) => file !== 'sizes.json')).toEqual(
      before.filter((file) => !gone.includes(file)),
    );
    expect(upkeep.damagedFiles).toBe(4);
    expect(notes).toHaveLength(4);
    expect(notes.join('\n')).toContain(`result ${key(1)}: checksum differs`);
    expect(known - ((await upkeep.bytes()) ?? 0)).toBe(3 * 4096 + Math.ceil(300_000 / 4096) * 4096);
    upkeep.zero();
    await aWeekOfRounds(household, clock);
    expect(upkeep.damagedFiles).toBe(0);
  });

  it('finds damage in compressed blobs', async () => {
    const { directory, cold } = await coldDirectory();
    truncateSync(cold, statSync(cold).size - 1);
    const clock = new FakeClock(Date.now());
    const household = await openHousehold(directory, { clock });
    await aWeekOfRounds(household, clock);
    expect(existsSync(cold)).toBe(false);
    expect(household.upkeep.damagedFiles).toBe(1);
  });

  it('counts and tells, and removes nothing, in a read-only cache', async () => {
    const directory = temporaryDirectory();
    await (await openStore(directory)).putResult(key(1), small);
    truncateSync(resultFile(directory, key(1)), 60);
    const clock = new FakeClock(Date.now());
    const household = await openHousehold(directory, { clock, readOnly: true });
    await aWeekOfRounds(household, clock);
    expect(existsSync(resultFile(directory, key(1)))).toBe(true);
    expect(household.upkeep.damagedFiles).toBe(1);
  });

  it('reads no more than its part of the disk', async () => {
    const directory = temporaryDirectory();
    const { store, close } = await openHousehold(directory);
    for (let index = 0; index < 4; index++) await store.putResult(key(0), resultOf(content(index, 4 << 20)));
    await close();
    const clock = new FakeClock(Date.now() - 8 * DAY);
    const household = await openHousehold(directory, { clock });
    const started = performance.now();
    await aWeekOfRounds(household, clock);
    // 16 MiB at 32 MiB a second.
    expect(performance.now() - started).toBeGreaterThan(450);
  });
});

describe('a hit of a compressed blob', () => {
  it('gives it as it came, and it is hot again', async () => {
    const { directory, raw, cold } = await coldDirectory();
    const { store, upkeep } = await openHousehold(directory);
    const got = await store.getResult(key(1));
    expect(got).toMatchObject({ ok: true, value: { files: [{ content: { kind: 'blob', file: raw } }] } });
    expect(readFileSync(raw).equals(content(1))).toBe(true);
    expect(existsSync(cold)).toBe(false);
    expect(statSync(raw).mtimeMs).toBeGreaterThan(Date.now() - 10_000);
    const known = await upkeep.bytes();
    rmSync(`${directory}/v1/sizes.json`, { force: true });
    const counting = await openStore(directory);
    await expect.poll(async () => (await counting.usage()).bytes).toBe(known);
  });

  it('is done once for all who want it at the same time', async () => {
    const { directory, cold } = await coldDirectory();
    const reads: ByteString[] = [];
    class Reading extends RealFiles {
      override read(path: ByteString) {
        reads.push(path);
        return super.read(path);
      }
    }
    const store = await openStore(directory, { files: new Reading() });
    const all = await Promise.all(Array.from({ length: 8 }, () => store.getResult(key(1))));
    expect(all.every((got) => bytesOf(got)?.equals(content(1)))).toBe(true);
    expect(reads.filter((path) => path === cold)).toHaveLength(1);
  });

  it('gives the bytes where they cannot be written: read-only, or no space', async () => {
    const { directory, cold } = await coldDirectory();
    class FullDisk extends RealFiles {
      override async create(): Promise<Result<undefined, FileProblem>> {
        return failure({ code: 'ENOSPC', detail: 'no space left on device' });
      }
    }
    for (const options of [{ readOnly: true }, { files: new FullDisk() }]) {
      const got = await (await openStore(directory, options)).getResult(key(1));
      expect(got).toMatchObject({ ok: true, value: { files: [{ content: { kind: 'inline' } }] } });
      expect(bytesOf(got)?.equals(content(1))).toBe(true);
      expect(existsSync(cold)).toBe(true);
    }
  });

  it.each<[string, (file: string) => void]>([
    ['cut', (file) => truncateSync(file, statSync(file).size - 1)],
    ['empty', (file) => truncateSync(file, 0)],
    ['foreign', (file) => writeFileSync(file, 'foreign')],
  ])('is damage when it is %s, and goes together with its entry', async (_, wound) => {
    const { directory, cold } = await coldDirectory();
    wound(cold);
    const { store, upkeep } = await openHousehold(directory);
    expect(await store.getResult(key(1))).toMatchObject(DAMAGED);
    expect([existsSync(cold), existsSync(resultFile(directory, key(1)))]).toEqual([false, false]);
    expect(upkeep.damagedFiles).toBe(1);
    expect(await store.getResult(key(1))).toEqual(MISS);
  });

  it('is a hit of the raw one where both are there', async () => {
    const { directory, raw, cold } = await coldDirectory();
    writeFileSync(raw, content(1));
    writeFileSync(cold, 'what a daemon left that was killed in between');
    expect(bytesOf(await (await openStore(directory)).getResult(key(1)))?.equals(content(1))).toBe(true);
  });

  it('is not needed for a put of the same content, which makes it hot', async () => {
    const { directory, raw, cold } = await coldDirectory();
    const store = await openStore(directory);
    await store.putResult(key(2), resultOf(content(1)));
    expect([existsSync(raw), existsSync(cold)]).toEqual([true, false]);
  });
});

describe('a cache over its limit', () => {
  const LIMIT = 10 * 304_000;

  it('compresses what was used longest ago instead of removing it', async () => {
    const directory = temporaryDirectory();
    const writer = await openHousehold(directory);
    for (let index = 0; index < 10; index++) {
      await writer.store.putResult(key(index), resultOf(content(index)));
      setAge(blobFile(directory, digest(content(index))), (10 - index) * 3_600_000);
    }
    await writer.close();
    rmSync(`${directory}/v1/sizes.json`); // it has seen them young
    const { store, upkeep } = await openHousehold(directory, { limitBytes: LIMIT });
    const isCold = (index: number) => existsSync(compressedFile(directory, digest(content(index))));
    const all = Array.from({ length: 12 }, (_, index) => index);
    expect(all.some(isCold)).toBe(false);
    for (const index of [10, 11]) await store.putResult(key(index), resultOf(content(index)));
    await expect.poll(() => upkeep.bytes()).toBeLessThanOrEqual(LIMIT);
    // Whether the two puts were seen together or one after the other.
    const cold = all.filter(isCold);
    expect(cold.length).toBeGreaterThanOrEqual(3);
    expect(cold).toEqual(all.slice(0, cold.length));
    expect(cold.length).toBeLessThanOrEqual(4);
    for (const index of all) expect(bytesOf(await store.getResult(key(index)))?.equals(content(index))).toBe(true);
  });

  it('removes what was used longest ago when all but the hot ones are compressed', async () => {
    const directory = temporaryDirectory();
    const { store, upkeep } = await openHousehold(directory, { limitBytes: LIMIT });
    // Nothing can be gained here by compressing.
    for (let index = 0; index < 40; index++) await store.putResult(key(index), resultOf(randomBytes(300_000)));
    await expect.poll(() => upkeep.bytes()).toBeLessThanOrEqual(LIMIT);
    const names = filesIn(`${directory}/v1/cas`);
    expect(names.length).toBeLessThanOrEqual(10);
    expect(names.some((name) => name.endsWith('.zst'))).toBe(true);
    expect(bytesOf(await store.getResult(key(39)))?.length).toBe(300_000);
  });

  it('does not spin on blobs that cannot be compressed', async () => {
    class NoCompressed extends RealFiles {
      override async rename(from: ByteString, to: ByteString): Promise<Result<undefined, FileProblem>> {
        return to.endsWith('.zst') ? failure({ code: 'EACCES', detail: 'permission denied' }) : super.rename(from, to);
      }
    }
    const directory = temporaryDirectory();
    const { store, upkeep } = await openHousehold(directory, { limitBytes: LIMIT, files: new NoCompressed() });
    for (let index = 0; index < 12; index++) await store.putResult(key(index), resultOf(content(index)));
    await expect.poll(() => upkeep.bytes()).toBeLessThanOrEqual(LIMIT);
    expect(filesIn(`${directory}/v1/cas`).some((name) => name.endsWith('.zst'))).toBe(false);
  });
});

describe('two daemons on one directory', () => {
  it('that use, compress and evict the same blobs at the same time give nothing wrong', async () => {
    const directory = temporaryDirectory();
    const limitBytes = 3_000_000;
    const daemons = [await openHousehold(directory, { limitBytes }), await openHousehold(directory, { limitBytes })];
    let hits = 0;
    const use = async ({ store, upkeep }: (typeof daemons)[number], seed: number): Promise<void> => {
      for (let turn = 0; turn < 150; turn++) {
        const index = (turn * 7 + seed) % 20;
        const got = await store.getResult(key(index));
        if (!got.ok) throw new Error(got.error.detail);
        if (got.value === undefined) {
          await store.putResult(key(index), resultOf(content(index)));
        } else {
          // Gone meanwhile is what the client can live with: it compiles.
          const bytes = unlessGone(() => bytesOf(got));
          if (bytes) expect(bytes.equals(content(index))).toBe(true);
          hits += 1;
        }
        unlessGone(() => setAge(blobFile(directory, digest(content(index))), 2 * DAY));
        void upkeep.setIdle(turn % 2 === 0);
      }
    };
    await Promise.all(daemons.map((daemon, index) => use(daemon, index * 3)));
    expect(hits).toBeGreaterThan(30);
    expect(daemons.map(({ upkeep }) => upkeep.damagedFiles)).toEqual([0, 0]);
  });
});

function unlessGone<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOENT' });
    return undefined;
  }
}
