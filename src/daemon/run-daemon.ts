import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { VERSION } from '../config/version.ts';
import type { ControlRequest } from '../protocol/messages.ts';
import type { Counters, StatisticsReport } from '../stats/counters.ts';
import { journalDirectory } from '../stats/journal/journal-files.ts';
import { JournalWriter } from '../stats/journal/journal-writer.ts';
import { mergeCounters } from '../stats/merge.ts';
import { SavedCounters, savedCountersFile } from '../stats/saved-counters.ts';
import { SavedSessions } from '../stats/saved-sessions.ts';
import { languageShares } from '../storage/local/language-shares.ts';
import type { Ledger } from '../storage/local/ledger.ts';
import { LocalStore } from '../storage/local/store.ts';
import { RealAppendingFiles } from '../system/appending-files.ts';
import { RealFiles } from '../system/files.ts';
import { fromText } from '../util/bytes.ts';
import { callerSettings, callerWarnings } from './caller-settings.ts';
import { CompileWorker } from './compile-worker.ts';
import { answerControl, type ControlTarget, type StatisticsQuery } from './control.ts';
import { answers } from './listening-socket.ts';
import { type Log, openLog } from './log.ts';
import { reportReadiness } from './readiness.ts';
import { Server } from './server.ts';
import { Sessions } from './sessions.ts';
import { Statistics } from './statistics.ts';
import { UpkeepThread } from './upkeep.ts';
import { readMemory, writeMemory } from './worker-memory.ts';
import { WorkerThreads } from './workers.ts';

/** How long a daemon that is told to stop waits for compiles that are under way; their clients then compile by themselves. */
const DRAIN_PATIENCE_MS = 60_000;
/** How often a daemon looks whether it is idle, and still reachable under its name. */
const WATCH_MS = 1_000;
/** Without a client for so long the daemon is idle, and does what can wait. */
const IDLE_MS = 5_000;
/** A request's counters may still be on their way when its client is gone: what is asked next should see them. */
const SETTLE_MS = 2_000;
/** Counters are on disk so long after the last client has gone, at the latest. */
const SAVED_WITHIN_MS = 3_000;
/** What starts the daemon and its threads (`start.ts`). */
const PROGRAM = join(__dirname, 'daemon.cjs');
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
  const config = await loadConfig(process.env);
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
export async function openWorker(
  config: Config,
  socketPath: string,
  log: Log,
  name: string,
  ledger: Ledger,
): Promise<CompileWorker> {
  const directory = config.cacheDirectory;
  const storage = await LocalStore.open({
    directory: fromText(directory),
    limitBytes: config.cacheLimitBytes,
    readOnly: config.readOnly,
    ledger,
  });
  const temporaryDirectories = [join(directory, 'tmp'), dirname(socketPath)];
  const journal = config.readOnly
    ? undefined
    : new JournalWriter(journalDirectory(directory), new RealAppendingFiles());
  const memoryFile = fromText(join(directory, 'v1', `memory-${name}`));
  const files = new RealFiles();
  return new CompileWorker({
    storage,
    temporaryDirectories,
    log,
    baseDirectories: config.baseDirectories.map(fromText),
    journal,
    name,
    memory: readMemory(memoryFile, ownBuildId(), files),
    remember: async (memory) => {
      if (config.readOnly) return;
      const temporary = fromText(join(directory, 'tmp', `memory-${name}-${process.pid}`));
      await writeMemory(memoryFile, memory, ownBuildId(), temporary, files);
    },
  });
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
  readonly #upkeep: UpkeepThread;
  readonly #statistics: Statistics;
  readonly #sessions: Sessions;
  #threads: WorkerThreads | undefined;
  #end: () => void = () => {};
  #stopped: Promise<void> | undefined;

  private constructor(socketPath: string, config: Config, worker: CompileWorker, upkeep: UpkeepThread, log: Log) {
    this.#socketPath = socketPath;
    this.#config = config;
    this.#worker = worker;
    this.#upkeep = upkeep;
    const saved = config.readOnly
      ? undefined
      : new SavedCounters(savedCountersFile(config.cacheDirectory), new RealFiles());
    this.#statistics = new Statistics(() => this.#counted(), saved);
    this.#sessions = new Sessions(
      config.readOnly ? undefined : new SavedSessions(config.cacheDirectory, new RealFiles()),
    );
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const target: ControlTarget = {
      statistics: (caller, query) => this.#report(caller, query),
      callerSettings: (caller) => callerSettings(this.#config, caller),
      settled: () => this.#settled(),
      zeroStatistics: () => this.#zeroStatistics(),
      stop: () => Promise.race([this.#stop('told to stop'), sleep(STOP_ANSWER_MS)]),
    };
    this.#server = new Server({
      worker,
      buildId: ownBuildId(),
      log,
      onOtherBuild: () => this.#makeRoom(),
      onControl: (request, conversation) => void answerControl(request, conversation, target),
    });
  }

  static async start(socketPath: string, config: Config): Promise<Daemon> {
    const { log, problem } = await openLog(config.logFilter, config.errorLog);
    mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
    const upkeep = new UpkeepThread(PROGRAM, log);
    const worker = await openWorker(config, socketPath, log, '0', upkeep);
    const warnings = problem === undefined ? config.warnings : [...config.warnings, problem];
    const daemon = new Daemon(socketPath, { ...config, warnings }, worker, upkeep, log);
    await daemon.#startThreads();
    await daemon.#server.listen(socketPath);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void daemon.#stop(signal));
    daemon.#watch();
    for (const warning of [...config.warnings, ...config.idle]) log.warn('config', warning);
    log.info('start', `listening on ${socketPath}, cache in ${config.cacheDirectory}`);
    return daemon;
  }

  async #startThreads(): Promise<void> {
    const more = this.#config.workers - 1;
    rmSync(`${this.#socketPath}.workers`, { force: true });
    if (more <= 0) return;
    const sockets = Array.from({ length: more }, (_, index) => `${this.#socketPath}.${index + 1}`);
    this.#threads = await WorkerThreads.start(PROGRAM, sockets, {
      ledger: this.#upkeep,
      onSessions: (counted) => this.#sessions.collect(counted),
      onOtherBuild: () => this.#makeRoom(),
    });
    symlinkSync(String(this.#config.workers), `${this.#socketPath}.workers`);
  }

  #watch(): void {
    const endMs = this.#config.idleTimeoutSeconds * 1000;
    // A short time-out (tests, impatient users) is looked at more often, and the daemon idle sooner.
    const atMost = (ms: number): number => (endMs > 0 ? Math.min(ms, endMs / 4) : ms);
    const [watchMs, idleMs] = [atMost(WATCH_MS), atMost(IDLE_MS)];
    const look = async (): Promise<void> => {
      const threads = await this.#threads?.state();
      const activeMs = Math.max(this.#server.lastActivityMs, threads?.lastActivityMs ?? 0);
      const quietMs = Date.now() - activeMs;
      if (this.#stopped) return;
      // What is still being stored behind an answer is counted by the next look.
      if (quietMs < SAVED_WITHIN_MS) void this.#save();
      if (!this.#server.isReachable) void this.#stop('the socket belongs to somebody else now');
      else if (endMs > 0 && quietMs >= endMs) void this.#stop('idle');
      else this.#upkeep.setIdle(quietMs >= idleMs);
    };
    setInterval(() => void look(), watchMs).unref();
  }

  #makeRoom(): void {
    void this.#stop('replaced by another build');
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
    await this.#save();
    await this.#worker.close();
    await this.#upkeep.close();
    void this.#server.close().finally(this.#end);
  }

  async #save(): Promise<void> {
    await this.#statistics.save();
    await this.#sessions.save();
  }

  async #settled(): Promise<void> {
    await Promise.all([this.#worker.settled(SETTLE_MS), this.#worker.writeHistory(), this.#threads?.state()]);
  }

  async #report(caller?: ControlRequest, { session, advanced }: StatisticsQuery = {}): Promise<StatisticsReport> {
    await this.#worker.settled(SETTLE_MS);
    const usage = await this.#worker.usage();
    const ofCaller = caller === undefined ? [] : await callerWarnings(this.#config, caller);
    const total = await this.#statistics.total();
    return {
      counters: session === undefined ? total : await this.#sessions.total(session),
      cacheLocation: this.#worker.location,
      cacheBytes: usage.bytes,
      cacheLimitBytes: usage.limit,
      languageShares: advanced ? await languageShares(this.#config.cacheDirectory) : undefined,
      directMode: this.#config.directMode,
      version: VERSION,
      baseDirectories: this.#config.baseDirectories,
      mode: this.#config.readOnly ? 'ReadOnly' : 'ReadWrite',
      client: this.#server.client,
      warnings: [...new Set([...this.#config.warnings, ...this.#config.idle, ...ofCaller])],
    };
  }

  async #zeroStatistics(): Promise<void> {
    await this.#worker.settled(SETTLE_MS);
    await this.#statistics.zero(async () => {
      this.#worker.tally.zero();
      await this.#threads?.zero();
      await this.#upkeep.zero();
    });
  }

  /** All that was counted since this daemon began, or since statistics were zeroed. */
  async #counted(): Promise<Counters> {
    const threads = await this.#threads?.state();
    const damaged = await this.#upkeep.damagedFiles();
    const own = this.#worker.tally.snapshot();
    this.#sessions.collect(this.#worker.tally.takeSessions());
    const counters = threads ? mergeCounters(own, threads.counters) : own;
    return { ...counters, cacheReadErrors: counters.cacheReadErrors + damaged };
  }
}
