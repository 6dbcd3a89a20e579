import { parentPort, workerData } from 'node:worker_threads';
import { loadConfig } from '../config/load.ts';
import type { Ledger } from '../storage/local/ledger.ts';
import { openLog } from './log.ts';
import { openWorker, ownBuildId } from './run-daemon.ts';
import { Server } from './server.ts';
import type { WorkerMessage, WorkerQuestion } from './workers.ts';

const DRAIN_PATIENCE_MS = 60_000;

/** The life of a compile worker in a thread of its own: a socket, clients, and the main thread's questions. */
export async function runWorkerThread(): Promise<void> {
  const socketPath = socketOf(workerData);
  const config = await loadConfig(process.env);
  if (!config.ok || parentPort === null) throw new Error('a compile worker is started by the daemon');
  const port = parentPort;
  const { log } = await openLog(config.value.logFilter, config.value.errorLog);
  const say = (message: WorkerMessage): void => port.postMessage(message);
  const ledger: Ledger = {
    changed: (change) => say({ says: 'changed', change }),
    damaged: () => say({ says: 'damaged' }),
    bytes: async () => undefined, // the main thread knows
  };
  const name = socketPath.slice(socketPath.lastIndexOf('.') + 1);
  const worker = await openWorker(config.value, socketPath, log, name, ledger);
  const server = new Server({
    worker,
    buildId: ownBuildId(),
    log,
    onOtherBuild: () => say({ says: 'other-build' }),
    onControl: (_request, conversation) => conversation.finish([{ step: 'cli' }]), // asked of the main thread's socket only
  });
  port.on('message', (question: WorkerQuestion) => void answer(question));
  await server.listen(socketPath);
  say({ says: 'listening' });

  async function answer({ ask, id }: WorkerQuestion): Promise<void> {
    if (ask === 'drain') {
      await server.drain(DRAIN_PATIENCE_MS);
      await worker.close();
      await server.close();
    } else {
      await worker.settled(2_000);
    }
    if (ask === 'zero') worker.tally.zero();
    const { tally } = worker;
    const sessions = tally.takeSessions();
    const state = { id, counters: tally.snapshot(), sessions, lastActivityMs: server.lastActivityMs };
    say({ says: 'state', state });
  }
}

function socketOf(data: unknown): string {
  if (typeof data === 'object' && data !== null && 'socket' in data && typeof data.socket === 'string')
    return data.socket;
  throw new Error('a compile worker needs a socket');
}
