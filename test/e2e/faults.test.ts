import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { expectObject, reference } from '../rig/objects.ts';
import { isRunning, until } from '../rig/processes.ts';
import { PuppetCompiler } from '../rig/puppet-compiler.ts';
import { World } from '../rig/world.ts';

const SOURCE = 'int f(void) { return 1; }\n';

/** Compiles `a.c` behind sccache and compares the object with the bare compiler's. */
async function expectRightCompile(world: World, env: Record<string, string> = {}): Promise<void> {
  const bytes = await reference(world, 'a', SOURCE);
  rmSync(world.path('a.o'), { force: true });
  const { code, stdout, stderr } = await world.run(`${world.sccache} gcc -c a.c`, { env, timeoutMs: 20_000 });
  expect({ code, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({ code: 0, stdout: '', stderr: '' });
  expectObject(world, 'a.o', bytes);
}

describe('the daemon is killed', () => {
  it('before a compile: its socket is stale, another one is started', async () => {
    await using world = new World();
    await world.startDaemon();
    const first = world.daemon().pid;
    await world.killDaemon();
    expect(existsSync(world.socket)).toBe(true);
    await expectRightCompile(world);
    expect(world.daemon().pid).not.toBe(first);
    expect(await world.outcomes(() => expectRightCompile(world))).toBe('hit');
  });

  it('while the compiler runs: the compile is right and the next one is served', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    const bytes = await reference(world, 'a', SOURCE);
    puppet.hold();
    const compile = world.run(`${world.sccache} ${puppet.path} -c a.c`);
    await puppet.held();
    await world.killDaemon();
    puppet.release();
    expect((await compile).code).toBe(0);
    expectObject(world, 'a.o', bytes);
    expect(await world.outcomes(() => world.succeed(`${world.sccache} ${puppet.path} -c a.c`))).toMatch(/^(hit|miss)$/);
    expect(world.daemons()).toHaveLength(1);
  });

  it('right after a compile: what it was writing is whole or not there', async () => {
    await using world = new World();
    for (let round = 0; round < 8; round += 1) {
      const source = `char big${round}[200000] = {${round + 1}};\n`;
      const bytes = await reference(world, 'a', source);
      await world.succeed(`${world.sccache} gcc -c a.c`);
      await sleep(round);
      await world.killDaemon();
      rmSync(world.path('a.o'));
      await world.succeed(`${world.sccache} gcc -c a.c`);
      expectObject(world, 'a.o', bytes);
    }
  });

  it('at any moment of many compiles: all are right, none hangs', async () => {
    await using world = new World();
    const names = Array.from({ length: 24 }, (_, index) => `s${index}`);
    const bytes = new Map<string, Buffer>();
    for (const name of names) bytes.set(name, await reference(world, name, `int ${name}(void) { return 7; }\n`));
    let over = false;
    const killing = (async () => {
      for (let pause = 5; !over; pause = (pause * 7 + 3) % 97) {
        await sleep(pause);
        for (const { pid } of world.daemons()) process.kill(pid, 'SIGKILL');
      }
    })();
    const compileAll = `for n in ${names.join(' ')}; do ${world.sccache} gcc -c $n.c || echo failed $n; done`;
    const halves = await Promise.all([
      world.run(compileAll),
      world.run(compileAll.replaceAll('$n.c', '$n.c -o $n.2.o')),
    ]);
    over = true;
    await killing;
    expect(halves.map(({ stdout, stderr }) => `${stdout}${stderr}`)).toEqual(['', '']);
    for (const name of names) {
      expectObject(world, `${name}.o`, bytes.get(name) ?? Buffer.alloc(0));
      expectObject(world, `${name}.2.o`, bytes.get(name) ?? Buffer.alloc(0));
    }
  });
});

describe('the client is killed during a compile', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s: the compiler goes too, and it dies of it',
    async (signal) => {
      await using world = new World();
      const puppet = new PuppetCompiler(world);
      world.write({ 'a.c': SOURCE });
      await world.startDaemon();
      await world.succeed(`${world.sccache} ${puppet.path} -c a.c -o warm.o`);
      world.write({ 'a.c': `${SOURCE}int g;\n` });
      puppet.hold();
      const client = world.start(`exec ${world.sccache} ${puppet.path} -c a.c`);
      const compiler = await puppet.held();
      process.kill(client.pid, signal);
      expect((await client.ended).signal).toBe(signal);
      await until('the compiler has ended', () => !isRunning(compiler));
      puppet.release();
      expect(existsSync(world.path('a.o'))).toBe(false);
      expect(await world.outcomes(() => world.succeed(`${world.sccache} ${puppet.path} -c a.c`))).toBe('miss');
      expect(world.leftovers()).toEqual([]);
    },
  );

  it('by SIGKILL: the daemon goes on and forgets it', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    world.write({ 'a.c': SOURCE });
    await world.startDaemon();
    const { pid } = world.daemon();
    puppet.hold();
    const client = world.start(`exec ${world.sccache} ${puppet.path} -c a.c`);
    const compiler = await puppet.held();
    process.kill(client.pid, 'SIGKILL');
    process.kill(compiler, 'SIGKILL');
    await client.ended;
    puppet.release();
    expect(await world.outcomes(() => world.succeed(`${world.sccache} ${puppet.path} -c a.c`))).toBe('miss');
    expect(world.daemon().pid).toBe(pid);
    expect(world.leftovers()).toEqual([]);
  });

  it('a compile that waits for the killed one runs by itself', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    world.write({ 'a.c': SOURCE });
    puppet.hold();
    const first = world.start(`exec ${world.sccache} ${puppet.path} -c a.c -o one.o`);
    await puppet.held();
    const second = world.run(`${world.sccache} ${puppet.path} -c a.c -o two.o`);
    await sleep(100);
    process.kill(first.pid, 'SIGTERM');
    await first.ended;
    puppet.release();
    expect((await second).code).toBe(0);
    expect(existsSync(world.path('two.o'))).toBe(true);
  });
});

describe('the place of the socket', () => {
  it('a file that is no socket', async () => {
    await using world = new World();
    mkdirSync(join(world.runtime, 'sccache'), { mode: 0o700 });
    writeFileSync(world.socket, 'not a socket');
    await expectRightCompile(world);
  });

  it('a daemon that accepts and never answers', async () => {
    await using world = new World();
    mkdirSync(join(world.runtime, 'sccache'), { mode: 0o700 });
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(world.socket, () => resolve()));
    try {
      const bytes = await reference(world, 'a', SOURCE);
      await world.succeed(`${world.sccache} gcc -c a.c`, { timeoutMs: 55_000 });
      expectObject(world, 'a.o', bytes);
    } finally {
      server.close();
    }
  }, 60_000);

  it('a daemon that closes at once', async () => {
    await using world = new World();
    mkdirSync(join(world.runtime, 'sccache'), { mode: 0o700 });
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(world.socket, () => resolve()));
    try {
      await expectRightCompile(world);
    } finally {
      server.close();
    }
  });

  it.each([
    [
      'belongs to another user',
      (path: string) => {
        mkdirSync(path, { mode: 0o700 });
        chownSync(path, 12345, 12345);
      },
    ],
    [
      'is open to others',
      (path: string) => {
        mkdirSync(path);
        chmodSync(path, 0o777);
      },
    ],
    [
      'can be read by the group',
      (path: string) => {
        mkdirSync(path);
        chmodSync(path, 0o740);
      },
    ],
    [
      'is a link',
      (path: string) => {
        mkdirSync(`${path}.real`, { mode: 0o700 });
        symlinkSync(`${path}.real`, path);
      },
    ],
    ['is a file', (path: string) => writeFileSync(path, '')],
  ])('a directory that %s is refused, and the compile is bare', async (_, make) => {
    await using world = new World();
    make(join(world.runtime, 'sccache'));
    await expectRightCompile(world);
    expect(world.daemons()).toEqual([]);
    const started = await world.run(`${world.sccache} --start-server`);
    expect(started.code).not.toBe(0);
    expect(started.stderr.toString()).toContain(join(world.runtime, 'sccache'));
  });

  it('a path that is too long', async () => {
    await using world = new World();
    const env = { SCCACHE_SERVER_UDS: join(world.runtime, 'x'.repeat(120)) };
    await expectRightCompile(world, env);
    expect(world.daemons()).toEqual([]);
  });

  it('SCCACHE_SERVER_UDS in a directory that is missing', async () => {
    await using world = new World();
    await expectRightCompile(world, { SCCACHE_SERVER_UDS: join(world.runtime, 'none/s') });
  });

  it('a start lock that a dead client left', async () => {
    await using world = new World();
    mkdirSync(join(world.runtime, 'sccache'), { mode: 0o700 });
    const dead = await world.succeed('sh -c "echo \\$\\$"');
    writeFileSync(`${world.socket}.lock`, dead.trim());
    await expectRightCompile(world);
    expect(world.daemons()).toHaveLength(1);
  });

  it('a daemon that cannot start: the compile does not wait for long', async () => {
    await using world = new World();
    const started = performance.now();
    await expectRightCompile(world, { SCCACHE_DIRECT: 'nonsense' });
    expect(performance.now() - started).toBeLessThan(8000);
  });

  it('no node for the daemon', async () => {
    await using world = new World();
    await expectRightCompile(world, { SCCACHE_STARTUP_TIMEOUT_MS: '1' });
    await until('the slow daemon listens at last', async () => world.daemons().length === 1);
  });
});

/** Mounts a tmpfs. Where that is not allowed the test has to fail, not to be skipped: nothing else has a full disk. */
async function mounted(world: World, path: string, options: string): Promise<AsyncDisposable> {
  mkdirSync(path);
  await world.succeed(`mount -t tmpfs -o ${options} tmpfs ${path}`);
  return {
    [Symbol.asyncDispose]: async () => {
      await world.killDaemon();
      await world.succeed(`umount -l ${path}`);
    },
  };
}

describe('the cache directory', () => {
  it('is a file', async () => {
    await using world = new World();
    writeFileSync(world.cache, '');
    await expectRightCompile(world);
    await expectRightCompile(world);
  });

  it('is on a read-only file system', async () => {
    await using world = new World();
    await using _mount = await mounted(world, world.cache, 'ro');
    await expectRightCompile(world);
    await expectRightCompile(world);
  });

  it('turns read-only while the daemon runs', async () => {
    await using world = new World();
    await using _mount = await mounted(world, world.cache, 'size=8m');
    await expectRightCompile(world);
    await world.stats();
    await world.succeed(`mount -o remount,ro ${world.cache}`);
    expect(await world.outcomes(() => expectRightCompile(world))).toBe('hit');
    const bytes = await reference(world, 'b', 'int b;\n');
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c b.c`))).toMatch(
      /^(miss, write-error|cannot-cache: no temporary path.*)$/,
    );
    expectObject(world, 'b.o', bytes);
  });

  it('is on a full file system', async () => {
    await using world = new World();
    await using _mount = await mounted(world, world.cache, 'size=1m');
    await expectRightCompile(world);
    const bytes = await reference(world, 'big', 'char big[3000000] = {1};\n');
    for (let run = 0; run < 2; run += 1) {
      rmSync(world.path('big.o'), { force: true });
      await world.succeed(`${world.sccache} gcc -c big.c`);
      expectObject(world, 'big.o', bytes);
    }
    expect((await world.stats()).stats.cache_write_errors).toBeGreaterThan(0);
    expect(await world.outcomes(() => expectRightCompile(world))).toBe('hit');
    expect(readdirSync(world.temporary)).toEqual([]);
  });

  it('is deleted while the daemon runs', async () => {
    await using world = new World();
    await expectRightCompile(world);
    await world.stats();
    world.deleteCache();
    await expectRightCompile(world);
    await world.stats();
    expect(await world.outcomes(() => expectRightCompile(world))).toBe('hit');
  });

  it('is full of damaged files', async () => {
    await using world = new World();
    const bytes = await reference(world, 'a', `${SOURCE}char big[100000] = {1};\n`);
    const damages: ((path: string) => void)[] = [
      (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
      (path) => truncateSync(path, 0),
      (path) => {
        const content = readFileSync(path);
        const middle = content.length >> 1;
        content[middle] = (content[middle] ?? 0) ^ 0xff;
        writeFileSync(path, content);
      },
      (path) => writeFileSync(path, 'foreign'),
      (path) => rmSync(path),
    ];
    for (const damage of damages) {
      await world.succeed(`${world.sccache} gcc -c a.c`);
      await world.stopDaemon();
      for (const entry of readdirSync(world.cache, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) damage(join(entry.parentPath, entry.name));
      }
      rmSync(world.path('a.o'));
      await world.succeed(`${world.sccache} gcc -c a.c`);
      expectObject(world, 'a.o', bytes);
    }
  });
});

describe('many clients at once', () => {
  it('50 without a daemon start one, and all compile right', async () => {
    await using world = new World();
    const names = Array.from({ length: 50 }, (_, index) => `s${index}`);
    for (const name of names) world.write({ [`${name}.c`]: SOURCE });
    const results = await Promise.all(names.map((name) => world.run(`${world.sccache} gcc -c ${name}.c`)));
    expect(results.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(names.map(() => '0'));
    await world.succeed('for n in s*.c; do gcc -c $n -o ref && cmp ref $(basename $n .c).o || exit 1; done');
    expect(world.daemons()).toHaveLength(1);
    expect((await world.stats()).stats.compile_requests).toBe(50);
    expect(existsSync(`${world.socket}.lock`)).toBe(false);
    expect(world.leftovers()).toEqual([]);
  });
});
