import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { locateSocket } from '../client/socket-path.ts';
import { connectDaemon } from '../client/start-daemon.ts';
import { type Config, loadConfig } from '../config/config.ts';
import { VERSION } from '../config/version.ts';
import { type StatisticsReport, zeroCounters } from '../stats/counters.ts';
import { reportJson } from '../stats/report-json.ts';
import { reportText } from '../stats/report-text.ts';
import { alarm, fail } from './fail.ts';
import { readCommandLine } from './program.ts';
import { startServer, zeroStatistics } from './start.ts';

/** The client has asked the daemon before it started this program: a daemon that is there did not answer. */
const NO_ANSWER = 'Failed to send data to or receive data from server';

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
    alarm,
  });
  if (command.kind === 'said') return command.exitCode;
  const config = loadConfig(process.env, homedir(), process.platform);
  if (!config.ok) return fail(config.error.message);
  switch (command.kind) {
    case 'show-stats': {
      if (await isListening()) return fail('failed to get stats from server', NO_ANSWER);
      const report = reportWithoutDaemon(config.value);
      process.stdout.write(command.format === 'json' ? reportJson(report) : reportText(report, command.advanced));
      return 0;
    }
    case 'stop-server':
      process.stdout.write('Stopping sccache server...\n');
      return (await isListening())
        ? fail('failed to stop server', NO_ANSWER)
        : fail("couldn't connect to server", whyUnreachable());
    case 'start-server':
      return startServer(config.value);
    case 'zero-stats':
      return zeroStatistics();
  }
}

async function isListening(): Promise<boolean> {
  const socket = locateSocket(process.env, false);
  const connection = socket.ok ? await connectDaemon(socket.value) : undefined;
  connection?.destroy();
  return connection !== undefined;
}

/** In the words of sccache, which are the system's. */
function whyUnreachable(): string {
  const socket = locateSocket(process.env, false);
  return socket.ok && existsSync(socket.value)
    ? 'Connection refused (os error 111)'
    : 'No such file or directory (os error 2)';
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
