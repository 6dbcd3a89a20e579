import { statSync } from 'node:fs';
import { compile } from '../compile/compile.ts';
import type { Conversation } from '../compile/conversation.ts';
import { InFlight } from '../compile/in-flight.ts';
import { Manifests } from '../compile/manifests.ts';
import type { Outcome } from '../compile/outcome.ts';
import type { Request } from '../compile/request.ts';
import type { CompileServices } from '../compile/services.ts';
import { TemporaryFiles } from '../compile/temporary-files.ts';
import { Toolchains } from '../compile/toolchain.ts';
import { Absences } from '../key/absences.ts';
import { FileRecords } from '../key/file-records.ts';
import type { CompileRequest } from '../protocol/messages.ts';
import type { Storage } from '../storage/storage.ts';
import { RealSourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import type { Log } from './log.ts';
import { Tally } from './tally.ts';

/** What a worker is made of. */
export interface WorkerParts {
  readonly storage: Storage;
  /** Where compilers write their header lists, the first plain path of these. */
  readonly temporaryDirectories: readonly string[];
  readonly log: Log;
  /** Tells the names of temporary files of different workers apart. */
  readonly name: string;
}

/** Handles whole compile requests. Owns everything that it remembers, so that workers need not know each other. */
export class CompileWorker {
  readonly tally = new Tally();
  readonly #services: CompileServices;
  readonly #log: Log;
  readonly #storing = new Set<Promise<void>>();
  #active = 0;

  constructor(parts: WorkerParts) {
    const files = new RealSourceFiles();
    const records = new FileRecords(files);
    this.#log = parts.log;
    this.#services = {
      files,
      records,
      toolchains: new Toolchains(records, files),
      manifests: new Manifests(parts.storage, records, new Absences(files)),
      storage: parts.storage,
      inFlight: new InFlight(),
      temporaryFiles: new TemporaryFiles(parts.temporaryDirectories, `${process.pid}-${parts.name}`),
      mountNamespace: mountNamespace(),
      now: () => performance.now(),
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
      const { outcome, stored } = await compile(request, conversation, this.#services);
      this.tally.outcome(outcome);
      this.#log.debug(outcome.kind, 'reason' in outcome ? outcome.reason : '');
      if (stored) this.#follow(stored.then((result) => this.tally.stored(result)));
      return outcome;
    } catch (problem) {
      this.#log.error('request', problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
      const outcome: Outcome = { kind: 'cannot-cache', reason: 'internal error' };
      this.tally.outcome(outcome);
      conversation.finish([{ step: 'exec' }]);
      return outcome;
    } finally {
      this.#active -= 1;
    }
  }

  /** Resolves when the results of all answered requests are in the store, or after `patienceMs`. */
  async settled(patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    const all = Promise.all(this.#storing);
    if (!Number.isFinite(patienceMs)) return void (await all);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([all, patience]);
    clearTimeout(timer);
  }

  /** One line on where results are kept. */
  get location(): string {
    return this.#services.storage.location;
  }

  usage(): ReturnType<Storage['usage']> {
    return this.#services.storage.usage();
  }

  /** Finishes writes. */
  close(): Promise<void> {
    return this.#services.storage.close();
  }

  #follow(storing: Promise<void>): void {
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
  if (shellDirectory !== undefined && shellDirectory !== message.cwd && shellDirectory.startsWith('/')) {
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
