import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** Listens and says so as the real one does; ends when it is told to, and by itself if a test forgets it. */
const PUPPET_DAEMON = `
const { writeSync } = require('node:fs');
const server = require('node:net').createServer((socket) => socket.on('data', (data) => {
  if (String(data) === 'end') server.close();
  socket.destroy();
}));
process.on('SIGTERM', () => process.exit(7));
setTimeout(() => process.exit(1), 20_000).unref();
server.listen(process.argv[2], () => { try { writeSync(3, 'L'); } catch { console.log('foreground'); } });
`;

const FAILING_DAEMON = `require('node:fs').writeSync(3, 'Ethe cache is on fire');`;

let program: string;
let directory: string;
let world: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sccache-cli-'));
  program = join(directory, 'cli.cjs');
  const bundle = await rolldown({ input: 'src/cli/main.ts', platform: 'node' });
  await bundle.write({ format: 'cjs', file: program, codeSplitting: false });
  await bundle.close();
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(() => {
  writeFileSync(join(directory, 'daemon.cjs'), PUPPET_DAEMON);
  world = mkdtempSync(join(directory, 'world-'));
});

const socketOf = (): string => join(world, 's.sock');

function environment(more: Record<string, string>): Record<string, string> {
  const own = { HOME: world, SCCACHE_SERVER_UDS: socketOf(), SCCACHE_DIR: join(world, 'cache') };
  return { PATH: process.env['PATH'] ?? '', ...own, ...more };
}

function run(words: readonly string[], more: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    env: environment(more),
    encoding: 'utf8',
    timeout: 15_000,
  });
  return { status, stdout, stderr };
}

/** Ends the puppet and waits until it no longer listens. */
async function endDaemon(): Promise<void> {
  const { connect } = await import('node:net');
  const socket = connect(socketOf());
  socket.write('end');
  socket.on('error', () => undefined);
  await once(socket, 'close');
}

describe('without a daemon', () => {
  it('statistics are zero, nothing is started, and nothing is created', () => {
    const { status, stdout, stderr } = run(['--show-stats']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Compile requests {22}0\n/);
    expect(stdout).toContain(`Cache location                  Local disk: "${join(world, 'cache')}"\n`);
    expect(stdout).toMatch(/\nMax cache size {23}10 GiB\n$/);
    expect(stdout).not.toMatch(/^Cache size/m);
    expect(readdirSync(world)).toEqual([]);
  });

  it('statistics as JSON end without a newline and with no mode', () => {
    const { stdout } = run(['-s', '--stats-format=json']);
    expect(stdout).toMatch(/^\{"stats":\{"compile_requests":0,.*"effective_cache_mode":null\}$/);
  });

  it('wrong settings are told below', () => {
    const { status, stdout } = run(['-s'], { SCCACHE_CACHE_SIZE: 'big' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nWarning {25}SCCACHE_CACHE_SIZE is 'big', not .*\n$/);
  });

  it('stopping is an error in the words of sccache', () => {
    expect(run(['--stop-server'])).toEqual({
      status: 2,
      stdout: 'Stopping sccache server...\n',
      stderr:
        "sccache: error: couldn't connect to server\nsccache: caused by: No such file or directory (os error 2)\n",
    });
  });

  it.each([['--show-stats'], ['--stop-server'], ['--start-server'], ['--zero-stats']])(
    '%s refuses a bad switch',
    (word) => {
      expect(run([word], { SCCACHE_DIRECT: 'maybe' })).toEqual({
        status: 2,
        stdout: '',
        stderr: "sccache: error: SCCACHE_DIRECT must be 'true', 'on', '1', 'false', 'off' or '0'.\n",
      });
      expect(existsSync(socketOf())).toBe(false);
    },
  );
});

describe('starting a daemon', () => {
  it('tells where it listens, and refuses a second one', async () => {
    expect(run(['--start-server'])).toEqual({
      status: 0,
      stdout: `sccache: Starting the server...\nsccache: Listening on address ${socketOf()}\n`,
      stderr: '',
    });
    const refused = {
      status: 2,
      stdout: 'sccache: Starting the server...\n',
      stderr: 'sccache: error: Server startup failed: Address in use\n',
    };
    expect(run(['--start-server'])).toEqual(refused);
    expect(run(['--start-server'], { SCCACHE_NO_DAEMON: '1' })).toEqual(refused);
    await endDaemon();
  });

  it('says why there is none', () => {
    writeFileSync(join(directory, 'daemon.cjs'), FAILING_DAEMON);
    const { status, stderr } = run(['--start-server']);
    expect(status).toBe(2);
    expect(stderr).toBe('sccache: error: Server startup failed: the cache is on fire\n');
  });

  it('is what zeroing does where there is none', async () => {
    expect(run(['--zero-stats'])).toEqual({ status: 0, stdout: '', stderr: 'Statistics zeroed.\n' });
    expect(existsSync(socketOf())).toBe(true);
    await endDaemon();
  });

  it('in the foreground passes signals on and ends as the daemon does', async () => {
    const started: ChildProcess = spawn(process.execPath, [program, '--start-server'], {
      env: environment({ SCCACHE_NO_DAEMON: '1' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const chunk of started.stdout ?? []) {
      output += String(chunk);
      if (output.includes('foreground')) break;
    }
    expect(existsSync(socketOf())).toBe(true);
    started.kill('SIGTERM');
    const [code] = await once(started, 'exit');
    expect(code).toBe(7);
  });
});

describe('a daemon that did not answer the client', () => {
  it('is not passed off as none', async () => {
    run(['--start-server']);
    const cause = 'sccache: caused by: Failed to send data to or receive data from server\n';
    const error = `sccache: error: failed to get stats from server\n${cause}`;
    expect(run(['-s'])).toEqual({ status: 2, stdout: '', stderr: error });
    expect(run(['--stop-server']).stderr).toBe(`sccache: error: failed to stop server\n${cause}`);
    await endDaemon();
  });

  it('but left its socket behind is refused by the system', () => {
    // A socket that nobody listens on is what a daemon leaves that was killed.
    mkdirSync(world, { recursive: true });
    const bind =
      "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    spawnSync(process.execPath, ['-e', bind, socketOf()]);
    expect(run(['--stop-server']).stderr).toBe(
      "sccache: error: couldn't connect to server\nsccache: caused by: Connection refused (os error 111)\n",
    );
  });
});
