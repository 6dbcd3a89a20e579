import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectObject, reference } from '../rig/objects.ts';
import { PuppetCompiler } from '../rig/puppet-compiler.ts';
import { World } from '../rig/world.ts';

const SOURCE = 'int f(void) { return 1; }\n';

/** Sources with objects of 100 KB and more in which nothing repeats, and what the bare compiler makes of them. */
async function largeSources(world: World, count: number, compiler = 'gcc'): Promise<ReadonlyMap<string, Buffer>> {
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  for (const name of names) {
    const source = `#include <stddef.h>\n__asm__(".data\\n.incbin \\"${name}.bin\\"");\nint ${name};\n`;
    world.write({ [`${name}.bin`]: randomBytes(100_000), [`${name}.c`]: source });
  }
  await world.succeed(`for n in ${names.join(' ')}; do ${compiler} -c $n.c -o $n.reference; done`);
  return new Map(names.map((name) => [name, readFileSync(world.path(`${name}.reference`))]));
}

/** Compiles each of them behind sccache, `rounds` times; says what any of the compilers or clients said. */
async function compileAll(world: World, names: Iterable<string>, rounds: number, compiler = 'gcc'): Promise<string> {
  const compile = `${world.sccache} ${compiler} -c $n.c -o $n.o || echo failed $n`;
  const loop = `for round in $(seq ${rounds}); do for n in ${[...names].join(' ')}; do ${compile}; done; done`;
  const { stdout, stderr } = await world.run(loop, { timeoutMs: 55_000 });
  return `${stdout}${stderr}`;
}

/** Mounts a tmpfs as the cache. Where that is not allowed the test has to fail: nothing else has a full disk. */
async function smallCache(world: World, options: string): Promise<AsyncDisposable> {
  mkdirSync(world.cache);
  await world.succeed(`mount -t tmpfs -o ${options} tmpfs ${world.cache}`);
  return {
    [Symbol.asyncDispose]: async () => {
      await world.killDaemon();
      await world.succeed(`umount -l ${world.cache}`);
    },
  };
}

describe('the cache directory is deleted', () => {
  it('while a compile runs: its object is right, and its result is kept in a new one', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    const bytes = await reference(world, 'a', SOURCE);
    await world.succeed(`${world.sccache} ${puppet.path} -c a.c -o warm.o`);
    world.write({ 'a.c': SOURCE.replace('1', '2') });
    puppet.hold();
    const compile = world.run(`${world.sccache} ${puppet.path} -c a.c`);
    await puppet.held();
    world.deleteCache();
    puppet.release();
    const { code, stdout, stderr } = await compile;
    expect([code, `${stdout}${stderr}`]).toEqual([0, '']);
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} ${puppet.path} -c a.c`);
    expectObject(world, 'a.o', bytes);
    expect(await world.outcomes(() => world.succeed(`${world.sccache} ${puppet.path} -c a.c`))).toBe('hit');
  });

  it.each(['gcc', 'clang'])('again and again while others compile with %s: all objects are right', async (compiler) => {
    await using world = new World();
    const objects = await largeSources(world, 6, compiler);
    let over = false;
    const deleting = (async () => {
      while (!over) await world.run(`sleep 0.05; rm -rf ${world.cache}`);
    })();
    const said = await compileAll(world, objects.keys(), 4, compiler);
    over = true;
    await deleting;
    expect(said).toBe('');
    for (const [name, bytes] of objects) expectObject(world, `${name}.o`, bytes);
    expect(world.daemons()).toHaveLength(1);
  });
});

describe('the cache has no space', () => {
  it('not for a single byte: everything compiles as without it', async () => {
    await using world = new World();
    const bytes = await reference(world, 'a', SOURCE);
    const headers = await reference(world, 'b', '#include <stdio.h>\nint g(void) { return puts(""); }\n');
    await using _cache = await smallCache(world, 'size=256k');
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await world.stats();
    await world.run(`cat /dev/zero > ${world.cache}/filler`);
    for (const [name, expected, options] of [
      ['a', bytes, '-DOTHER'],
      ['b', headers, ''],
      ['b', headers, '-MD'],
      ['b', headers, '-MMD -MF dependencies'],
    ] as const) {
      rmSync(world.path(`${name}.o`), { force: true });
      const { code, stdout, stderr } = await world.run(`${world.sccache} gcc ${options} -c ${name}.c`);
      expect([options, code, `${stdout}${stderr}`]).toEqual([options, 0, '']);
      expectObject(world, `${name}.o`, expected);
    }
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c a.c`))).toBe('hit');
  });

  it.each(['gcc', 'clang'])('for all of %s: the rest is compiled, and no half file is left', async (compiler) => {
    await using world = new World();
    const objects = await largeSources(world, 24, compiler);
    await using _cache = await smallCache(world, 'size=2m');
    expect(await compileAll(world, objects.keys(), 2, compiler)).toBe('');
    for (const [name, bytes] of objects) expectObject(world, `${name}.o`, bytes);
    expect((await world.stats()).stats.cache_write_errors).toBeGreaterThan(0);
    expect(readdirSync(join(world.cache, 'tmp'))).toEqual([]);
  });
});

describe('a caller in another mount namespace', () => {
  it('sees other files: its compiles are its own, and nothing of them is kept', async () => {
    await using world = new World();
    const allowed = await world.run('unshare -m true');
    if (allowed.code !== 0) throw new Error(`this test needs mount namespaces (unshare -m): ${allowed.stderr}`);
    world.write({ 'include/h.h': '#define V 1\n', 'a.c': '#include "include/h.h"\nint v = V;\n' });
    await world.succeed(`${world.sccache} gcc -c a.c && gcc -c a.c -o 1.ref && cmp a.o 1.ref`);
    world.write({
      'inside.sh': `mount -t tmpfs tmpfs include
        echo '#define V 2' > include/h.h
        ${world.sccache} gcc -c a.c -o 2.o
        gcc -c a.c -o 2.ref`,
    });
    const outcome = await world.outcomes(() => world.succeed('unshare -m sh -e inside.sh'));
    expect(outcome).toBe('cannot-cache: the caller sees other files (mount namespace)');
    await world.succeed('cmp 2.o 2.ref && ! cmp -s 1.ref 2.ref');
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c a.c && cmp a.o 1.ref`))).toBe('hit');
  });
});

describe('two daemons on one small cache', () => {
  it('that evict what the other gives out: all objects are right', async () => {
    await using world = new World({ env: { SCCACHE_CACHE_SIZE: '700000' } });
    const objects = await largeSources(world, 10);
    const other = { SCCACHE_SERVER_PORT: '5000' };
    await world.startDaemon();
    await world.startDaemon(other);
    expect(world.daemons()).toHaveLength(2);
    const names = [...objects.keys()];
    const compile = '$SCCACHE gcc -c $n.c -o $n$SUFFIX.o || echo failed $n';
    const loop = (order: readonly string[]) =>
      `for round in 1 2 3 4; do for n in ${order.join(' ')}; do ${compile}; done; done`;
    const common = { SCCACHE: world.sccache };
    const results = await Promise.all([
      world.run(loop(names), { env: { ...common, SUFFIX: '' }, timeoutMs: 55_000 }),
      world.run(loop(names.toReversed()), { env: { ...common, ...other, SUFFIX: '.2' }, timeoutMs: 55_000 }),
    ]);
    expect(results.map(({ stdout, stderr }) => `${stdout}${stderr}`)).toEqual(['', '']);
    for (const [name, bytes] of objects) {
      expectObject(world, `${name}.o`, bytes);
      expectObject(world, `${name}.2.o`, bytes);
    }
    // They count into one file: what each has counted is there when it has been asked.
    await world.stats();
    await world.stats(other);
    const statistics = [await world.stats(), await world.stats(other)];
    expect(statistics.map(({ stats }) => stats.cache_read_errors)).toEqual([0, 0]);
    expect(statistics.map(({ stats }) => stats.compile_requests)).toEqual([80, 80]);
    expect(existsSync(join(world.cache, 'v1/ac'))).toBe(true);
  });
});
