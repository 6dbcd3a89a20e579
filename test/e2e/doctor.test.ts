import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIST } from '../rig/clients.ts';
import { type CommandOptions, World } from '../rig/world.ts';

describe('--doctor', () => {
  let world: World;
  beforeAll(() => {
    world = new World();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const path = `${DIST}:${process.env['PATH']}`;
  const examine = async (words = '', env: CommandOptions['env'] = {}) => {
    const { code, stdout, stderr } = await world.run(`${world.sccache} --doctor ${words}`, {
      env: { PATH: path, ...env },
    });
    expect(stderr.toString()).toBe('');
    const lines = stdout.toString().split('\n');
    /** The lines of one check, with the ways out below them. */
    const about = (what: string): string =>
      lines
        .filter(
          (line, at) =>
            line.slice(2).startsWith(`${what} `) || (/^ /.test(line) && lines[at - 1]?.slice(2).startsWith(`${what} `)),
        )
        .join('\n');
    return { code, about };
  };

  it('finds a sound installation sound', async () => {
    const { code, about } = await examine();
    expect(code).toBe(0);
    expect(about('version')).toMatch(/^✓ version +Node [\d.]+, sccache 0\.19\.0 /);
    expect(about('client')).toBe(`✓ client     native, ${join(DIST, 'sccache')}`);
    expect(about('PATH')).toBe(`✓ PATH       sccache is ${join(DIST, 'sccache')}`);
    expect(about('limits')).toMatch(/^✓ limits +(\d+|any number of) open files$/);
    expect(about('daemon')).toBe('• daemon     none runs: the next compile starts one');
    expect(about('cache')).toMatch(new RegExp(`^✓ cache +${world.cache}, .*with(out)? reflinks$`));
    expect(about('clock')).toMatch(/^✓ /);
    expect(world.daemons()).toEqual([]);
    expect(world.leftovers()).toEqual([]);
  });

  it('tries compilers out', async () => {
    const { code, about } = await examine('-- gcc clang');
    expect(code).toBe(0);
    expect(about('compiler')).toMatch(
      /^✓ compiler {3}\S+\/gcc is c \[gcc\]: a miss of [\d.]+ m?s, then a hit of [\d.]+ m?s\n✓ compiler {3}\S+\/clang is c \[clang\]: /,
    );
  });

  it('says of a compiler that cannot be cached why not', async () => {
    writeFileSync(world.path('strange'), '#!/bin/sh\ntouch doctor.o\n');
    chmodSync(world.path('strange'), 0o755);
    const { code, about } = await examine(`-- ${world.path('strange')} nowhere`);
    expect(code).toBe(1);
    expect(about('compiler')).toContain(
      'strange: unsupported-compiler, then unsupported-compiler; expected a miss, then a hit',
    );
    expect(about('compiler')).toContain('✗ compiler   nowhere fails: sccache: error: failed to execute compile');
  });

  it('notices that the daemon has other settings', async () => {
    await world.succeed(`${world.sccache} --zero-stats`); // starts one where there is none
    expect((await examine()).about('daemon')).toBe('✓ daemon     runs, with the settings of this shell');
    const { code, about } = await examine('', { SCCACHE_CACHE_SIZE: '5G' });
    expect(code).toBe(1);
    expect(about('daemon')).toBe(
      '✗ daemon     runs with other settings than this shell: SCCACHE_CACHE_SIZE is 5G here, 10G in the daemon\n' +
        '             sccache --stop-server  # the next compile starts one with these settings',
    );
    const shown = await world.succeed(`${world.sccache} --show-stats`, { env: { SCCACHE_CACHE_SIZE: '5G' } });
    expect(shown).toMatch(/^Warning +SCCACHE_CACHE_SIZE is 5G here, 10G in the daemon: sccache --stop-server$/m);
    expect(await world.succeed(`${world.sccache} --show-stats`)).not.toContain('Warning');
    await world.stopDaemon();
  });

  it.each([
    ['a number that is none', { SCCACHE_CACHE_SIZE: 'big' }, 'setting', /^✗ setting {4}SCCACHE_CACHE_SIZE is 'big'/],
    ['a switch that was forgotten', { SCCACHE_RECACHE: '1' }, 'setting', /\n {13}unset SCCACHE_RECACHE$/],
    [
      'a variable that nobody reads',
      { SCCACHE_BUCKET: 'b' },
      'setting',
      /^• setting {4}SCCACHE_BUCKET has no effect: /,
    ],
    [
      'a variable that there is none of',
      { SCCACHE_RECAHCE: '1' },
      'setting',
      /^✗ setting {4}there is no variable SCCACHE_RECAHCE; is SCCACHE_RECACHE meant\?$/,
    ],
    ['a switch that is none', { SCCACHE_DIRECT: 'maybe' }, 'settings', /^✗ settings {3}SCCACHE_DIRECT must be /],
    [
      'a cache that cannot be',
      { SCCACHE_DIR: '/proc/nowhere' },
      'cache',
      /^✗ cache {6}cannot be written: ENOENT[^\n]*\n {13}set SCCACHE_DIR /,
    ],
    [
      'a cache that is read only',
      { SCCACHE_LOCAL_RW_MODE: 'READ_ONLY' },
      'cache',
      /, read-only \(SCCACHE_LOCAL_RW_MODE\)$/,
    ],
    ['a PATH without it', { PATH: '/usr/bin:/bin' }, 'PATH', /^• PATH .*\n {13}export PATH=/],
  ])('names %s', async (_what, env, check, expected) => {
    const { code, about } = await examine('', env);
    expect(about(check)).toMatch(expected);
    expect(code).toBe(about(check).includes('✗') ? 1 : 0);
  });

  it('names limits that are too low', async () => {
    const { code, stdout } = await world.run(`ulimit -n 200; ${world.sccache} --doctor`, { env: { PATH: path } });
    expect(code).toBe(1);
    expect(stdout.toString()).toMatch(
      /^✗ limits {5}only 200 open files: .*\n {13}ulimit -n 1024, and sccache --stop-server$/m,
    );
  });

  it('refuses a directory that others can write to', async () => {
    chmodSync(join(world.runtime, 'sccache'), 0o777);
    const { code, about } = await examine();
    expect(code).toBe(1);
    expect(about('socket')).toMatch(
      /^✗ socket .* is not a directory of this user that is closed to others: every compile runs without/,
    );
  });
});
