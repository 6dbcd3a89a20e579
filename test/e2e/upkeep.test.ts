import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectObject, reference } from '../rig/objects.ts';
import { until } from '../rig/processes.ts';
import { World } from '../rig/world.ts';

/** An object that is a blob of the store, and compresses well. */
const LARGE = 'char large[300000] = {1};\n';

/** The files of the cache's results (`ac`) or large outputs (`cas`). */
function filesOf(world: World, tree: 'ac' | 'cas'): string[] {
  const entries = readdirSync(join(world.cache, 'v1', tree), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** What the directory takes on the disk by its files, in blocks of 4 KiB. */
function sizeOnDisk(world: World): number {
  const files = [...filesOf(world, 'ac'), ...filesOf(world, 'cas')];
  // One may have been removed since it was listed.
  const sizes = files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + Math.ceil(size / 4096) * 4096, 0);
}

/** How many threads of a process other processes outrank (Linux has priorities by thread). */
function threadsThatStandBack(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).filter((thread) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) > 0;
    } catch {
      return false; // it ended since it was listed
    }
  }).length;
}

async function reportedSize(world: World): Promise<unknown> {
  const report: unknown = JSON.parse(await world.succeed(`${world.sccache} --show-stats --stats-format json`));
  return typeof report === 'object' && report !== null && 'cache_size' in report ? report.cache_size : undefined;
}

describe('a daemon that nobody asks for anything', () => {
  it('compresses what was not used for a day; a hit gives it as it was', async () => {
    // Idle after a quarter of that.
    await using world = new World({ env: { SCCACHE_IDLE_TIMEOUT: '6' } });
    const bytes = await reference(world, 'a', LARGE);
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await world.stopDaemon();
    const [blob] = filesOf(world, 'cas');
    if (blob === undefined) throw new Error('no blob');
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    utimesSync(blob, twoDaysAgo, twoDaysAgo);
    const { pid } = await world.startDaemon().then(() => world.daemon());
    await until('the blob is compressed', () => filesOf(world, 'cas').join() === `${blob}.zst`);
    expect(statSync(`${blob}.zst`).size).toBeLessThan(bytes.length / 10);
    await until('its thread has ended', () => threadsThatStandBack(pid) === 0);
    rmSync(world.path('a.o'));
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c a.c`))).toBe('hit');
    expectObject(world, 'a.o', bytes);
    expect(world.daemon().pid).toBe(pid);
    expect(filesOf(world, 'cas')).toEqual([blob]);
    expect(await reportedSize(world)).toBe(sizeOnDisk(world));
    expect(threadsThatStandBack(pid)).toBe(1);
  });
});

describe('the size of the cache', () => {
  it('is that of all workers together, and known at once after a restart', async () => {
    await using world = new World({ env: { SCCACHE_WORKERS: '3' } });
    const names = Array.from({ length: 9 }, (_, index) => `s${index}`);
    for (const name of names) world.write({ [`${name}.c`]: `int ${name};\nchar large_${name}[${70_000}] = {2};\n` });
    await Promise.all(names.map((name) => world.succeed(`${world.sccache} gcc -c ${name}.c`)));
    await until('it is counted', async () => (await reportedSize(world)) === sizeOnDisk(world));
    await world.stopDaemon();
    await world.startDaemon();
    expect(await reportedSize(world)).toBe(sizeOnDisk(world));
  });

  it('stays below the limit, whichever worker puts', async () => {
    const limit = 1_000_000;
    await using world = new World({ env: { SCCACHE_WORKERS: '2', SCCACHE_CACHE_SIZE: String(limit) } });
    const names = Array.from({ length: 16 }, (_, index) => `s${index}`);
    // Random contents: nothing is gained by compressing them.
    for (const name of names) {
      world.write({
        [`${name}.bin`]: randomBytes(100_000),
        [`${name}.c`]: `asm(".data\\n.incbin \\"${name}.bin\\"");\n`,
      });
    }
    await Promise.all(names.map((name) => world.succeed(`${world.sccache} gcc -c ${name}.c`)));
    await world.stats(); // answered when everything is stored
    await until('it is below the limit', () => sizeOnDisk(world) <= limit);
    expect(sizeOnDisk(world)).toBeGreaterThan(0.5 * limit);
    await until('and the daemon knows', async () => Number(await reportedSize(world)) <= limit);
    await world.succeed('for n in s*.c; do gcc -c $n -o ref && cmp ref $(basename $n .c).o || exit 1; done');
  });
});

describe('a damaged entry', () => {
  it('is compiled anew, and counted as a read error until statistics are zeroed', async () => {
    await using world = new World();
    const bytes = await reference(world, 'a', 'int a;\n');
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await world.stopDaemon();
    for (const file of filesOf(world, 'ac')) truncateSync(file, statSync(file).size - 1);
    await world.succeed(`${world.sccache} gcc -c a.c`);
    expectObject(world, 'a.o', bytes);
    expect((await world.stats()).stats.cache_read_errors).toBeGreaterThan(0);
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c a.c`))).toBe('hit');
    await world.succeed(`${world.sccache} --zero-stats`);
    expect((await world.stats()).stats.cache_read_errors).toBe(0);
  });
});
