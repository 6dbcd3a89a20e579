import { Worker } from 'node:worker_threads';
import { type Counters, zeroCounters } from '../stats/counters.ts';
import { mergeCounters } from '../stats/merge.ts';
import type { Change, Ledger } from '../storage/local/ledger.ts';

/** What the main thread asks of a compile worker in a thread. */
export type WorkerQuestion = { readonly ask: 'state' | 'zero' | 'drain'; readonly id: number };

/** What the worker answers. */
export interface WorkerState {
  readonly id: number;
  readonly counters: Counters;
  /** Of sessions, since it was asked before. */
  readonly sessions: ReadonlyMap<string, Counters>;
  readonly lastActivityMs: number;
}

/** A thread that begins to work says so once. What it does to the cache directory goes to the one that keeps the totals. */
export type WorkerMessage =
  | { readonly says: 'listening' }
  | { readonly says: 'state'; readonly state: WorkerState }
  | { readonly says: 'changed'; readonly change: Change }
  | { readonly says: 'damaged' }
  | { readonly says: 'other-build' };

/** Who is told what the threads say by themselves. */
export interface WorkerListeners {
  readonly ledger: Ledger;
  /** A client of another build came to one of them. */
  readonly onOtherBuild: () => void;
  readonly onSessions: (counted: ReadonlyMap<string, Counters>) => void;
}

/** Of all threads together. */
interface ThreadsState {
  readonly counters: Counters;
  readonly lastActivityMs: number;
}

/** The workers beyond the main thread's own: each listens on a socket of its own and counts for itself. */
export class WorkerThreads {
  readonly #workers: readonly Worker[];
  readonly #waiting = new Map<number, (state: WorkerState) => void>();
  #nextId = 1;
  /** Set when the threads have ended. */
  #last: ThreadsState | undefined;

  private constructor(workers: readonly Worker[], listeners: WorkerListeners) {
    this.#workers = workers;
    for (const worker of workers) worker.on('message', (message: WorkerMessage) => this.#hear(message, listeners));
  }

  /** Starts threads of this very bundle and waits until each listens. */
  static async start(bundle: string, sockets: readonly string[], listeners: WorkerListeners): Promise<WorkerThreads> {
    const workers = sockets.map((socket) => new Worker(bundle, { workerData: { socket } }));
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise<void>((resolve, reject) => {
            worker.once('message', () => resolve());
            worker.once('error', reject);
          }),
      ),
    );
    return new WorkerThreads(workers, listeners);
  }

  /** All counters of the threads, merged; and when the last of them had a client. */
  async state(): Promise<ThreadsState> {
    return this.#last ?? sumOf(await this.#askAll('state'));
  }

  async zero(): Promise<void> {
    await this.#askAll('zero');
  }

  /** Lets each thread finish its clients, then ends it. */
  async drain(): Promise<void> {
    this.#last = sumOf(await this.#askAll('drain'));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #hear(message: WorkerMessage, { ledger, onOtherBuild, onSessions }: WorkerListeners): void {
    if (message.says === 'other-build') onOtherBuild();
    if (message.says === 'changed') ledger.changed(message.change);
    if (message.says === 'damaged') ledger.damaged();
    if (message.says !== 'state') return;
    onSessions(message.state.sessions);
    this.#waiting.get(message.state.id)?.(message.state);
    this.#waiting.delete(message.state.id);
  }

  #askAll(ask: WorkerQuestion['ask']): Promise<WorkerState[]> {
    return Promise.all(
      this.#workers.map(
        (worker) =>
          new Promise<WorkerState>((resolve) => {
            const id = this.#nextId++;
            this.#waiting.set(id, resolve);
            worker.postMessage({ ask, id } satisfies WorkerQuestion);
          }),
      ),
    );
  }
}

function sumOf(states: readonly WorkerState[]): ThreadsState {
  return {
    counters: states.reduce((sum, state) => mergeCounters(sum, state.counters), zeroCounters()),
    lastActivityMs: Math.max(0, ...states.map((state) => state.lastActivityMs)),
  };
}
