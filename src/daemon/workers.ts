import { Worker } from 'node:worker_threads';
import { type Counters, zeroCounters } from '../stats/counters.ts';
import { mergeCounters } from '../stats/merge.ts';

/** What the main thread asks of a compile worker in a thread. */
export type WorkerQuestion = { readonly ask: 'state' | 'zero' | 'drain'; readonly id: number };

/** What the worker answers. */
export interface WorkerState {
  readonly id: number;
  readonly counters: Counters;
  readonly lastActivityMs: number;
}

/** A thread that begins to work says so once. */
export type WorkerMessage = { readonly says: 'listening' } | { readonly says: 'state'; readonly state: WorkerState };

/** The workers beyond the main thread's own: each listens on a socket of its own and counts for itself. */
export class WorkerThreads {
  readonly #workers: readonly Worker[];
  readonly #waiting = new Map<number, (state: WorkerState) => void>();
  #nextId = 1;

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
    for (const worker of workers) {
      worker.on('message', (message: WorkerMessage) => {
        if (message.says !== 'state') return;
        this.#waiting.get(message.state.id)?.(message.state);
        this.#waiting.delete(message.state.id);
      });
    }
  }

  /** Starts threads of this very bundle and waits until each listens. */
  static async start(bundle: string, sockets: readonly string[]): Promise<WorkerThreads> {
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
    return new WorkerThreads(workers);
  }

  /** All counters of the threads, merged; and when the last of them had a client. */
  async state(): Promise<{ counters: Counters; lastActivityMs: number }> {
    const states = await this.#askAll('state');
    return {
      counters: states.reduce((sum, state) => mergeCounters(sum, state.counters), zeroCounters()),
      lastActivityMs: Math.max(0, ...states.map((state) => state.lastActivityMs)),
    };
  }

  async zero(): Promise<void> {
    await this.#askAll('zero');
  }

  /** Lets each thread finish its clients, then ends it. */
  async drain(): Promise<void> {
    await this.#askAll('drain');
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
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
