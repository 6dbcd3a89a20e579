import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStatistics, total } from '../rig/statistics.ts';
import { World } from '../rig/world.ts';

describe.each(['1', '2'])('statistics of builds and projects, with SCCACHE_WORKERS=%s', (workers) => {
  let world: World;
  beforeAll(async () => {
    world = new World({ env: { SCCACHE_WORKERS: workers } });
    mkdirSync(world.path('one/.git'), { recursive: true });
    world.write({
      'one/sub/x.c': 'int x;\n',
      'two/.hg/store': '',
      'two/y.c': 'int y;\n',
      'none/z.c': 'int z;\n',
      'big.c': `const char big[300000] = "${'b'.repeat(70_000)}";\n`,
    });
    await world.startDaemon();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const compile = (directory: string, source: string, session?: string) =>
    world.succeed(`${world.sccache} gcc -c ${source} -o ${source}.o`, {
      cwd: world.path(directory),
      env: { ...(session !== undefined && { SCCACHE_SESSION: session }) },
    });
  const session = async (name: string) => {
    const { stats } = parseStatistics(
      await world.succeed(`${world.sccache} --show-stats --stats-format json --session '${name}'`),
    );
    return { requests: stats.compile_requests, hits: total(stats.cache_hits), misses: total(stats.cache_misses) };
  };
  const advanced = () => world.succeed(`${world.sccache} --show-adv-stats`);

  it('a session counts its own compiles', async () => {
    await compile('one/sub', 'x.c', 'night build/1');
    await compile('one/sub', 'x.c', 'night build/1');
    await compile('one/sub', 'x.c');
    await compile('two', 'y.c', 'other');
    expect(await session('night build/1')).toEqual({ requests: 2, hits: 1, misses: 1 });
    expect(await session('other')).toEqual({ requests: 1, hits: 0, misses: 1 });
    expect(await session('never heard of')).toEqual({ requests: 0, hits: 0, misses: 0 });
    expect((await world.stats()).stats.compile_requests).toBe(4);
  });

  it('projects are the working copies, and the base directories', async () => {
    await compile('none', 'z.c');
    const shown = await advanced();
    expect(shown).toMatch(new RegExp(`^${world.path('one')} +2 hits, 1 misses, \\d+\\.\\d{3} s saved$`, 'm'));
    expect(shown).toMatch(new RegExp(`^${world.path('two')} +0 hits, 1 misses, 0\\.000 s saved$`, 'm'));
    expect(shown).not.toContain(world.path('none'));
    expect(await world.succeed(`${world.sccache} --show-stats`)).not.toContain('Projects');
  });

  it('what was saved, how long hits take and what the cache is full of is told', async () => {
    await compile('', 'big.c');
    await compile('', 'big.c');
    const shown = await advanced();
    expect(shown).toMatch(/^Cache size \(C\/C\+\+\) +\d+ KiB, 100 %$/m);
    expect(shown).toMatch(/^Compiling saved +\d+\.\d{3} s$/m);
    expect(shown).toMatch(/^Bytes from the cache +29\d KiB$/m);
    expect(shown).toMatch(/^Bytes into the cache +\d+ KiB$/m);
    expect(shown).toMatch(/^Hit latency +p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms$/m);
    const metrics = await world.succeed(`${world.sccache} --show-stats --stats-format prometheus`);
    expect(metrics).toMatch(/^sccache_hit_seconds\{quantile="0\.95"\} 0?\.\d+$/m);
    expect(metrics).toContain(`sccache_project_requests_total{project="${world.path('one')}",became="hit"} 2\n`);
  });

  it('all of it outlives the daemon, however it ends', async () => {
    const before = await advanced();
    await world.stopDaemon();
    const ours = (text: string) => text.slice(text.indexOf('Compiling saved'));
    expect(ours(await advanced())).toBe(ours(before));
    expect(await session('night build/1')).toEqual({ requests: 2, hits: 1, misses: 1 });
    await compile('one/sub', 'x.c', 'night build/1');
    expect(await session('night build/1'), 'the old and the new').toEqual({ requests: 3, hits: 2, misses: 1 });
    await world.killDaemon();
    expect(await session('night build/1')).toEqual({ requests: 3, hits: 2, misses: 1 });
    expect(world.daemons()).toEqual([]);
  });

  it('the journal knows the session too', async () => {
    const explained = await world.run(`${world.sccache} --explain --session 'night build/1'`);
    expect(explained.stdout.toString()).toMatch(/: 0:|Latest build/);
    expect(explained.stdout.toString()).toContain(`3 compiles in ${world.path('one/sub')}\n`);
    expect(await world.succeed(`${world.sccache} --trace t.json --session other`)).toBe('1 request in t.json\n');
    const unknown = await world.run(`${world.sccache} --explain --session nobody`);
    expect({ code: unknown.code, stdout: unknown.stdout.toString() }).toEqual({
      code: 2,
      stdout: 'no request of session nobody is in the journal\n',
    });
  });

  it('zeroing leaves sessions, old ones go', async () => {
    await world.succeed(`${world.sccache} --zero-stats`);
    expect(await advanced()).not.toContain('Projects');
    expect((await session('other')).requests).toBe(1);
    const directory = join(world.cache, 'stats/sessions');
    const [first = ''] = readdirSync(directory);
    utimesSync(join(directory, first), 1, 1);
    await compile('two', 'y.c', 'a new one');
    expect((await session('a new one')).requests).toBe(1);
    expect(existsSync(join(directory, first))).toBe(false);
  });
});

it('where nothing may be written, sessions are counted as long as the daemon runs', async () => {
  await using world = new World({ env: { SCCACHE_LOCAL_RW_MODE: 'READ_ONLY', SCCACHE_SESSION: 's' } });
  world.write({ 'x.c': 'int x;\n' });
  await world.succeed(`${world.sccache} gcc -c x.c`);
  rmSync(world.path('x.o'));
  const shown = await world.succeed(`${world.sccache} --show-stats --session s`);
  expect(shown).toMatch(/^Compile requests +1$/m);
  expect(existsSync(join(world.cache, 'stats'))).toBe(false);
});
