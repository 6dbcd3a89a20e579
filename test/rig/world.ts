import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askDaemon } from './ask-daemon.ts';
import { type ClientKind, clientUnderTest, installClient } from './clients.ts';
import {
  isRunning,
  type ProcessEntry,
  processesWith,
  type RunningProgram,
  type RunResult,
  start,
  until,
} from './processes.ts';
import { outcomesBetween, parseStatistics, type Statistics } from './statistics.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the world's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: Buffer;
  /** In octal digits, such as `077`. */
  readonly umask?: string;
  readonly timeoutMs?: number;
}

export interface WorldOptions {
  readonly client?: ClientKind;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A temporary home, cache, socket directory and project, with an environment in which nothing of the machine's user is
 * left. Disposing of it ends every process that was started in it and fails when a temporary file is left behind.
 */
export class World implements AsyncDisposable {
  readonly client: ClientKind;
  /** Short, because a socket's path may have some hundred characters. */
  readonly directory = mkdtempSync('/tmp/sct-');
  readonly project = join(this.directory, 'p');
  readonly cache = join(this.directory, 'cache');
  readonly runtime = join(this.directory, 'run');
  readonly temporary = join(this.directory, 'tmp');
  readonly bin = join(this.directory, 'bin');
  readonly sccache = join(this.bin, 'sccache');
  readonly log = join(this.directory, 'daemon.log');
  readonly #environment: Readonly<Record<string, string>>;

  constructor(options: WorldOptions = {}) {
    this.client = options.client ?? clientUnderTest();
    for (const path of [this.project, this.runtime, this.temporary, this.bin, join(this.directory, 'home')]) {
      mkdirSync(path, { mode: 0o700 });
    }
    installClient(this.client, this.sccache);
    const node = dirname(process.execPath);
    this.#environment = {
      PATH: ['/usr/local/bin', '/usr/bin', '/bin', node].join(':'),
      HOME: join(this.directory, 'home'),
      TMPDIR: this.temporary,
      XDG_RUNTIME_DIR: this.runtime,
      SCCACHE_DIR: this.cache,
      SCCACHE_IDLE_TIMEOUT: '120',
      SCCACHE_ERROR_LOG: this.log,
      ...options.env,
    };
  }

  /** Where the daemon listens unless a test says otherwise. */
  get socket(): string {
    return join(this.runtime, 'sccache/4226.sock');
  }

  /** A path in the project. */
  path(name: string): string {
    return join(this.project, name);
  }

  /** Writes files of the project, with the directories they need. */
  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
  }

  environment(changes: CommandOptions['env'] = {}): Record<string, string> {
    const merged: Record<string, string> = { ...this.#environment };
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) delete merged[name];
      else merged[name] = value;
    }
    return merged;
  }

  /** Starts a shell command in the project. */
  start(command: string, options: CommandOptions = {}): RunningProgram {
    const script = options.umask === undefined ? command : `umask ${options.umask}\n${command}`;
    return start('/bin/sh', ['-c', script], {
      cwd: options.cwd ?? this.project,
      env: this.environment(options.env),
      stdin: options.stdin,
      timeoutMs: options.timeoutMs,
    });
  }

  /** Runs a shell command in the project to its end. */
  run(command: string, options: CommandOptions = {}): Promise<RunResult> {
    return this.start(command, options).ended;
  }

  /** Runs a command that has to succeed, and gives its standard output. */
  async succeed(command: string, options: CommandOptions = {}): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(command, options);
    if (code !== 0) throw new Error(`${command}: ${signal ?? code}\n${stdout}${stderr}`);
    return stdout.toString();
  }

  /** Starts a daemon where there is none. */
  async startDaemon(env?: CommandOptions['env']): Promise<void> {
    await this.succeed(`${this.sccache} --start-server`, { ...(env && { env }) });
  }

  async stats(env?: CommandOptions['env']): Promise<Statistics> {
    return parseStatistics(
      await this.succeed(`${this.sccache} --show-stats --stats-format json`, { ...(env && { env }) }),
    );
  }

  /** The statistics of the daemon that runs, without a process for the question. */
  async runningStats(): Promise<Statistics> {
    return parseStatistics(await askDaemon(this.socket, '--show-stats', '--stats-format', 'json'));
  }

  /** Runs something and says what the compile requests in it came to (see `outcomesBetween`). */
  async outcomes(action: () => Promise<unknown>): Promise<string> {
    const before = await this.stats();
    await action();
    return outcomesBetween(before, await this.stats());
  }

  /** The daemons that listen, or are about to, in this world. */
  daemons(): ProcessEntry[] {
    return processesWith(this.directory).filter(({ command }) => command.some((word) => word.endsWith('daemon.cjs')));
  }

  /** The one daemon. */
  daemon(): ProcessEntry {
    const [daemon, ...others] = this.daemons();
    if (daemon === undefined || others.length > 0) throw new Error(`${this.daemons().length} daemons, not one`);
    return daemon;
  }

  /** Stops the daemon as a user does, and waits until its process is gone. */
  async stopDaemon(): Promise<void> {
    const daemons = this.daemons();
    if (daemons.length === 0) return;
    await this.succeed(`${this.sccache} --stop-server`);
    await until('the daemon has ended', () => daemons.every(({ pid }) => !isRunning(pid)));
  }

  /** Ends the daemon without a chance to clean up. */
  async killDaemon(): Promise<void> {
    const daemons = this.daemons();
    for (const { pid } of daemons) process.kill(pid, 'SIGKILL');
    await until('the daemon is gone', () => daemons.every(({ pid }) => !isRunning(pid)));
  }

  /**
   * Deletes the cache below a daemon that may be writing into it. It is renamed first: where it stands, a file that
   * comes between the listing and the `rmdir` would make the deletion fail.
   */
  deleteCache(): void {
    const aside = `${this.cache}.deleted`;
    renameSync(this.cache, aside);
    rmSync(aside, { recursive: true });
  }

  /** Temporary files of clients, compilers and daemons that are still there. */
  leftovers(): string[] {
    const inCache = join(this.cache, 'tmp');
    return [
      ...readdirSync(this.temporary).map((name) => join('tmp', name)),
      ...(existsSync(inCache) ? readdirSync(inCache).map((name) => join('cache/tmp', name)) : []),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = processesWith(this.directory);
    for (const { pid } of running) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it ended by itself
      }
    }
    await until('all processes are gone', () => running.every(({ pid }) => !isRunning(pid)));
    const left = readdirSync(this.temporary);
    rmSync(this.directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left behind in TMPDIR: ${left.join(', ')}`);
  }
}
