import { isMainThread } from 'node:worker_threads';
import { scrubEnvironment } from './environment.ts';
import { runDaemon } from './run-daemon.ts';
import { runWorkerThread } from './worker-thread.ts';

if (isMainThread) {
  scrubEnvironment(process.env);
  process.chdir('/');
  // The bundle is CommonJS, which has no top-level await.
  void runDaemon(process.argv[2]).then((code) => process.exit(code));
} else {
  void runWorkerThread();
}
