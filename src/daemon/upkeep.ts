import { Worker } from 'node:worker_threads';
import type { Change, Ledger } from '../storage/local/ledger.ts';
import type { Log } from './log.ts';

/** What the upkeep's thread is told. */
export type UpkeepMessage =
  | { readonly tell: 'changed'; readonly change: Change }
  | { readonly tell: 'damaged' }
  | { readonly tell: 'idle'; readonly idle: boolean }
  | { readonly ask: 'state' | 'zero' | 'close'; readonly id: number };

/** What it answers to what it is asked. */
export interface UpkeepState {
  readonly id: number;
  /** Bytes in the cache directory; undefined when they are not counted yet. */
  readonly bytes: number | undefined;
  /** Damaged files that were found since the thread began or since statistics were zeroed. */
  readonly damagedFiles: number;
}

/** What it says by itself: the daemon is idle, and all that can be done in an idle time is. */
export interface UpkeepRests {
  /** How many messages it has heard. */
  readonly heard: number;
  readonly damagedFiles: number;
}

/** What tells the thread of the upkeep from one of a compile worker. */
const UPKEEP_DATA = { role: 'upkeep' } as const;

/** Whether a thread that was started with this `workerData` is that of the upkeep. */
export function isUpkeep(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === UPKEEP_DATA.role;
}

/**
 * The upkeep of the cache directory, in a thread that no request waits for. It is there when there is something for it to
 * do: it costs 16 MiB and more, which an idle daemon should not hold.
 */
export class UpkeepThread implements Ledger {
  readonly #bundle: string;
  readonly #log: Log;
  readonly #waiting = new Map<number, (state: UpkeepState | undefined) => void>();
  #worker: Worker | undefined;
  #idle = false;
  #nextId = 1;
  /** Messages to the present thread. */
  #told = 0;
  /** What earlier threads have found. */
  #damagedBefore = 0;

  /** @param bundle the program that the thread runs: the daemon's own */
  constructor(bundle: string, log: Log) {
    this.#bundle = bundle;
    this.#log = log;
  }

  changed(change: Change): void {
    this.#post({ tell: 'changed', change });
  }

  damaged(): void {
    this.#post({ tell: 'damaged' });
  }

  /** Tells whether anybody asks anything of the daemon. */
  setIdle(idle: boolean): void {
    if (idle === this.#idle) return;
    this.#idle = idle;
    if (idle || this.#worker) this.#post({ tell: 'idle', idle });
  }

  async bytes(): Promise<number | undefined> {
    return (await this.#ask('state'))?.bytes;
  }

  async damagedFiles(): Promise<number> {
    const found = this.#worker === undefined ? undefined : await this.#ask('state');
    return this.#damagedBefore + (found?.damagedFiles ?? 0);
  }

  async zero(): Promise<void> {
    this.#damagedBefore = 0;
    if (this.#worker) await this.#ask('zero');
  }

  /** Ends the thread when it has written down what it knows. */
  async close(): Promise<void> {
    if (this.#worker) await this.#ask('close');
    await this.#worker?.terminate();
  }

  #ask(ask: 'state' | 'zero' | 'close'): Promise<UpkeepState | undefined> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#waiting.set(id, resolve);
      this.#post({ ask, id });
    });
  }

  #post(message: UpkeepMessage): void {
    this.#worker ??= this.#start();
    this.#told++;
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(this.#bundle, { workerData: UPKEEP_DATA });
    this.#told = 0;
    worker.on('message', (message: UpkeepState | UpkeepRests) => {
      if ('heard' in message) {
        this.#rest(worker, message);
      } else {
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
      }
    });
    worker.on('error', (problem) => this.#log.error('upkeep', problem.stack ?? problem.message));
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const resolve of this.#waiting.values()) resolve(undefined);
      this.#waiting.clear();
    });
    worker.unref();
    return worker;
  }

  /** Ends the thread, unless it was told something meanwhile. */
  #rest(worker: Worker, { heard, damagedFiles }: UpkeepRests): void {
    if (heard !== this.#told) return;
    this.#damagedBefore += damagedFiles;
    this.#worker = undefined;
    void worker.terminate();
  }
}
