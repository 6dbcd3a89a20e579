import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locateSocket } from '../client/socket-path.ts';
import { connectDaemon, startDaemon, startupTimeout } from '../client/start-daemon.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import { type StatisticsReport, zeroCounters } from '../stats/counters.ts';
import { reportJson } from '../stats/report-json.ts';
import { reportText } from '../stats/report-text.ts';
import { readCommandLine } from './program.ts';

/**
 * The command-line program: what no running daemon has answered already.
 *
 * @param words the arguments behind `sccache`
 * @returns the exit code: 0, or 2 for anything that is wrong (as sccache has it)
 */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const command = readCommandLine(words, {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
  if (command.kind === 'said') return command.exitCode;
  const config = loadConfig(process.env, homedir(), process.platform);
  if (!config.ok) return fail(config.error.message);
  switch (command.kind) {
    case 'show-stats': {
      const report = reportWithoutDaemon(config.value);
      process.stdout.write(command.format === 'json' ? reportJson(report) : reportText(report, command.advanced));
      return 0;
    }
    case 'start-server':
      return startServer();
    case 'stop-server':
      process.stdout.write('Stopping sccache server...\n');
      return fail("couldn't connect to server", 'No such file or directory (os error 2)');
    case 'zero-stats':
      return zeroStatistics();
  }
}

/** Starts the daemon, or with `SCCACHE_NO_DAEMON=1` becomes one that stays in the foreground. */
async function startServer(): Promise<number> {
  const socket = locateSocket(process.env, true);
  if (!socket.ok) return fail('failed to start server process', socket.error);
  process.stdout.write('sccache: Starting the server...\n');
  if (process.env['SCCACHE_NO_DAEMON'] === '1') {
    const daemon = spawnSync(process.execPath, [daemonScript(), socket.value], { stdio: 'inherit' });
    return daemon.status ?? 2;
  }
  const running = await connectDaemon(socket.value);
  running?.destroy();
  if (running) return fail('Server startup failed: Address in use');
  const started = await startDaemon(socket.value, daemonStart());
  if (!started.ok) return fail(`Server startup failed: ${started.error}`);
  process.stdout.write(`sccache: Listening on address ${socket.value}\n`);
  return 0;
}

/** There is nothing to zero without a daemon, but scripts rely on there being one afterwards. */
async function zeroStatistics(): Promise<number> {
  const socket = locateSocket(process.env, true);
  const started = socket.ok ? await startDaemon(socket.value, daemonStart()) : socket;
  if (!started.ok) return fail("couldn't zero stats on server", started.error);
  process.stderr.write('Statistics zeroed.\n');
  return 0;
}

function daemonScript(): string {
  return join(__dirname, 'daemon.cjs');
}

function daemonStart(): Parameters<typeof startDaemon>[1] {
  return { script: daemonScript(), environment: process.env, timeoutMs: startupTimeout(process.env) };
}

/** Statistics of no daemon: zeros. Nothing is started and nothing is created. */
function reportWithoutDaemon(config: Config): StatisticsReport {
  return {
    counters: zeroCounters(),
    cacheLocation: `Local disk: ${JSON.stringify(config.cacheDirectory)}`,
    cacheBytes: undefined,
    cacheLimitBytes: config.cacheLimitBytes,
    directMode: config.directMode,
    version: VERSION,
    baseDirectories: [],
    mode: undefined,
    client: undefined,
    warnings: config.warnings,
  };
}

function fail(message: string, cause?: string): number {
  process.stderr.write(`sccache: error: ${message}\n`);
  if (cause !== undefined) process.stderr.write(`sccache: caused by: ${cause}\n`);
  return 2;
}
