import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FrameSplitter } from '../../src/protocol/frame.ts';
import { encodeClientMessage, PROTOCOL_VERSION } from '../../src/protocol/messages.ts';
import { decodeDaemonFrame } from '../../src/protocol/steps.ts';
import { DIST } from '../rig/clients.ts';
import { expectObject, reference } from '../rig/objects.ts';
import { isRunning, sessionOf, until } from '../rig/processes.ts';
import { PuppetCompiler } from '../rig/puppet-compiler.ts';
import { World } from '../rig/world.ts';

const SOURCE = 'int f(void) { return 1; }\n';

/** Sends bytes to the daemon and resolves with what came back when the connection has closed. */
function exchange(path: string, ...pieces: Buffer[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(path, () => {
      for (const piece of pieces) socket.write(piece);
    });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.setTimeout(10_000, () => reject(new Error('the daemon keeps the connection open')));
  });
}

function savedRequests(world: World): unknown {
  return JSON.parse(readFileSync(join(world.cache, 'stats/counters.json'), 'utf8')).counters.compileRequests;
}

describe('the life of a daemon', () => {
  it('is started by the first compile, and by no question', async () => {
    await using world = new World();
    await world.stats();
    expect(world.daemons()).toEqual([]);
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`);
    expect(world.daemons()).toHaveLength(1);
  });

  it('is there for all of the clients that come first, before its directory is', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE });
    const [rounds, clients] = [6, 8];
    const all = Array.from({ length: clients }, (_, client) => `${world.sccache} gcc -c a.c -o ${client}.o &`);
    for (let round = 1; round <= rounds; round++) {
      await world.succeed(`${all.join(' ')} wait`);
      expect((await world.runningStats()).stats.compile_requests).toBe(round * clients);
      await world.succeed(`${world.sccache} --stop-server`);
      rmSync(dirname(world.socket), { recursive: true });
    }
  });

  it('ends by itself when it is idle', async () => {
    await using world = new World({ env: { SCCACHE_IDLE_TIMEOUT: '0.5' } });
    await world.startDaemon();
    const { pid } = world.daemon();
    await until('it has ended', () => !isRunning(pid));
    expect(existsSync(world.socket)).toBe(false);
  });

  it('does not end while a compile runs', async () => {
    await using world = new World({ env: { SCCACHE_IDLE_TIMEOUT: '0.3' } });
    const puppet = new PuppetCompiler(world);
    const bytes = await reference(world, 'a', SOURCE);
    puppet.hold();
    const compile = world.run(`${world.sccache} ${puppet.path} -c a.c`);
    await puppet.held();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    puppet.release();
    expect((await compile).code).toBe(0);
    expectObject(world, 'a.o', bytes);
    expect(puppet.compiles()).toHaveLength(1);
  });

  it.each(['--stop-server', 'SIGTERM', 'SIGINT'] as const)(
    '%s lets running compiles end and keeps their results',
    async (how) => {
      await using world = new World();
      const puppet = new PuppetCompiler(world);
      const bytes = await reference(world, 'a', SOURCE);
      puppet.hold();
      const compile = world.run(`${world.sccache} ${puppet.path} -c a.c`);
      await puppet.held();
      const { pid } = world.daemon();
      const stopped = how === '--stop-server' ? world.succeed(`${world.sccache} --stop-server`) : undefined;
      if (how !== '--stop-server') process.kill(pid, how);
      await until('it takes nobody more', () => !existsSync(world.socket));
      expect(isRunning(pid)).toBe(true);
      puppet.release();
      expect((await compile).code).toBe(0);
      await stopped;
      expectObject(world, 'a.o', bytes);
      await until('it has ended', () => !isRunning(pid));
      expect(puppet.compiles()).toHaveLength(1);
      expect(await world.outcomes(() => world.succeed(`${world.sccache} ${puppet.path} -c a.c`))).toBe('hit');
      expect(world.leftovers()).toEqual([]);
    },
  );

  it('--stop-server without a daemon says so', async () => {
    await using world = new World();
    const { code, stderr } = await world.run(`${world.sccache} --stop-server`);
    expect(code).not.toBe(0);
    expect(stderr.toString()).not.toBe('');
    expect(world.daemons()).toEqual([]);
  });

  it('--start-server twice', async () => {
    await using world = new World();
    await world.startDaemon();
    const { pid } = world.daemon();
    await world.run(`${world.sccache} --start-server`);
    expect(world.daemon().pid).toBe(pid);
  });

  const refused = [{ ok: true, value: { type: 'refused', reason: 'version' } }];
  const answerTo = async (path: string, ...messages: Buffer[]) => {
    const answer = new FrameSplitter().push(await exchange(path, ...messages));
    return answer.ok ? answer.value.map((frame) => decodeDaemonFrame(frame)) : [];
  };

  it('gives way to a client of another protocol, whatever else that says', async () => {
    await using world = new World();
    await world.startDaemon();
    const { pid } = world.daemon();
    const hello = encodeClientMessage({ type: 'hello', version: PROTOCOL_VERSION + 1, buildId: 'another' });
    expect(await answerTo(world.socket, Buffer.concat([hello, Buffer.from([1, 0, 0, 0, 0x77])]))).toEqual(refused);
    await until('it has ended', () => !isRunning(pid));
  });

  it.each(['', '.1'])('gives way to a compile of another build at socket %j', async (suffix) => {
    await using world = new World({ env: { SCCACHE_WORKERS: '2' } });
    await world.startDaemon();
    const { pid } = world.daemon();
    const hello = encodeClientMessage({ type: 'hello', version: PROTOCOL_VERSION, buildId: 'another' });
    const compile = encodeClientMessage({
      type: 'compile',
      pid: 1,
      umask: 0o22,
      terminals: { stdin: false, stdout: false, stderr: false },
      columns: 0,
      mountNamespace: 0,
      cwd: '/',
      program: '/usr/bin/gcc',
      argv: ['gcc', '-c', 'a.c'],
      env: [],
    });
    expect(await answerTo(world.socket + suffix, Buffer.concat([hello, compile]))).toEqual(refused);
    await until('the old one has ended', () => !isRunning(pid));
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`);
    expect(world.daemon().pid).not.toBe(pid);
  });

  it('answers what another build asks of its statistics, and stops when that says so', async () => {
    await using world = new World();
    const other = join(world.directory, 'other-build');
    cpSync(DIST, join(other, 'dist'), { recursive: true });
    cpSync(join(dirname(DIST), 'bin'), join(other, 'bin'), { recursive: true });
    writeFileSync(join(other, 'dist/build-id'), 'another');
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`);
    const { pid } = world.daemon();
    const ask = (option: string) => world.succeed(`node ${other}/bin/sccache.js ${option}`);
    expect(JSON.parse(await ask('--show-stats --stats-format json'))).toMatchObject({ stats: { compile_requests: 1 } });
    await ask('--zero-stats');
    expect((await world.stats()).stats.compile_requests).toBe(0);
    expect(world.daemon().pid).toBe(pid);
    await ask('--stop-server');
    await until('it has ended', () => !isRunning(pid));
  });

  it('SCCACHE_NO_DAEMON stays in the foreground', async () => {
    await using world = new World();
    const server = world.start(`exec ${world.sccache} --start-server`, { env: { SCCACHE_NO_DAEMON: '1' } });
    await until('it listens', () => existsSync(world.socket));
    expect(isRunning(server.pid)).toBe(true);
    world.write({ 'a.c': SOURCE });
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c a.c`))).toBe('miss');
    await world.succeed(`${world.sccache} --stop-server`);
    expect((await server.ended).code).toBe(0);
  });

  it('reads a configuration file, named from where its first client was', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE, 'conf/my.toml': `[cache.disk]\ndir = "${world.directory}/other"\nsize = "3g"\n` });
    const env = { SCCACHE_CONF: 'conf/my.toml', SCCACHE_DIR: undefined };
    await world.succeed(`${world.sccache} gcc -c a.c`, { env });
    await world.succeed(`${world.sccache} gcc -c a.c`, { env });
    const stats = await world.stats(env);
    expect(stats.stats.cache_hits.counts).toEqual({ 'C/C++': 1 });
    expect(await world.succeed(`${world.sccache} --show-stats`, { env })).toMatch(/^Max cache size +3 GiB$/m);
    expect(existsSync(join(world.directory, 'other/v1/ac'))).toBe(true);
  });

  it('does not start with a configuration file that is wrong, and compiles go on', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE, 'my.toml': '[cache.disc]\n' });
    const env = { SCCACHE_CONF: join(world.project, 'my.toml') };
    const started = await world.run(`${world.sccache} --start-server`, { env });
    expect(started.code).toBe(2);
    expect(started.stderr.toString()).toContain("my.toml:1: 'cache.disc': there is no such key");
    await world.succeed(`${world.sccache} gcc -c a.c && test -s a.o`, { env });
    expect(world.daemons()).toEqual([]);
  });

  it('SCCACHE_SERVER_PORT keeps daemons apart', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await world.succeed(`${world.sccache} gcc -c a.c`, { env: { SCCACHE_SERVER_PORT: '5000' } });
    expect(world.daemons()).toHaveLength(2);
    // Both use one cache directory, and count for it: what a daemon is asked for it has saved.
    await world.stats();
    await world.stats({ SCCACHE_SERVER_PORT: '5000' });
    for (const port of [undefined, '5000']) {
      const { stats } = await world.stats({ SCCACHE_SERVER_PORT: port });
      expect({ port, requests: stats.compile_requests }).toEqual({ port, requests: 2 });
      expect(stats.cache_hits.counts).toEqual({ 'C/C++': 1 });
    }
  });

  it('leaves its statistics to the next one, until they are zeroed', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await world.stopDaemon();
    expect((await world.stats()).stats.compile_requests).toBe(1);
    expect(world.daemons()).toEqual([]);
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await until('its counters are saved', () => savedRequests(world) === 2);
    await world.killDaemon();
    expect((await world.stats()).stats.cache_hits.counts).toEqual({ 'C/C++': 1 });
    await world.succeed(`${world.sccache} --zero-stats`);
    await world.killDaemon();
    expect((await world.stats()).stats.compile_requests).toBe(0);
  });

  it('--zero-stats', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`);
    expect((await world.stats()).stats.compile_requests).toBe(1);
    await world.succeed(`${world.sccache} --zero-stats`);
    expect((await world.stats()).stats.compile_requests).toBe(0);
  });
});

describe('the daemon as a process', () => {
  it('has a session of its own, the root as its directory, and nothing of its first client open', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE, inherited: 'x' });
    const shell = await world.succeed(`echo $$; exec 7< inherited 8> written; ${world.sccache} gcc -c a.c`);
    const { pid, session } = world.daemon();
    // The shell leads the session that it is in.
    expect(session).not.toBe(Number(shell));
    expect(session).not.toBe(sessionOf(process.pid));
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    expect(open.filter((path) => path.startsWith(world.project) || path.startsWith('/dev/pts'))).toEqual([]);
    expect(readlinkSync(`/proc/${pid}/fd/0`)).toBe('/dev/null');
    expect(readlinkSync(`/proc/${pid}/fd/1`)).toBe('/dev/null');
  });

  it('does not keep a pipe of its first client open', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE });
    // cat ends when everybody who has the pipe has closed it.
    await world.succeed(`{ ${world.sccache} gcc -c a.c; } 2>&1 | cat`, { timeoutMs: 15_000 });
    expect(world.daemons()).toHaveLength(1);
  });

  it('survives the temporary directory of the client that started it', async () => {
    await using world = new World();
    const sandbox = join(world.directory, 'sandbox');
    mkdirSync(sandbox);
    world.write({ 'a.c': SOURCE, 'b.c': `${SOURCE}int b;\n` });
    await world.succeed(`${world.sccache} gcc -c a.c`, { env: { TMPDIR: sandbox } });
    rmSync(sandbox, { recursive: true });
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c b.c`))).toBe('miss');
    expect(await world.outcomes(() => world.succeed(`${world.sccache} gcc -c b.c`))).toBe('hit');
  });

  it('compiles with the environment of each client, not that of the first', async () => {
    await using world = new World();
    world.write({ 'a.c': '#include <h.h>\nint v = V;\n', 'one/h.h': '#define V 1\n', 'two/h.h': '#define V 2\n' });
    await world.succeed(`${world.sccache} gcc -c a.c -o 1.o`, { env: { CPATH: 'one' } });
    await world.succeed(`${world.sccache} gcc -c a.c -o 2.o`, { env: { CPATH: 'two' } });
    await world.succeed(
      'CPATH=one gcc -c a.c -o 1.ref && CPATH=two gcc -c a.c -o 2.ref && cmp 1.o 1.ref && cmp 2.o 2.ref',
    );
  });

  it('writes a log when asked', async () => {
    await using world = new World({ env: { SCCACHE_LOG: 'debug' } });
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await world.stopDaemon();
    const log = readFileSync(world.log, 'utf8');
    expect(log).toContain('listening on');
    expect(log).toContain('miss');
  });

  it('writes none when not asked', async () => {
    await using world = new World();
    world.write({ 'a.c': SOURCE });
    await world.succeed(`${world.sccache} gcc -c a.c`, { env: { SCCACHE_ERROR_LOG: undefined } });
    await world.stats();
    expect(existsSync(world.log)).toBe(false);
  });
});

describe('what comes over the socket', () => {
  it.each([
    ['a frame that is too long', Buffer.from([0xff, 0xff, 0xff, 0xff, 1])],
    ['an empty frame', Buffer.from([0, 0, 0, 0])],
    ['a type that nobody knows', Buffer.from([1, 0, 0, 0, 0x77])],
    ['a request before hello', encodeClientMessage({ type: 'failed', index: 0, errno: 2 })],
    ['a hello that is cut off inside', Buffer.from([6, 0, 0, 0, 1, 0x53, 0x43, 0x54, 0x53, 1])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ])('%s ends that connection only', async (_, bytes) => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    world.write({ 'a.c': SOURCE });
    puppet.hold();
    const compile = world.run(`${world.sccache} ${puppet.path} -c a.c`);
    await puppet.held();
    const { pid } = world.daemon();
    expect((await exchange(world.socket, bytes)).length).toBe(0);
    puppet.release();
    expect((await compile).code).toBe(0);
    expect(world.daemon().pid).toBe(pid);
    expect((await world.stats()).stats.cache_misses.counts).toEqual({ 'C/C++': 1 });
  });
});

describe('two compile workers', () => {
  it('share the cache and add up their counts', async () => {
    await using world = new World({ env: { SCCACHE_WORKERS: '2' } });
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    for (const name of names) world.write({ [`${name}.c`]: `int ${name};\n` });
    const all = () => Promise.all(names.map((name) => world.succeed(`${world.sccache} gcc -c ${name}.c`)));
    await all();
    expect(readlinkSync(`${world.socket}.workers`)).toBe('2');
    expect((await world.stats()).stats.cache_misses.counts).toEqual({ 'C/C++': 12 });
    await all();
    const { stats } = await world.stats();
    expect(stats.cache_hits.counts).toEqual({ 'C/C++': 12 });
    expect(stats.compile_requests).toBe(24);
    // A question reaches the daemon from wherever it is asked.
    for (const name of names) mkdirSync(world.path(`d-${name}`));
    await world.succeed(`for d in d-*; do (cd $d && ${world.sccache} --show-stats > /dev/null) || exit 1; done`);
    await world.succeed('for n in s*.c; do gcc -c $n -o ref && cmp ref $(basename $n .c).o || exit 1; done');
    await world.stopDaemon();
    expect(readdirSync(join(world.runtime, 'sccache')).filter((name) => name !== 'tmp')).toEqual([]);
  });
});
