import { isMainThread, workerData } from 'node:worker_threads';
import { settlePaths } from '../config/relative-paths.ts';
import { scrubEnvironment } from './environment.ts';
import { runDaemon } from './run-daemon.ts';
import { isUpkeep } from './upkeep.ts';
import { runUpkeepThread } from './upkeep-thread.ts';
import { runWorkerThread } from './worker-thread.ts';

if (isMainThread) {
  settlePaths(process.env, process.env['PWD']);
  scrubEnvironment(process.env);
  process.chdir('/');
  // The bundle is CommonJS, which has no top-level await.
  void runDaemon(process.argv[2]).then((code) => process.exit(code));
} else if (isUpkeep(workerData)) {
  void runUpkeepThread();
} else {
  void runWorkerThread();
}
