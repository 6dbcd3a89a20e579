import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { locateSocket } from '../client/socket-path.ts';
import { connectDaemon, startDaemon, startupTimeout } from '../client/start-daemon.ts';
import type { Config } from '../config/config.ts';
import { fail } from './fail.ts';

const IN_USE = 'Server startup failed: Address in use';

/**
 * Starts the daemon, or with `SCCACHE_NO_DAEMON=1` becomes one that stays in the foreground.
 *
 * @returns the exit code
 */
export async function startServer(config: Config): Promise<number> {
  const socket = locateSocket(process.env, true);
  if (!socket.ok) return fail('failed to start server process', socket.error);
  process.stdout.write('sccache: Starting the server...\n');
  if (config.noDaemon) return serveInForeground(socket.value);
  const started = await startDaemon(socket.value, daemonStart());
  if (!started.ok) return fail(`Server startup failed: ${started.error}`);
  if (started.value === 'running') return fail(IN_USE);
  process.stdout.write(`sccache: Listening on address ${socket.value}\n`);
  return 0;
}

/**
 * Without a daemon only what is saved can be zeroed, but scripts rely on there being one afterwards.
 *
 * @returns the exit code
 */
export async function zeroStatistics(): Promise<number> {
  const socket = locateSocket(process.env, true);
  const started = socket.ok ? await startDaemon(socket.value, daemonStart()) : socket;
  if (!started.ok) return fail("couldn't zero stats on server", started.error);
  process.stderr.write('Statistics zeroed.\n');
  return 0;
}

/** For service managers: what ends this process ends the daemon, and its exit code is ours. */
async function serveInForeground(socketPath: string): Promise<number> {
  const running = await connectDaemon(socketPath);
  running?.destroy();
  if (running) return fail(IN_USE);
  const daemon = spawn(process.execPath, [daemonScript(), socketPath], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => daemon.kill(signal));
  return new Promise((resolve) => {
    daemon.once('error', (error) => resolve(fail('failed to start server process', error.message)));
    daemon.once('exit', (code) => resolve(code ?? 2));
  });
}

/** It lies beside this program in `dist/`. */
function daemonScript(): string {
  return join(__dirname, 'daemon.cjs');
}

function daemonStart(): Parameters<typeof startDaemon>[1] {
  return { script: daemonScript(), environment: process.env, timeoutMs: startupTimeout(process.env) };
}
