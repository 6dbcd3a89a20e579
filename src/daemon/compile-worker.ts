import { statSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import type { Answered } from '../compile/answered.ts';
import { KnownPrograms } from '../compile/c-family/toolchain/known-programs.ts';
import {
  decodeRememberedCompiler,
  encodeRememberedCompiler,
} from '../compile/c-family/toolchain/remembered-toolchains.ts';
import { ProgramLibraries } from '../compile/c-family/toolchain/shared-libraries.ts';
import { ToolchainReader } from '../compile/c-family/toolchain/toolchain-reader.ts';
import { Toolchains } from '../compile/c-family/toolchain/toolchains.ts';
import { WrapperScripts } from '../compile/c-family/toolchain/wrapper-scripts.ts';
import { compile } from '../compile/compile.ts';
import { compileSeveral, requestsBySource } from '../compile/compile-several.ts';
import type { Conversation } from '../compile/conversation.ts';
import { Equivalents } from '../compile/equivalents.ts';
import { CompileHistory } from '../compile/history.ts';
import { InFlight } from '../compile/in-flight.ts';
import { Manifests } from '../compile/manifests.ts';
import type { Outcome } from '../compile/outcome.ts';
import { Repeats } from '../compile/repeats.ts';
import type { Request } from '../compile/request.ts';
import { LoadedCrates } from '../compile/rust/inputs/loaded-crates.ts';
import { RustMacros } from '../compile/rust/inputs/macros.ts';
import { RustToolchains } from '../compile/rust/toolchain.ts';
import type { CompileServices } from '../compile/services.ts';
import { TemporaryFiles } from '../compile/temporary-files.ts';
import { Absences } from '../key/absences.ts';
import { BinaryMentions } from '../key/binary-mentions.ts';
import { FileRecords } from '../key/file-records.ts';
import { FormsByContent } from '../key/form-digests.ts';
import { decodeRememberedFiles, encodeRememberedFiles } from '../key/remembered-files.ts';
import type { CompileRequest } from '../protocol/messages.ts';
import type { JournalEntry } from '../stats/journal/journal-entry.ts';
import type { JournalWriter } from '../stats/journal/journal-writer.ts';
import type { Missed } from '../stats/journal/missed.ts';
import type { Storage } from '../storage/storage.ts';
import { ObservedFiles } from '../system/observed-files.ts';
import { RealSourceFiles } from '../system/source-files.ts';
import { type ByteString, toText } from '../util/bytes.ts';
import { journalEntry } from './journal-entries.ts';
import type { Log } from './log.ts';
import { Projects } from './projects.ts';
import { type Origin, Tally } from './tally.ts';
import type { WorkerMemory } from './worker-memory.ts';

/** What a worker is made of. */
export interface WorkerParts {
  readonly storage: Storage;
  /** Where compilers write their header lists, the first plain path of these. */
  readonly temporaryDirectories: readonly string[];
  readonly log: Log;
  /** `SCCACHE_BASEDIRS`. */
  readonly baseDirectories: readonly ByteString[];
  /** undefined where nothing may be written. */
  readonly journal: JournalWriter | undefined;
  /** Tells the names of temporary files of different workers apart. */
  readonly name: string;
  /** What an earlier worker knew. */
  readonly memory: WorkerMemory;
  /** Keeps what this one knows in the end. */
  readonly remember: (memory: WorkerMemory) => Promise<void>;
}

/** Of a request that could not even be read. */
const NOBODY: Origin = { session: undefined, project: undefined };

/** Handles whole compile requests. Owns everything that it remembers, so that workers need not know each other. */
export class CompileWorker {
  readonly tally = new Tally();
  readonly #services: CompileServices;
  readonly #log: Log;
  readonly #journal: JournalWriter | undefined;
  /** What was written of an outcome whose client may still say that it could not place the result. */
  readonly #entries = new WeakMap<Outcome, JournalEntry>();
  readonly #origins = new WeakMap<Outcome, Origin>();
  readonly #projects: Projects;
  readonly #storing = new Set<Promise<void>>();
  readonly #remember: WorkerParts['remember'];
  #active = 0;

  constructor(parts: WorkerParts) {
    const files = new ObservedFiles(new RealSourceFiles());
    const records = new FileRecords(files);
    records.restore(decodeRememberedFiles(parts.memory.files));
    const absences = new Absences(files);
    const binaryMentions = new BinaryMentions(records, files);
    const loadedCrates = new LoadedCrates(records, files, binaryMentions);
    const knownPrograms = new KnownPrograms(records, absences, files);
    const wrapperScripts = new WrapperScripts(files, knownPrograms);
    const toolchains = new Toolchains(
      knownPrograms,
      wrapperScripts,
      new ToolchainReader(knownPrograms, wrapperScripts, new ProgramLibraries(records, files), files),
      files,
    );
    toolchains.restore(parts.memory.compilers.flatMap((text) => decodeRememberedCompiler(text) ?? []));
    this.#remember = parts.remember;
    this.#projects = new Projects(parts.baseDirectories, files);
    this.#log = parts.log;
    this.#journal = parts.journal;
    this.#services = {
      files,
      records,
      absences,
      binaryMentions,
      loadedCrates,
      toolchains,
      knownPrograms,
      wrapperScripts,
      rustToolchains: new RustToolchains(records, files, parts.storage),
      rustMacros: new RustMacros(records, files, loadedCrates),
      repeats: new Repeats(),
      manifests: new Manifests(parts.storage, records, absences, files),
      equivalents: new Equivalents(parts.storage),
      forms: new FormsByContent(files),
      baseDirectories: parts.baseDirectories,
      storage: parts.storage,
      history: new CompileHistory(parts.storage),
      inFlight: new InFlight(),
      temporaryFiles: new TemporaryFiles(parts.temporaryDirectories, `${process.pid}-${parts.name}`),
      mountNamespace: mountNamespace(),
      now: () => performance.now(),
      wallClock: () => Date.now(),
      random: Math.random,
      note: (topic, detail) => parts.log.warn(topic, detail),
    };
  }

  /** Requests that have no answer yet. */
  get active(): number {
    return this.#active;
  }

  /** Takes one request to its end. A bug in here costs this request its cache, and nobody anything else. */
  async handle(message: CompileRequest, conversation: Conversation): Promise<Outcome> {
    this.#active += 1;
    try {
      const request = requestFrom(message, this.#services);
      const bySource = requestsBySource(request, this.#services);
      if (bySource === undefined) {
        return this.#count(request, await compile(request, conversation, this.#services));
      }
      const outcomes: Outcome[] = [];
      for (const one of await compileSeveral(bySource, conversation, this.#services)) {
        outcomes.push(this.#count(one.request, one.answered));
      }
      return outcomes.find(({ kind }) => kind === 'hit') ?? outcomes[0] ?? { kind: 'abandoned' };
    } catch (problem) {
      this.#log.error('request', problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
      const outcome: Outcome = { kind: 'cannot-cache', reason: 'internal error' };
      this.tally.outcome(outcome, NOBODY);
      conversation.finish([{ step: 'exec' }]);
      return outcome;
    } finally {
      this.#active -= 1;
    }
  }

  #count(request: Request, answered: Answered): Outcome {
    const { outcome } = answered;
    const origin = this.#originOf(request);
    this.tally.outcome(outcome, origin);
    this.#origins.set(outcome, origin);
    this.#log.debug(outcome.kind, 'reason' in outcome ? outcome.reason : '');
    this.#record(request, answered, origin);
    return outcome;
  }

  #originOf({ environment, cwd }: Request): Origin {
    const session = environment.get('SCCACHE_SESSION');
    return { session: session ? toText(session) : undefined, project: this.#projects.of(cwd) };
  }

  /** A client could not place what it was told to, and has compiled by itself. */
  placeFailed(outcome: Outcome, errno: number): void {
    this.#log.warn('place', `a client could not place a result: errno ${errno}`);
    this.tally.placeFailed(outcome, this.#origins.get(outcome) ?? NOBODY);
    const entry = this.#entries.get(outcome);
    if (entry) this.#journal?.add({ ...entry, outcome: 'not-placed', reason: getSystemErrorName(-errno) });
  }

  /** Resolves when the results of all answered requests are in the store and in the journal, or after `patienceMs`. */
  async settled(patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    const all = Promise.all(this.#storing).then(() => this.#journal?.flush());
    if (!Number.isFinite(patienceMs)) return void (await all);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([all, patience]);
    clearTimeout(timer);
  }

  /** Writes down what is known of the last compiles, for those who are about to ask. */
  async writeHistory(): Promise<void> {
    await this.#services.history.flush();
  }

  /** One line on where results are kept. */
  get location(): string {
    return this.#services.storage.location;
  }

  usage(): ReturnType<Storage['usage']> {
    return this.#services.storage.usage();
  }

  /** Finishes writes. */
  async close(): Promise<void> {
    const { records, toolchains, storage } = this.#services;
    const files = encodeRememberedFiles(records.known());
    const compilers = Array.from(toolchains.known(), encodeRememberedCompiler);
    await Promise.all([storage.close(), this.#remember({ files, compilers })]);
  }

  /** What is told of a request when its client is gone: what became of the result, and a line in the journal. */
  #record(request: Request, answered: Answered, origin: Origin): void {
    const arrivedMs = Date.now() - (this.#services.now() - request.arrivedMs);
    const write = (missed: Missed | undefined): void => {
      const entry = journalEntry(request, answered, missed, arrivedMs, origin.session);
      this.#entries.set(answered.outcome, entry);
      this.#journal?.add(entry);
    };
    this.#follow(answered.stored?.then((result) => this.tally.stored(result, origin)));
    if (answered.missed === undefined) write(undefined);
    else this.#follow(answered.missed.then(write));
  }

  #follow(storing: Promise<void> | undefined): void {
    if (storing === undefined) return;
    const logged = storing.catch((problem: unknown) => this.#log.error('store', String(problem)));
    this.#storing.add(logged);
    void logged.finally(() => this.#storing.delete(logged));
  }
}

function requestFrom(message: CompileRequest, { now, files }: CompileServices): Request {
  const environment = new Map<ByteString, ByteString>();
  for (const entry of message.env) {
    const equals = entry.indexOf('=');
    // The first of two entries of one name is the one that getenv finds.
    const name = equals > 0 ? entry.slice(0, equals) : entry;
    if (!environment.has(name)) environment.set(name, entry.slice(equals + 1));
  }
  const shellDirectory = environment.get('PWD');
  let logicalDirectory = message.cwd;
  // Bazel's: to each process it is its own directory, whatever that is to us.
  if (shellDirectory === '/proc/self/cwd') logicalDirectory = shellDirectory;
  else if (shellDirectory !== undefined && shellDirectory !== message.cwd && shellDirectory.startsWith('/')) {
    const named = files.stat(shellDirectory);
    const real = files.stat(message.cwd);
    if (named && real && named.inode === real.inode && named.device === real.device) logicalDirectory = shellDirectory;
  }
  return { ...message, environment, logicalDirectory, arrivedMs: now() };
}

function mountNamespace(): number {
  try {
    return statSync('/proc/self/ns/mnt').ino;
  } catch {
    return 0; // not Linux
  }
}
