import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, loadConfig } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import type { StatisticsReport } from '../stats/counters.ts';
import { mergeCounters } from '../stats/merge.ts';
import { LocalStore } from '../storage/local/store.ts';
import { fromText } from '../util/bytes.ts';
import { CompileWorker } from './compile-worker.ts';
import { answerControl, type ControlTarget } from './control.ts';
import { answers } from './listening-socket.ts';
import { type Log, openLog } from './log.ts';
import { reportReadiness } from './readiness.ts';
import { Server } from './server.ts';
import { WorkerThreads } from './workers.ts';

/** How long a daemon that is told to stop waits for compiles that are under way; their clients then compile by themselves. */
const DRAIN_PATIENCE_MS = 60_000;
/** How often a daemon looks whether it is idle, and still reachable under its name. */
const WATCH_MS = 1_000;
/** A request's counters may still be on their way when its client is gone: what is asked next should see them. */
const SETTLE_MS = 2_000;
/** `--stop-server` says so after this, even while a long compile is still under way. */
const STOP_ANSWER_MS = 5_000;

/**
 * The daemon's life: listen, say so, serve, and drain when idle, replaced or told to stop.
 *
 * @param socketPath where clients look for it
 * @returns the exit code
 */
export async function runDaemon(socketPath: string | undefined): Promise<number> {
  if (socketPath === undefined) {
    process.stderr.write('sccache: the daemon is started by `sccache --start-server`\n');
    return 2;
  }
  const config = loadConfig(process.env, homedir(), process.platform);
  if (!config.ok) {
    reportReadiness({ kind: 'failed', detail: config.error.message });
    return 2;
  }
  if (await answers(socketPath)) {
    reportReadiness({ kind: 'already-running' });
    return 0;
  }
  try {
    const daemon = await Daemon.start(socketPath, config.value);
    reportReadiness({ kind: 'listening' });
    await daemon.ended;
    return 0;
  } catch (problem) {
    reportReadiness({ kind: 'failed', detail: problem instanceof Error ? problem.message : String(problem) });
    return 2;
  }
}

/** One worker, made of real things. Used by the main thread and by each worker thread. */
export async function openWorker(config: Config, socketPath: string, log: Log, name: string): Promise<CompileWorker> {
  const directory = config.cacheDirectory;
  const storage = await LocalStore.open({
    directory: fromText(directory),
    limitBytes: config.cacheLimitBytes,
    readOnly: config.readOnly,
  });
  const temporaryDirectories = [join(directory, 'tmp'), dirname(socketPath)];
  return new CompileWorker({ storage, temporaryDirectories, log, name });
}

/** The build that this bundle belongs to. */
export function ownBuildId(): string {
  return readFileSync(join(__dirname, 'build-id'), 'utf8').trim();
}

class Daemon {
  readonly ended: Promise<void>;
  readonly #config: Config;
  readonly #socketPath: string;
  readonly #worker: CompileWorker;
  readonly #server: Server;
  readonly #log: Log;
  #threads: WorkerThreads | undefined;
  #end: () => void = () => {};
  #stopped: Promise<void> | undefined;

  private constructor(socketPath: string, config: Config, worker: CompileWorker, log: Log) {
    this.#socketPath = socketPath;
    this.#config = config;
    this.#worker = worker;
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const target: ControlTarget = {
      statistics: () => this.#statistics(),
      zeroStatistics: () => this.#zeroStatistics(),
      stop: () => Promise.race([this.#stop('told to stop'), sleep(STOP_ANSWER_MS)]),
    };
    this.#server = new Server({
      worker,
      buildId: ownBuildId(),
      log,
      onOtherBuild: () => void this.#stop('replaced by another build'),
      onControl: (request, conversation) => void answerControl(request, conversation, target),
    });
  }

  static async start(socketPath: string, config: Config): Promise<Daemon> {
    const log = await openLog(config.logFilter, config.errorLog);
    mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
    const daemon = new Daemon(socketPath, config, await openWorker(config, socketPath, log, '0'), log);
    await daemon.#startThreads();
    await daemon.#server.listen(socketPath);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void daemon.#stop(signal));
    daemon.#watch();
    for (const warning of config.warnings) log.warn('config', warning);
    log.info('start', `listening on ${socketPath}, cache in ${config.cacheDirectory}`);
    return daemon;
  }

  async #startThreads(): Promise<void> {
    const more = this.#config.workers - 1;
    rmSync(`${this.#socketPath}.workers`, { force: true });
    if (more <= 0) return;
    const sockets = Array.from({ length: more }, (_, index) => `${this.#socketPath}.${index + 1}`);
    this.#threads = await WorkerThreads.start(__filename, sockets);
    symlinkSync(String(this.#config.workers), `${this.#socketPath}.workers`);
  }

  #watch(): void {
    const idleMs = this.#config.idleTimeoutSeconds * 1000;
    const look = async (): Promise<void> => {
      const threads = await this.#threads?.state();
      const last = Math.max(this.#server.lastActivityMs, threads?.lastActivityMs ?? 0);
      if (!this.#server.isReachable) void this.#stop('the socket belongs to somebody else now');
      else if (idleMs > 0 && Date.now() - last >= idleMs) void this.#stop('idle');
    };
    // A short time-out (tests, impatient users) is looked at more often.
    setInterval(() => void look(), idleMs > 0 ? Math.min(WATCH_MS, idleMs / 4) : WATCH_MS).unref();
  }

  /** Drains and ends. Resolves when everything is stored; the process goes when its clients have read their answers. */
  #stop(why: string): Promise<void> {
    this.#stopped ??= this.#drain(why);
    return this.#stopped;
  }

  async #drain(why: string): Promise<void> {
    this.#log.info('stop', why);
    if (this.#server.isReachable) rmSync(`${this.#socketPath}.workers`, { force: true });
    await Promise.all([this.#server.drain(DRAIN_PATIENCE_MS), this.#threads?.drain()]);
    await this.#worker.close();
    void this.#server.close().finally(this.#end);
  }

  async #statistics(): Promise<StatisticsReport> {
    await this.#worker.settled(SETTLE_MS);
    const own = this.#worker.tally.snapshot();
    const threads = await this.#threads?.state();
    const usage = await this.#worker.usage();
    return {
      counters: threads ? mergeCounters(own, threads.counters) : own,
      cacheLocation: this.#worker.location,
      cacheBytes: usage.bytes,
      cacheLimitBytes: usage.limit,
      directMode: this.#config.directMode,
      version: VERSION,
      baseDirectories: [],
      mode: this.#config.readOnly ? 'ReadOnly' : 'ReadWrite',
      client: this.#server.client,
      warnings: this.#config.warnings,
    };
  }

  async #zeroStatistics(): Promise<void> {
    await this.#worker.settled(SETTLE_MS);
    this.#worker.tally.zero();
    await this.#threads?.zero();
  }
}
