import { homedir } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { loadConfig } from '../config/config.ts';
import { openLog } from './log.ts';
import { openWorker, ownBuildId } from './run-daemon.ts';
import { Server } from './server.ts';
import type { WorkerMessage, WorkerQuestion } from './workers.ts';

const DRAIN_PATIENCE_MS = 60_000;

/** The life of a compile worker in a thread of its own: a socket, clients, and the main thread's questions. */
export async function runWorkerThread(): Promise<void> {
  const socketPath = socketOf(workerData);
  const config = loadConfig(process.env, homedir(), process.platform);
  if (!config.ok || parentPort === null) throw new Error('a compile worker is started by the daemon');
  const port = parentPort;
  const log = await openLog(config.value.logFilter, config.value.errorLog);
  const worker = await openWorker(config.value, socketPath, log, socketPath.slice(socketPath.lastIndexOf('.') + 1));
  const server = new Server({
    worker,
    buildId: ownBuildId(),
    log,
    onOtherBuild: () => {}, // the main thread sees that client's next try and drains all
    onControl: (_request, conversation) => conversation.finish([{ step: 'cli' }]), // asked of the main thread's socket only
  });
  port.on('message', (question: WorkerQuestion) => void answer(question));
  await server.listen(socketPath);
  port.postMessage({ says: 'listening' } satisfies WorkerMessage);

  async function answer({ ask, id }: WorkerQuestion): Promise<void> {
    if (ask === 'drain') {
      await server.drain(DRAIN_PATIENCE_MS);
      await worker.close();
      await server.close();
    } else {
      await worker.settled(2_000);
    }
    if (ask === 'zero') worker.tally.zero();
    const state = { id, counters: worker.tally.snapshot(), lastActivityMs: server.lastActivityMs };
    port.postMessage({ says: 'state', state } satisfies WorkerMessage);
  }
}

function socketOf(data: unknown): string {
  if (typeof data === 'object' && data !== null && 'socket' in data && typeof data.socket === 'string')
    return data.socket;
  throw new Error('a compile worker needs a socket');
}
