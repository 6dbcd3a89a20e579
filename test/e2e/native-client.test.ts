import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeRefused, encodeSteps, type PlacedFile, type RunStep, type Step } from '../../src/protocol/steps.ts';
import {
  type Claim,
  claimList,
  claimMissing,
  claimNothing,
  claimRealPath,
  claimSameDirectory,
  claimUnchanged,
  claimWithoutNames,
} from '../../src/system/claims.ts';
import { type DirectoryIdentity, RealSourceFiles } from '../../src/system/source-files.ts';
import { type Ended, FakeDaemon, Running, type Talk } from './native-client-rig.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUILD = mkdtempSync(join(tmpdir(), 'sccache-client-build-'));

/** The native client with its sanitizers, and the one in TypeScript as it is installed. */
const CLIENTS = {
  native: join(BUILD, 'native/sccache'),
  typescript: join(BUILD, 'typescript/sccache'),
};

beforeAll(async () => {
  mkdirSync(join(BUILD, 'native'));
  mkdirSync(join(BUILD, 'typescript'));
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build-client.mjs'), '--sanitize', CLIENTS.native], {
    encoding: 'utf8',
  });
  expect(built.stderr).toBe('');
  const bundle = await rolldown({ input: join(ROOT, 'src/client/main.ts'), cwd: ROOT, platform: 'node' });
  const { output } = await bundle.generate({ format: 'cjs', codeSplitting: false });
  writeFileSync(join(BUILD, 'typescript/client.cjs'), output[0].code);
  writeFileSync(join(BUILD, 'typescript/build-id'), 'a-build');
  writeFileSync(join(BUILD, 'typescript/package.json'), '{"type":"module"}');
  writeFileSync(CLIENTS.typescript, "#!/usr/bin/env node\nimport('./client.cjs');\n", { mode: 0o755 });
  for (const client of Object.values(CLIENTS)) writeFileSync(join(client, '../cli.cjs'), CLI);
}, 60_000);

afterAll(() => rmSync(BUILD, { recursive: true }));

/** A command-line program that tells it was called. */
const CLI = `console.log('cli ' + JSON.stringify(process.argv.slice(2)));`;

/** A daemon's bundle that notes its start, and answers every request with what ANSWER holds. */
const DAEMON = `
const fs = require('node:fs');
fs.appendFileSync(process.env.STARTS, process.pid + ' ' + process.cwd() + '\\n');
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.write(Buffer.from(process.env.ANSWER, 'hex')));
});
server.listen(process.argv[2], () => fs.writeSync(3, 'L'));
setTimeout(() => process.exit(), 5000);
`;

describe.each(['native', 'typescript'] as const)('%s client', (kind) => {
  const client = CLIENTS[kind];
  let directory: string;
  let socketPath: string;
  let daemon: FakeDaemon | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sccache-client-'));
    socketPath = join(directory, 's');
  });

  afterEach(async () => {
    await daemon?.close();
    daemon = undefined;
    rmSync(directory, { recursive: true });
  });

  function path(name: string): string {
    return join(directory, name);
  }

  function environment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    return { PATH, SCCACHE_SERVER_UDS: socketPath, SCCACHE_STARTUP_TIMEOUT_MS: '3000', ...changes };
  }

  function start(argv: readonly string[], changes: NodeJS.ProcessEnv = {}, program = client): Running {
    return new Running(program, argv, { cwd: directory, env: environment(changes) });
  }

  /** Runs `sccache ARGV`; a sanitizer's report is an error whatever the test looks at. */
  async function run(argv: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const ended = await start(argv, changes).ended;
    expect(ended.stderr).not.toMatch(/Sanitizer|runtime error/);
    return ended;
  }

  async function serve(script: (talk: Talk) => Promise<void>): Promise<void> {
    daemon = await FakeDaemon.listen(socketPath, script);
  }

  /** Serves these steps to one request. */
  async function answer(...steps: Step[]): Promise<void> {
    await serve(async (talk) => {
      await talk.expect('hello');
      await talk.next();
      talk.steps(...steps);
    });
  }

  function runStep(script: string, more: Partial<RunStep> = {}): RunStep {
    const argv = ['sh', '-c', script];
    return {
      step: 'run',
      stdout: 'capture',
      stderr: 'capture',
      program: '/bin/sh',
      argv,
      set: [],
      unset: [],
      stdin: '',
      ...more,
    };
  }

  const leave = (value: number): Step => ({ step: 'exit', kind: 'code', value });
  const print = (stdout: string, stderr = ''): Step => ({
    step: 'print',
    stdout: Buffer.from(stdout),
    stderr: Buffer.from(stderr),
  });
  const inline = (name: string, text: string, method: PlacedFile['method'] = 'truncate', mode = 0o666): PlacedFile => ({
    path: name,
    mode,
    method,
    source: { kind: 'inline', bytes: Buffer.from(text) },
  });
  const place = (...files: PlacedFile[]): Step => ({ step: 'place', files });

  describe('the request', () => {
    test('says what was called, from where, and with what', async () => {
      const seen: unknown[] = [];
      await serve(async (talk) => {
        const { buildId, version } = await talk.expect('hello');
        const { env, ...request } = await talk.expect('compile');
        seen.push(version, buildId.endsWith('+ts'), request, env.includes('ODD=a=b'));
        talk.steps(leave(0));
      });
      const running = start(['--', 'gcc', '-c', 'x y.c', ''], { ODD: 'a=b' });
      expect((await running.ended).code).toBe(0);
      const gcc = spawnSync('sh', ['-c', 'command -v gcc'], { encoding: 'utf8' }).stdout.trim();
      expect(seen).toEqual([
        6,
        kind === 'typescript',
        {
          type: 'compile',
          pid: running.process.pid,
          umask: process.umask(),
          terminals: { stdin: false, stdout: false, stderr: false },
          columns: 0,
          mountNamespace: statSync('/proc/self/ns/mnt').ino,
          cwd: directory,
          program: gcc,
          argv: ['gcc', '-c', 'x y.c', ''],
        },
        true,
      ]);
    });

    test('holds a large environment, and needs nobody to print to', async () => {
      const seen: unknown[] = [];
      await serve(async (talk) => {
        await talk.expect('hello');
        const { env } = await talk.expect('compile');
        seen.push(env.filter((entry) => entry.startsWith('LARGE')).map((entry) => entry.length));
        talk.steps(print('to nobody', 'x'), place(inline('o', 'object')), leave(6));
      });
      const large = Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [`LARGE${index}`, 'x'.repeat(100_000)]),
      );
      const closed = new Running('sh', ['-c', 'exec "$1" cc </dev/null >/dev/null 2>/dev/null', 'sh', client], {
        cwd: directory,
        env: environment(large),
      });
      expect((await closed.ended).code).toBe(6);
      expect(seen).toEqual([Array.from({ length: 10 }, () => 100_007)]);
      expect(readFileSync(path('o'), 'utf8')).toBe('object');
    });

    test('goes to the worker that the hash of directory and arguments selects', async () => {
      symlinkSync('3', `${socketPath}.workers`);
      const reached = new Set<string>();
      const workers = await Promise.all(
        ['', '.1', '.2'].map((suffix) =>
          FakeDaemon.listen(socketPath + suffix, async (talk) => {
            await talk.expect('hello');
            const { argv } = await talk.expect('compile');
            reached.add(`${suffix} ${argv[1]}`);
            talk.steps(leave(0));
          }),
        ),
      );
      const words = Array.from({ length: 12 }, (_, index) => `${index}.c`);
      for (const word of [...words, ...words.slice(0, 4)]) await run(['/bin/echo', word]);
      for (const worker of workers) await worker.close();
      expect(reached.size).toBe(words.length); // equal requests meet
      expect(new Set([...reached].map((line) => line.split(' ')[0])).size).toBeGreaterThan(1);
    });

    test('a compiler that is nowhere is an error, without a daemon', async () => {
      expect(await run(['no-such-compiler', '-c'])).toEqual({
        code: 2,
        signal: null,
        stdout: '',
        stderr:
          'sccache: error: failed to execute compile\nsccache: caused by: cannot find binary path: no-such-compiler\n',
      });
    });

    test('control options go to the daemon that runs, else to the command-line program', async () => {
      expect((await run(['--show-stats', 'x'])).stdout).toBe('cli ["--show-stats","x"]\n');
      expect(existsSync(`${socketPath}.lock`)).toBe(false);
      await serve(async (talk) => {
        await talk.expect('hello');
        const request = await talk.expect('control');
        talk.steps(request.arguments.length === 0 ? { step: 'cli' } : print(request.arguments.join(' ')), leave(0));
      });
      expect((await run(['-s', '--x'])).stdout).toBe('-s --x');
      expect((await run([])).stdout).toBe('cli []\n');
    });
  });

  describe('names', () => {
    test('as a link of the compiler it is the compiler of that name behind it in PATH', async () => {
      mkdirSync(path('links'));
      mkdirSync(path('more'));
      symlinkSync(client, path('links/gcc'));
      symlinkSync(path('links/gcc'), path('more/gcc'));
      const PATH = `${path('links')}:${path('more')}:${process.env['PATH']}`;
      const bare = spawnSync('gcc', ['--version'], { encoding: 'utf8' });
      const linked = await new Running('gcc', ['--version'], { env: environment({ PATH }) }).ended;
      expect(linked.stdout).toBe(bare.stdout);
      // gcc finds its parts from its name: a compile is the proof that it did not look beside the link.
      writeFileSync(path('x.c'), 'int f(void) { return 1; }\n');
      const ended = await new Running(path('links/gcc'), ['-c', 'x.c'], { cwd: directory, env: environment({ PATH }) })
        .ended;
      expect(ended).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
      expect(existsSync(path('x.o'))).toBe(true);
      expect((await run([path('links/gcc'), '-dumpversion'], { PATH })).stdout).toBe(
        spawnSync('gcc', ['-dumpversion'], { encoding: 'utf8' }).stdout,
      );
    });

    test('before itself it is there once', async () => {
      const PATH = `${join(client, '..')}:${process.env['PATH']}`;
      expect((await run(['sccache', client, 'echo', 'once'], { PATH })).stdout).toBe('once\n');
    });

    test('inside of a run it gets out of the way', async () => {
      await answer(leave(9));
      expect(await run(['echo', 'inner'], { SCCACHE_INNER: '1' })).toMatchObject({ code: 0, stdout: 'inner\n' });
      expect(daemon?.connections).toBe(0);
    });
  });

  describe('place', () => {
    const umask = 0o666 & ~process.umask();

    test('new files have the mode that the umask leaves, and any bytes', async () => {
      await answer(
        place(inline('o', 'object\n'), inline('x', '#!', 'rename', 0o777), inline('e', '', 'unlink-first')),
        leave(0),
      );
      expect((await run(['cc'])).code).toBe(0);
      expect([readFileSync(path('o'), 'utf8'), statSync(path('o')).mode & 0o777]).toEqual(['object\n', umask]);
      expect(statSync(path('x')).mode & 0o777).toBe(0o777 & ~process.umask());
      expect(readFileSync(path('e'), 'utf8')).toBe('');
    });

    /** What exists before, by name. */
    const BEFORE: Record<string, () => void> = {
      file: () => writeFileSync(path('x.out'), 'old old old old'),
      empty: () => writeFileSync(path('x.out'), ''),
      link: () => {
        writeFileSync(path('target'), 'old');
        symlinkSync('target', path('x.out'));
      },
      'hard link': () => {
        writeFileSync(path('target'), 'old');
        linkSync(path('target'), path('x.out'));
      },
      'dangling link': () => symlinkSync('target', path('x.out')),
    };

    /** What tells one way of writing from another. */
    function traces(before: number | undefined): unknown {
      const status = lstatSync(path('x.out'));
      const target = existsSync(path('target')) ? readFileSync(path('target'), 'utf8') : undefined;
      return {
        link: status.isSymbolicLink(),
        mode: statSync(path('x.out')).mode & 0o777,
        sameFile: before === undefined ? undefined : before === status.ino,
        targetChanged: target !== undefined && target !== 'old',
      };
    }

    /** Prepares, writes, and tells what happened; the old file's inode is kept in use, so that no new one gets it. */
    async function observe(prepare: () => void, write: () => Promise<void>): Promise<unknown> {
      for (const name of ['x.out', 'target', 'kept']) rmSync(path(name), { force: true });
      prepare();
      for (const name of ['x.out', 'target']) if (existsSync(path(name))) chmodSync(path(name), 0o640);
      const before = lstatSync(path('x.out'), { throwIfNoEntry: false })?.ino;
      const keeper = `kept`;
      if (before !== undefined && lstatSync(path('x.out')).isFile()) linkSync(path('x.out'), path(keeper));
      await write();
      return traces(lstatSync(path(keeper), { throwIfNoEntry: false })?.ino);
    }

    test.each([
      ['truncate', 'gcc', ['-S', '-o', 'x.out']],
      ['unlink-first', 'gcc', ['-c', '-o', 'x.out']],
      ['rename', 'clang', ['-c', '-o', 'x.out']],
      ['remove-first', 'clang', ['-c', '--serialize-diagnostics', 'x.out']],
    ] as const)('%s leaves the same as %s %j', async (method, compiler, options) => {
      writeFileSync(path('x.c'), 'int f(void) { return 1; }\n');
      await answer(place(inline('x.out', 'new', method)), leave(0));
      for (const prepare of Object.values(BEFORE)) {
        const bare = await observe(prepare, async () => {
          expect(spawnSync(compiler, [...options, 'x.c'], { cwd: directory }).status).toBe(0);
        });
        const ours = await observe(prepare, async () => {
          expect((await run(['cc'])).code).toBe(0);
        });
        expect(ours).toEqual(bare);
      }
    });

    test('adds to the end of a file, through links, and makes one where there is none', async () => {
      writeFileSync(path('file'), 'old\n');
      symlinkSync('file', path('link'));
      await answer(place(inline('link', 'new\n', 'append'), inline('none', 'first\n', 'append')), leave(0));
      expect((await run(['cc'])).code).toBe(0);
      expect(readFileSync(path('file'), 'utf8')).toBe('old\nnew\n');
      expect(readFileSync(path('none'), 'utf8')).toBe('first\n');
    });

    test('removes a file, a link but not its target, and does not miss what is not there', async () => {
      writeFileSync(path('file'), 'x');
      writeFileSync(path('target'), 'x');
      symlinkSync('target', path('link'));
      await answer(
        place(inline('file', '', 'remove'), inline('link', '', 'remove'), inline('none', '', 'remove')),
        leave(0),
      );
      expect((await run(['cc'])).code).toBe(0);
      const left = ['file', 'link', 'target', 'none'].filter((name) =>
        lstatSync(path(name), { throwIfNoEntry: false }),
      );
      expect(left).toEqual(['target']);
    });

    test('copies from the store, also from the middle of a file', async () => {
      const bytes = Buffer.alloc(3 * 1024 * 1024, 'some bytes of an object ');
      writeFileSync(path('blob'), bytes);
      const stored = (name: string, offset: number, length: number): PlacedFile => ({
        ...inline(name, ''),
        source: { kind: 'file', file: path('blob'), offset, length },
      });
      await answer(place(stored('all', 0, bytes.length), stored('part', 7, 1000)), leave(0));
      expect((await run(['cc'])).code).toBe(0);
      expect(readFileSync(path('all')).equals(bytes)).toBe(true);
      expect(readFileSync(path('part')).equals(bytes.subarray(7, 1007))).toBe(true);
    });

    test('devices and fifos are written through', async () => {
      spawnSync('mkfifo', [path('fifo')]);
      const reader = new Running('cat', [path('fifo')], {});
      await answer(place(inline('/dev/null', 'x', 'rename'), inline('fifo', 'through', 'unlink-first')), leave(0));
      expect((await run(['cc'])).code).toBe(0);
      expect((await reader.ended).stdout).toBe('through');
      expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    });

    test.each([
      [
        'is gone',
        (): PlacedFile => ({ ...inline('o', ''), source: { kind: 'file', file: path('none'), offset: 0, length: 1 } }),
        2,
      ],
      [
        'is too short',
        (): PlacedFile => ({ ...inline('o', ''), source: { kind: 'file', file: path('blob'), offset: 2, length: 3 } }),
        5,
      ],
      ['has nowhere to go', () => inline('no/such/directory', 'x', 'rename'), 2],
    ] as const)('what %s is told, and the compiler runs', async (_, file, errno) => {
      writeFileSync(path('blob'), 'four');
      writeFileSync(path('o'), 'old output');
      const failures: unknown[] = [];
      await serve(async (talk) => {
        await talk.expect('hello');
        await talk.expect('compile');
        talk.steps(print(''), place(file()), leave(0));
        failures.push(await talk.expect('failed'));
      });
      expect(await run(['echo', 'compiled'])).toMatchObject({ code: 0, stdout: 'compiled\n' });
      await daemon?.finished();
      expect(failures).toEqual([{ type: 'failed', index: 1, errno }]);
      expect(readFileSync(path('o'), 'utf8')).toBe('old output');
    });
  });

  describe('check', () => {
    const files = new RealSourceFiles();
    /** What a file is like now. */
    const identityOf = (name: string): DirectoryIdentity => {
      const { dev, ino } = statSync(path(name));
      return { device: dev, inode: ino };
    };
    const asItIs = (name: string): Claim => {
      const stamp = files.stat(path(name));
      if (stamp === undefined) throw new Error(`${name} is missing`);
      return claimUnchanged(path(name), stamp);
    };
    const check = (...claims: Claim[]): Step => ({ step: 'check', claims: claimList(claims) });

    beforeEach(() => {
      mkdirSync(path('d/e'), { recursive: true });
      for (const name of ['a.h', 'd/b.h', 'd/e/c.h', 'd/e/d.h']) writeFileSync(path(name), `of ${name}`);
      symlinkSync('e', path('d/link'));
    });

    test('what is as claimed lets the rest of the frame happen', async () => {
      const claims = ['a.h', 'd/b.h', 'd/e/c.h', 'd/e/d.h', 'd/link/c.h', 'a.h'].map(asItIs);
      const missing = ['none.h', 'd/none.h', 'no/such/directory/x.h', 'd/e'].map((name) => claimMissing(path(name)));
      const nothing = ['none', 'a.h/none', 'no/such'].map((name) => claimNothing(path(name)));
      const real = ['d/e/c.h', 'd/link/c.h', 'd/link'].map((name) =>
        claimRealPath(path(name), realpathSync(path(name))),
      );
      const without = claimWithoutNames(path('d'), ['b', 'b.h.x', 'zz.h', 'a.h']);
      const many = claimWithoutNames(path('d/e'), new Set(Array.from({ length: 4096 }, (_, index) => `${index}.h`)));
      const same = ['d', 'd/link', 'd/e'].map((name) => claimSameDirectory(path(name), identityOf(name)));
      await answer(
        check(...claims),
        check(),
        check(...missing),
        check(...nothing, ...real, ...same, without, many),
        print('hit'),
        leave(5),
      );
      expect(await run(['cc'])).toEqual({ code: 5, signal: null, stdout: 'hit', stderr: '' });
    });

    test.each<[string, () => Claim, () => void]>([
      ['was changed', () => asItIs('d/b.h'), () => writeFileSync(path('d/b.h'), 'of d/B.h')],
      ['was touched', () => asItIs('d/b.h'), () => utimesSync(path('d/b.h'), 1, 1)],
      ['is another file', () => asItIs('d/b.h'), () => renameSync(path('a.h'), path('d/b.h'))],
      ['is behind a link that leads elsewhere', () => asItIs('d/link/c.h'), () => pointElsewhere()],
      ['is gone', () => asItIs('d/e/d.h'), () => rmSync(path('d/e/d.h'))],
      ['lost its directory', () => asItIs('d/e/d.h'), () => rmSync(path('d'), { recursive: true })],
      ['appeared', () => claimMissing(path('d/e/new.h')), () => writeFileSync(path('d/e/new.h'), '')],
      ['appeared as a directory', () => claimNothing(path('d/e/new')), () => mkdirSync(path('d/e/new'))],
      ['leads elsewhere', () => claimRealPath(path('d/link/c.h'), path('d/e/c.h')), () => pointElsewhere()],
      ['leads nowhere', () => claimRealPath(path('d/none'), path('d/none')), () => {}],
      ['leads to nothing that is said', () => '\x03/dev/null\0', () => {}],
      ['has one of the names', () => claimWithoutNames(path('d'), ['a.h', 'b.h', 'c.h']), () => {}],
      ['has one in capitals', () => claimWithoutNames(path('d'), ['x.h']), () => writeFileSync(path('d/X.H'), '')],
      [
        'has one that may be folded',
        () => claimWithoutNames(path('d'), ['k']),
        () => writeFileSync(path('d/\u212a'), ''),
      ],
      ['is no directory', () => claimWithoutNames(path('a.h'), ['x.h']), () => {}],
      [
        'has too many names',
        () =>
          claimWithoutNames(
            path('d'),
            Array.from({ length: 4097 }, (_, i) => `${i}`),
          ),
        () => {},
      ],
      ['is another one', () => claimSameDirectory(path('d'), identityOf('d/e')), () => {}],
      ['is a file', () => claimSameDirectory(path('a.h'), identityOf('a.h')), () => {}],
      ['is nowhere', () => claimSameDirectory(path('d/none'), identityOf('d')), () => {}],
      ['is no claim', () => '\x06/dev/null\0', () => {}],
      ['does not end', () => '\x01/none', () => {}],
      ['is empty', () => '', () => {}],
    ])('what %s is told, and another answer is awaited', async (_, claim, change) => {
      const claims = [asItIs('a.h'), claim(), asItIs('a.h')];
      change();
      writeFileSync(path('o'), 'old output');
      await serve(async (talk) => {
        await talk.expect('hello');
        await talk.expect('compile');
        talk.steps(print('before'), check(...claims), place(inline('o', 'new')), print('never'), leave(0));
        await talk.expect('stale');
        talk.steps(print(' and another answer'), leave(4));
      });
      expect(await run(['cc'])).toMatchObject({ code: 4, stdout: 'before and another answer' });
      expect(readFileSync(path('o'), 'utf8')).toBe('old output');
    });

    function pointElsewhere(): void {
      mkdirSync(path('other'));
      writeFileSync(path('other/c.h'), 'of d/e/c.h');
      unlinkSync(path('d/link'));
      symlinkSync('../other', path('d/link'));
    }
  });

  describe('print and exit', () => {
    test('both streams and the exit code', async () => {
      await answer(print('out', 'err'), leave(3));
      expect(await run(['cc'])).toEqual({ code: 3, signal: null, stdout: 'out', stderr: 'err' });
    });

    test('dies of the signal that the compiler died of', async () => {
      await answer({ step: 'exit', kind: 'signal', value: 11 });
      expect((await start(['cc']).ended).signal).toBe('SIGSEGV');
    });
  });

  describe('run', () => {
    /** Runs one step and exits as the script ended. Gives what `ran` said. */
    async function once(step: RunStep, after: Step[] = []): Promise<{ said: unknown; ended: Ended }> {
      let said: unknown;
      await serve(async (talk) => {
        await talk.expect('hello');
        await talk.expect('compile');
        talk.steps(step);
        const { wallMicros, cpuMicros, ...ran } = await talk.expect('ran');
        expect(wallMicros).toBeLessThan(10_000_000);
        expect(cpuMicros).toBeLessThan(10_000_000);
        said = ran;
        talk.steps(...after, leave(0));
      });
      const ended = await run(['cc'], { OLD: '1', KEPT: '2', PLUS: '3' });
      await daemon?.finished();
      return { said, ended };
    }
    const bytes = (text: string) => ({ kind: 'bytes', bytes: Buffer.from(text) });

    test('captures both streams, and prints them without escape sequences', async () => {
      const script = String.raw`printf 'a\033[1mb\033[K\033]8;;http://x\033\\c\n'; printf '\033[31mred\033[m' >&2; exit 4`;
      const { said, ended } = await once(runStep(script), [{ step: 'print-captured', strip: true }]);
      expect(said).toEqual({
        type: 'ran',
        kind: 'exit',
        value: 4,
        stdout: bytes('a\x1b[1mb\x1b[K\x1b]8;;http://x\x1b\\c\n'),
        stderr: bytes('\x1b[31mred\x1b[m'),
      });
      expect(ended).toMatchObject({ stdout: 'abc\n', stderr: 'red' });
    });

    test('changes the environment, marks it, and gives the input', async () => {
      writeFileSync(path('input'), 'from a file\n');
      const step = runStep('echo "$OLD,$KEPT,$PLUS,$NEW,$SCCACHE_INNER"; cat', {
        set: ['NEW=n=1', 'PLUS=9'],
        unset: ['OLD', 'NEVER'],
        stdin: path('input'),
      });
      expect((await once(step)).said).toMatchObject({ stdout: bytes(',2,9,n=1,1\nfrom a file\n') });
    });

    test('inherits', async () => {
      const { said, ended } = await once(runStep('echo live; echo err >&2', { stdout: 'inherit', stderr: 'inherit' }));
      expect(said).toMatchObject({ value: 0, stdout: bytes(''), stderr: bytes('') });
      expect(ended).toMatchObject({ stdout: 'live\n', stderr: 'err\n' });
    });

    test('tells of a signal, and of a program that does not start', async () => {
      expect((await once(runStep('kill -9 $$'))).said).toMatchObject({ kind: 'signal', value: 9 });
      await daemon?.close();
      expect((await once(runStep('', { program: '/no/such' }))).said).toMatchObject({ kind: 'not-started', value: 2 });
    });

    test('tee shows the stream while the program still runs', async () => {
      await answer(runStep('echo first; while [ ! -e go ]; do sleep 0.01; done; echo second', { stdout: 'tee' }));
      const running = start(['cc']);
      await running.showed('first');
      writeFileSync(path('go'), '');
      await running.showed('second');
      running.process.kill('SIGKILL');
      await running.ended;
    });

    test.each([
      ['whole', 'printf "a HIDDEN bHIDDEN" >&2'],
      ['in pieces', 'for p in "a HI" DD "EN b" HID DEN; do printf "$p" >&2; sleep 0.05; done'],
      ['grown together', 'printf "a HIDHIDDENDEN b" >&2'],
    ])('a text is left out of standard error: %s', async (_, script) => {
      const { said, ended } = await once(runStep(script, { stderr: 'tee', hidden: 'HIDDEN' }));
      expect(said).toMatchObject({ stderr: bytes('a  b') });
      expect(ended.stderr).toBe('a  b');
    });

    test('what only begins like it is shown', async () => {
      const script = 'printf "HIDDE HIDDEN" >&2; echo HIDDEN; printf HIDD >&2';
      const { said } = await once(runStep(script, { hidden: 'HIDDEN' }));
      expect(said).toMatchObject({
        stdout: bytes('HIDDEN\n'),
        stderr: bytes('HIDDE HIDD'),
      });
    });

    test('more than 64 MiB is spilled and still printed', async () => {
      const length = 65 * 1024 * 1024;
      await serve(async (talk) => {
        await talk.expect('hello');
        await talk.expect('compile');
        talk.steps(runStep(`head -c ${length} /dev/zero; echo end`));
        expect((await talk.expect('ran')).stdout).toEqual({ kind: 'spilled' });
        talk.steps({ step: 'print-captured', strip: false }, leave(0));
      });
      const script = `"$1" cc | tail -c +${length + 1}`;
      const ended = await new Running('sh', ['-c', script, 'sh', client], { env: environment() }).ended;
      await daemon?.finished();
      expect(ended).toMatchObject({ stdout: 'end\n', stderr: '' });
    });

    test('a process left in the background is not waited for', async () => {
      const began = Date.now();
      const { said } = await once(runStep('sleep 4 & echo done'));
      expect(said).toMatchObject({ stdout: bytes('done\n') });
      expect(Date.now() - began).toBeLessThan(3000);
    });

    test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
      '%s goes to the program, and ends both',
      async (signal) => {
        await answer(runStep('echo ready; exec sleep 10', { stdout: 'tee' }));
        const running = start(['cc']);
        await running.showed('ready');
        running.process.kill(signal);
        expect((await running.ended).signal).toBe(signal);
      },
    );

    test('a program that handles the signal decides how it ends', async () => {
      const script = 'trap "echo handled; exit 7" INT; echo ready; while :; do sleep 0.01; done';
      await serve(async (talk) => {
        await talk.expect('hello');
        await talk.expect('compile');
        talk.steps(runStep(script, { stdout: 'tee' }));
        talk.steps(leave((await talk.expect('ran')).value));
      });
      const running = start(['cc']);
      await running.showed('ready');
      running.process.kill('SIGINT');
      expect(await running.ended).toMatchObject({ code: 7, stdout: 'ready\nhandled\n' });
    });

    test("make's jobserver reaches the compiler", async () => {
      await answer(runStep('if echo x >&9; then echo open; fi', { stdout: 'tee' }));
      const script = 'exec 8<fifo-r 9>fifo-w; exec "$1" cc';
      writeFileSync(path('fifo-r'), '');
      const running = new Running('sh', ['-c', script, 'sh', client], {
        cwd: directory,
        env: environment({ MAKEFLAGS: ' -j2 --jobserver-auth=8,9' }),
      });
      await running.showed('open');
      running.process.kill('SIGKILL');
      expect(readFileSync(path('fifo-w'), 'utf8')).toBe('x\n');
    });
  });

  describe('fails open', () => {
    const compiled = { code: 5, signal: null, stdout: 'compiled\n', stderr: '' };
    const command = ['sh', '-c', 'echo compiled; exit 5'];
    const soon = { SCCACHE_CLIENT_TIMEOUT_MS: '150' };

    async function expectCompiled(
      script: (talk: Talk) => Promise<void>,
      changes: NodeJS.ProcessEnv = soon,
    ): Promise<void> {
      await serve(script);
      expect(await run(command, changes)).toEqual(compiled);
      await daemon?.close();
    }

    test('told to, and without a daemon to start', async () => {
      expect(await run(command)).toEqual(compiled);
      await expectCompiled(async (talk) => talk.steps({ step: 'exec' }));
      await expectCompiled(async (talk) => talk.raw(encodeRefused('busy')));
    });

    test('the socket path is too long, or its directory open to others', async () => {
      expect(await run(command, { SCCACHE_SERVER_UDS: path('x'.repeat(120)) })).toEqual(compiled);
      mkdirSync(path('runtime/sccache'), { recursive: true, mode: 0o755 });
      const foreign = await FakeDaemon.listen(path('runtime/sccache/4226.sock'), async (talk) => talk.steps(leave(0)));
      const changes = { SCCACHE_SERVER_UDS: undefined, XDG_RUNTIME_DIR: path('runtime') };
      expect(await run(command, changes)).toEqual(compiled);
      chmodSync(path('runtime/sccache'), 0o700);
      expect((await run(command, changes)).code).toBe(0);
      await foreign.close();
    });

    test('the daemon goes away: before, after the request, and after the run', async () => {
      await expectCompiled(async (talk) => talk.close());
      await expectCompiled(async (talk) => {
        await talk.expect('hello');
        await talk.expect('compile');
        talk.close();
      });
      await expectCompiled(async (talk) => {
        talk.steps(runStep('echo captured'));
        await talk.expect('hello');
        await talk.expect('compile');
        await talk.expect('ran');
        talk.close();
      });
    });

    test('the daemon says nothing in time', async () => {
      await expectCompiled(async () => {});
      await expectCompiled(async (talk) => {
        await talk.expect('hello');
        await talk.expect('compile');
        talk.steps(runStep('true'));
      });
    });

    test('frames that are cut, too long, or not frames', async () => {
      const frame = encodeSteps([print('never shown'), place(inline('never', 'x')), runStep('echo never')]);
      const cut = Buffer.from(frame.subarray(0, frame.length - 9));
      await expectCompiled(async (talk) => {
        talk.raw(cut);
        talk.close();
      });
      const oversized = Buffer.alloc(64);
      oversized.writeUInt32LE(256 * 1024 * 1024 + 1);
      await expectCompiled(async (talk) => talk.raw(oversized));
      await expectCompiled(async (talk) => talk.raw(Buffer.from([0, 0, 0, 0])));
      await expectCompiled(async (talk) => talk.raw(Buffer.from([1, 0, 0, 0, 0x81])));
    });

    test('a payload that is cut anywhere, or holds rubbish, does nothing at all', async () => {
      const whole = encodeSteps([
        place(inline('never', 'text')),
        print('a', 'b'),
        runStep('echo never', { set: ['A=1'] }),
      ]);
      const payloads: Buffer[] = [];
      const cuts = kind === 'native' ? 40 : 4;
      for (let index = 1; index <= cuts; index++) {
        payloads.push(whole.subarray(4, 4 + Math.floor(((whole.length - 5) * index) / cuts)));
        const spoilt = Buffer.from(whole.subarray(4));
        // Counts and lengths near the top of their range are what makes a reader run over.
        spoilt.fill(0xff, 1 + ((index * 7) % (spoilt.length - 5)), 5 + ((index * 7) % (spoilt.length - 5)));
        if (index % 4 !== 0) payloads.push(spoilt.subarray(0, spoilt.length - (index % 3)));
      }
      let next = 0;
      await serve(async (talk) => {
        const payload = payloads[next++ % payloads.length] ?? Buffer.alloc(0);
        const length = Buffer.alloc(4);
        length.writeUInt32LE(payload.length);
        talk.raw(Buffer.concat([length, payload]));
        talk.close();
      });
      for (const _ of payloads) {
        const ended = await run(command, soon);
        expect(ended.stdout.endsWith('compiled\n')).toBe(true);
        expect(ended.code).toBe(5);
      }
    });

    test('a program that cannot be executed is told as a shell would', async () => {
      writeFileSync(path('plain'), 'not executable');
      expect((await run(['./plain'])).code).toBe(126);
      expect((await run(['./none'])).code).toBe(127);
      writeFileSync(path('script'), 'echo without a first line "$1"', { mode: 0o755 });
      if (kind === 'native') expect((await run(['./script', 'x'])).stdout).toBe('without a first line x\n');
    });
  });

  describe('starting a daemon', () => {
    const bundle = join(client, '../daemon.cjs');

    beforeEach(() => writeFileSync(bundle, DAEMON));
    afterEach(() => {
      for (const line of starts()) {
        try {
          process.kill(Number.parseInt(line, 10));
        } catch {
          // It has ended by itself.
        }
      }
      rmSync(bundle);
    });

    function starts(): string[] {
      return existsSync(path('starts')) ? readFileSync(path('starts'), 'utf8').trim().split('\n') : [];
    }

    function changes(): NodeJS.ProcessEnv {
      return { STARTS: path('starts'), ANSWER: encodeSteps([print('from the daemon'), leave(0)]).toString('hex') };
    }

    test('many clients at once start one, in / and without the pipes of the build', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => run(['cc'], changes())));
      expect(all.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 6 }, () => 'from the daemon'));
      expect(starts()).toEqual([expect.stringMatching(/^[0-9]+ \/$/)]);
      expect(existsSync(`${socketPath}.lock`)).toBe(false);
    });

    test('a lock whose taker is gone does not count', async () => {
      const gone = spawnSync('true').pid;
      writeFileSync(`${socketPath}.lock`, String(gone));
      expect((await run(['cc'], changes())).stdout).toBe('from the daemon');
    });

    test('one that does not start, or is too slow, costs nothing but the time', async () => {
      writeFileSync(bundle, `require('node:fs').writeSync(3, 'Eno room');`);
      expect((await run(['echo', 'compiled'], changes())).stdout).toBe('compiled\n');
      writeFileSync(bundle, 'setTimeout(() => {}, 1000);');
      const slow = { ...changes(), SCCACHE_STARTUP_TIMEOUT_MS: '200' };
      expect((await run(['echo', 'compiled'], slow)).stdout).toBe('compiled\n');
    });

    test('one of another build is replaced', async () => {
      let old: Promise<void> | undefined;
      await serve(async (talk) => {
        if ((await talk.next()) === undefined) return; // somebody who only looks whether we are there
        await talk.expect('compile');
        talk.raw(encodeRefused('version'));
        await talk.next(); // the client closes
        old = daemon?.close();
      });
      expect((await run(['cc'], changes())).stdout).toBe('from the daemon');
      await old;
      daemon = undefined;
      expect(starts()).toHaveLength(1);
    });

    test('its messages go to the error log', async () => {
      appendFileSync(bundle, `\nconsole.error('a message');`);
      await run(['cc'], { ...changes(), SCCACHE_ERROR_LOG: 'log' });
      expect(readFileSync(path('log'), 'utf8')).toBe('a message\n');
    });
  });
});
