import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealFiles } from '../../../../src/system/files.ts';
import type { ByteString } from '../../../../src/util/bytes.ts';
import { key, resultOf } from '../../../conformance/storage.ts';
import { filesIn, manifestFile, openHousehold, openStore, resultFile, temporaryDirectory } from './temporary-store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An entry of one block on the disk. */
const ENTRY = resultOf(Buffer.alloc(3000));
const BLOCK = 4096;

function setAge(file: string, ageMs: number, now = Date.now()): void {
  utimesSync(file, (now - ageMs) / 1000, (now - ageMs) / 1000);
}

/** An old cache with the entries 0 (the youngest) to count - 1, a day apart. */
async function oldCache(count: number): Promise<string> {
  const directory = temporaryDirectory();
  const { store, close } = await openHousehold(directory);
  for (let index = 0; index < count; index++) {
    await store.putResult(key(index), ENTRY);
    setAge(resultFile(directory, key(index)), index * DAY);
  }
  await close();
  // It has seen them young: no store sees its files grow older than it thinks but in tests.
  rmSync(join(directory, 'v1/sizes.json'), { force: true });
  return directory;
}

const sizes = (shard: number[]) =>
  JSON.stringify({ version: 2, round: [0, 256], shards: Array.from({ length: 256 }, () => shard) });

const present = (directory: string, count: number) =>
  Array.from({ length: count }, (_, index) => index).filter((index) => existsSync(resultFile(directory, key(index))));

describe('a store over its limit', () => {
  it('removes what was used longest ago, down to nine tenths of the limit', async () => {
    const directory = await oldCache(20);
    const { store, close } = await openHousehold(directory, { limitBytes: 20 * BLOCK });
    await store.putResult(key(99), ENTRY);
    await expect.poll(() => present(directory, 20).length).toBe(17);
    await close();
    expect(present(directory, 20)).toEqual(Array.from({ length: 17 }, (_, index) => index));
    expect(existsSync(resultFile(directory, key(99)))).toBe(true);
  });

  it('spares what was hit', async () => {
    const directory = await oldCache(20);
    const store = await openStore(directory, { limitBytes: 20 * BLOCK });
    expect((await store.getResult(key(19))).ok).toBe(true);
    await store.putResult(key(99), ENTRY);
    await expect.poll(() => present(directory, 20).length).toBe(17);
    expect(present(directory, 20)).toEqual([...Array.from({ length: 16 }, (_, index) => index), 19]);
  });

  it('goes by what was hit by others since the shards were counted', async () => {
    const directory = await oldCache(20);
    const store = await openStore(directory, { limitBytes: 20 * BLOCK });
    await expect.poll(async () => (await store.usage()).bytes).toBe(20 * BLOCK);
    setAge(resultFile(directory, key(19)), 0);
    setAge(resultFile(directory, key(18)), 0);
    await store.putResult(key(99), ENTRY);
    await expect.poll(() => present(directory, 20).length).toBe(17);
    expect(present(directory, 20)).toEqual([...Array.from({ length: 15 }, (_, index) => index), 18, 19]);
  });

  it('removes manifests and blobs by their own age', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory, { limitBytes: 200_000 });
    await store.putResult(key(1), resultOf(randomBytes(100_000)));
    await store.putManifest(key(2), Buffer.alloc(20_000));
    for (const file of filesIn(join(directory, 'v1'))) {
      if (/^(ac|cas)/.test(file)) setAge(join(directory, 'v1', file), DAY);
    }
    await store.putResult(key(3), resultOf(randomBytes(150_000)));
    await expect.poll(() => readdirSync(join(directory, 'v1/cas')).length).toBe(2);
    await expect.poll(() => filesIn(join(directory, 'v1/cas')).length).toBe(1);
    expect((await store.getResult(key(3))).ok).toBe(true);
    expect(await store.getResult(key(1))).toEqual({ ok: true, value: undefined });
  });

  it('stays below the limit over many puts', async () => {
    const directory = temporaryDirectory();
    const limitBytes = 50 * BLOCK;
    const store = await openStore(directory, { limitBytes });
    for (let index = 0; index < 300; index++) await store.putResult(key(index), ENTRY);
    await store.putManifest(key(300), Buffer.alloc(5000));
    const onDisk = () => filesIn(join(directory, 'v1/ac')).length;
    await expect.poll(onDisk).toBeLessThanOrEqual(50);
    expect(onDisk()).toBeGreaterThanOrEqual(40);
    expect((await store.getResult(key(299))).ok && existsSync(resultFile(directory, key(299)))).toBe(true);
    // A file that was renamed into a shard while that was being counted is counted twice until the next time.
    expect((await store.usage()).bytes).toBeLessThanOrEqual(1.2 * limitBytes);
  });

  it('keeps the limit together with another store on the same directory', async () => {
    const directory = temporaryDirectory();
    const limitBytes = 50 * BLOCK;
    const daemons = [
      await openHousehold(directory, { limitBytes }),
      await openHousehold(directory, { limitBytes }),
    ] as const;
    for (let index = 0; index < 400; index++) {
      const put = await daemons[index % 2 === 0 ? 0 : 1].store.putResult(key(index), ENTRY);
      expect(put.ok).toBe(true);
    }
    // What one does not know of the other is what was put since the shards were last counted: never more than once over.
    await expect.poll(() => filesIn(join(directory, 'v1/ac')).length).toBeLessThanOrEqual(100);
    const counting = await openStore(directory, { limitBytes });
    await Promise.all(daemons.map((daemon) => daemon.close()));
    await counting.putResult(key(400), ENTRY);
    expect((await counting.getResult(key(400))).ok).toBe(true);
  });

  it('leaves the files of others alone', async () => {
    const directory = await oldCache(5);
    const foreign = [
      join(dirname(resultFile(directory, key(1))), 'README'),
      join(directory, 'v1/ac/notes'),
      join(directory, 'x'),
    ];
    for (const file of foreign) writeFileSync(file, Buffer.alloc(100_000));
    const store = await openStore(directory, { limitBytes: 0 });
    await store.putResult(key(9), ENTRY);
    await expect.poll(() => present(directory, 10)).toEqual([]);
    expect(foreign.every((file) => existsSync(file))).toBe(true);
  });

  it('does not spin on what cannot be removed', async () => {
    class Stubborn extends RealFiles {
      override remove(path: ByteString): boolean {
        return path.includes(key(3)) ? false : super.remove(path);
      }
    }
    const directory = await oldCache(5);
    const { store, close } = await openHousehold(directory, { limitBytes: 0, files: new Stubborn() });
    await store.putResult(key(9), ENTRY);
    await expect.poll(() => present(directory, 10)).toEqual([3]);
    await close();
  });
});

describe('what a store knows of its size', () => {
  it('counts whole blocks, and the same after a restart', async () => {
    const directory = await oldCache(7);
    const { store, close } = await openHousehold(directory);
    await expect.poll(() => store.usage()).toEqual({ bytes: 7 * BLOCK, limit: 1 << 30 });
    await store.putResult(key(0), ENTRY);
    await store.putManifest(key(0), Buffer.alloc(5000));
    expect((await store.usage()).bytes).toBe(9 * BLOCK);
    await close();
    expect((await (await openStore(directory)).usage()).bytes).toBe(9 * BLOCK);
  });

  it('is read from sizes.json, so that opening and asking list no directory', async () => {
    const lists: ByteString[] = [];
    class Listing extends RealFiles {
      override list(path: ByteString) {
        lists.push(path);
        return super.list(path);
      }
    }
    const directory = await oldCache(3);
    const first = await openHousehold(directory);
    await expect.poll(async () => (await first.store.usage()).bytes).toBe(3 * BLOCK);
    await first.close();
    const store = await openStore(directory, { files: new Listing() });
    expect((await store.usage()).bytes).toBe(3 * BLOCK);
    expect((await store.getResult(key(1))).ok).toBe(true);
    expect(lists).toEqual([]);
  });

  it.each([
    ['garbage', 'garbage'],
    ['another version', '{"version":1,"round":[0,256],"shards":[]}'],
    ['too few shards', '{"version":2,"round":[0,256],"shards":[[1,1,0,0]]}'],
    ['a negative size', sizes([-1, 0, 0, 0])],
  ])('is counted anew when sizes.json has %s', async (_, text) => {
    const directory = await oldCache(3);
    writeFileSync(join(directory, 'v1/sizes.json'), text);
    const store = await openStore(directory);
    await expect.poll(async () => (await store.usage()).bytes).toBe(3 * BLOCK);
  });

  it('is put right by and by when it was wrong', async () => {
    const directory = await oldCache(3);
    writeFileSync(join(directory, 'v1/sizes.json'), sizes([1_000_000, 1, 0, 0]));
    const store = await openStore(directory);
    expect((await store.usage()).bytes).toBe(256_000_000);
    for (let index = 0; index < 256; index++) await store.putManifest(key(7), Buffer.alloc(10));
    await expect.poll(async () => (await store.usage()).bytes).toBeLessThanOrEqual(256_000_000 - 30 * 1_000_000);
  });
});

describe('a hit', () => {
  it('makes the entry, its blob and a manifest young, once an hour', async () => {
    const directory = temporaryDirectory();
    let now = Date.now();
    const store = await openStore(directory, { clock: { now: () => now } });
    await store.putResult(key(1), resultOf(Buffer.alloc(100_000)));
    await store.putManifest(key(1), Buffer.from('manifest'));
    const blob = join(directory, 'v1/cas', filesIn(join(directory, 'v1/cas'))[0] ?? '');
    const files = [resultFile(directory, key(1)), manifestFile(directory, key(1)), blob];
    const times = () => files.map((file) => Math.floor(statSync(file).mtimeMs / 1000));
    const hit = async () => [(await store.getResult(key(1))).ok, (await store.getManifest(key(1))).ok];

    const written = times();
    now += HOUR / 2;
    expect(await hit()).toEqual([true, true]);
    expect(times()).toEqual(written);
    now += HOUR;
    expect(await hit()).toEqual([true, true]);
    const touched = Math.floor(now / 1000);
    expect(times()).toEqual([touched, touched, touched]);
    now += HOUR / 2;
    expect(await hit()).toEqual([true, true]);
    expect(times()).toEqual([touched, touched, touched]);
  });

  it('reads entry and blob once, also when it has touched them', async () => {
    const reads: ByteString[] = [];
    class Reading extends RealFiles {
      override read(path: ByteString) {
        reads.push(path);
        return super.read(path);
      }
      override sha256(path: ByteString) {
        reads.push(path);
        return super.sha256(path);
      }
    }
    const directory = temporaryDirectory();
    await (await openStore(directory)).putResult(key(1), resultOf(Buffer.alloc(100_000)));
    for (const file of filesIn(directory)) setAge(join(directory, file), DAY);
    const store = await openStore(directory, { files: new Reading() });
    reads.length = 0;
    for (let hit = 0; hit < 3; hit++) expect((await store.getResult(key(1))).ok).toBe(true);
    expect(reads.length).toBe(2);
  });
});

describe('tmp/', () => {
  it('is swept of files older than an hour, with the first put', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    mkdirSync(join(directory, 'tmp/directory'));
    for (const name of ['abandoned', 'young']) writeFileSync(join(directory, 'tmp', name), 'x');
    setAge(join(directory, 'tmp/abandoned'), HOUR + 60_000);
    setAge(join(directory, 'tmp/young'), HOUR - 60_000);
    await store.putResult(key(1), ENTRY);
    await expect.poll(() => readdirSync(join(directory, 'tmp')).sort()).toEqual(['directory', 'young']);
  });

  it('and the root are as backup programs and others expect them', async () => {
    const directory = join(temporaryDirectory(), 'deep/cache');
    const store = await openStore(directory);
    await store.putResult(key(1), ENTRY);
    // https://bford.info/cachedir/
    expect(readFileSync(join(directory, 'CACHEDIR.TAG'), 'latin1')).toMatch(
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    );
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(resultFile(directory, key(1))).mode & 0o777).toBe(0o666 & ~process.umask());
  });
});
