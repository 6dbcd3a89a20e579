import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locateSocket } from '../client/socket-path.ts';
import { connectDaemon } from '../client/start-daemon.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { settlePaths } from '../config/relative-paths.ts';
import { VERSION } from '../config/version.ts';
import type { StatisticsReport } from '../stats/counters.ts';
import { renderReport } from '../stats/formats.ts';
import { journalDirectory } from '../stats/journal/journal-files.ts';
import { readJournal } from '../stats/journal/journal-reader.ts';
import { SavedCounters, savedCountersFile } from '../stats/saved-counters.ts';
import { SavedSessions } from '../stats/saved-sessions.ts';
import { languageShares } from '../storage/local/language-shares.ts';
import { RealFiles } from '../system/files.ts';
import { fromText } from '../util/bytes.ts';
import { completionScript } from './completions.ts';
import { diagnose } from './doctor/doctor.ts';
import { findingsText } from './doctor/finding.ts';
import { explain, lastCompileOf, noCompileOf } from './explain/explain.ts';
import { keyDump } from './explain/key-dump.ts';
import { findBuild, noRequest } from './explain/latest-build.ts';
import { traceOf } from './explain/trace.ts';
import { alarm, fail } from './fail.ts';
import { manPage } from './man-page.ts';
import { readCommandLine } from './program.ts';
import { countText } from './quantities.ts';
import { setUp } from './setup/setup.ts';
import { manifestsText } from './show-manifests.ts';
import { startServer, zeroStatistics } from './start.ts';

/** The client has asked the daemon before it started this program: a daemon that is there did not answer. */
const NO_ANSWER = 'Failed to send data to or receive data from server';

/** The words of a sccache that was built without `dist-client`. */
const NO_PACKAGING = 'Toolchain packaging not compiled in, please rebuild with the dist-client feature';

/**
 * The command-line program: what no running daemon has answered already.
 *
 * @param words the arguments behind `sccache`
 * @returns the exit code: 0, or 2 for anything that is wrong (as sccache has it)
 */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const command = readCommandLine(asWords(words), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    alarm,
  });
  if (command.kind === 'said') return command.exitCode;
  if (command.kind === 'completions') return print(completionScript(command.shell));
  if (command.kind === 'man-page') return print(manPage());
  if (command.kind === 'dist-auth') return 0; // As sccache without a scheduler: there is nobody to authenticate to.
  if (command.kind === 'dist-status') return print('{"Disabled":"disabled"}\n');
  if (command.kind === 'package-toolchain') return fail(NO_PACKAGING);
  settlePaths(process.env, process.cwd());
  const config = await loadConfig(process.env);
  if (!config.ok) {
    if (command.kind !== 'doctor') return fail(config.error.message);
    process.stdout.write(findingsText([{ mark: 'bad', what: 'settings', found: config.error.message }]));
    return 1;
  }
  switch (command.kind) {
    case 'show-stats': {
      if (await isListening()) return fail('failed to get stats from server', NO_ANSWER);
      const report = await reportWithoutDaemon(config.value, command);
      process.stdout.write(renderReport(report, command.format, command.advanced));
      return 0;
    }
    case 'stop-server':
      process.stdout.write('Stopping sccache server...\n');
      return (await isListening())
        ? fail('failed to stop server', NO_ANSWER)
        : fail("couldn't connect to server", whyUnreachable());
    case 'explain': {
      const journal = readJournal(journalDirectory(config.value.cacheDirectory));
      const { text, exitCode } = explain(command.question, journal, process.cwd(), Date.now());
      process.stdout.write(text);
      return exitCode;
    }
    case 'show-key':
      return showKey(command.file, command.session, config.value);
    case 'debug-preprocessor-cache':
      return print(await manifestsText(fromText(config.value.cacheDirectory)));
    case 'doctor': {
      const patient = { config: config.value, environment: process.env, distribution: __dirname };
      const { text, exitCode } = await diagnose(patient, command.compilers);
      process.stdout.write(text);
      return exitCode;
    }
    case 'setup': {
      const home = { directory: homedir(), environment: process.env, sccache: join(__dirname, 'sccache') };
      const { text, exitCode } = setUp(command.request, home);
      process.stdout.write(text);
      return exitCode;
    }
    case 'trace':
      return writeTrace(command.file, command.session, config.value);
    case 'start-server':
      return startServer(config.value);
    case 'zero-stats':
      await savedCounters(config.value).zero();
      return zeroStatistics();
  }
}

/** `SCCACHE_START_SERVER=1 sccache`, as service managers have it, starts a daemon. */
function asWords(words: readonly string[]): readonly string[] {
  const starts = words.length === 0 && process.env['SCCACHE_START_SERVER'] === '1';
  return starts ? ['--start-server'] : words;
}

function writeTrace(file: string, session: string | undefined, config: Config): number {
  const build = findBuild([...readJournal(journalDirectory(config.cacheDirectory))], process.cwd(), session);
  if (build === undefined) return fail('failed to write a trace', noRequest(session));
  try {
    writeFileSync(file, traceOf(build));
  } catch (problem) {
    return fail('failed to write a trace', problem instanceof Error ? problem.message : String(problem));
  }
  return print(`${countText(build.entries.length, 'request', 'requests')} in ${file}\n`);
}

async function showKey(file: string | undefined, session: string | undefined, config: Config): Promise<number> {
  const journal = [...readJournal(journalDirectory(config.cacheDirectory))];
  const entry = file === undefined ? undefined : lastCompileOf(file, journal, process.cwd());
  const entries = file === undefined ? findBuild(journal, process.cwd(), session)?.entries : entry && [entry];
  if (entries === undefined) return fail('no key', file === undefined ? noRequest(session) : noCompileOf(file));
  return print(await keyDump(entries, config.cacheDirectory));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
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

function savedCounters({ cacheDirectory }: Config): SavedCounters {
  return new SavedCounters(savedCountersFile(cacheDirectory), new RealFiles());
}

/** Statistics as the last daemon left them. Nothing is started and nothing is created. */
async function reportWithoutDaemon(
  config: Config,
  { session, advanced }: { readonly session: string | undefined; readonly advanced: boolean },
): Promise<StatisticsReport> {
  const counters =
    session === undefined
      ? savedCounters(config).read()
      : new SavedSessions(config.cacheDirectory, new RealFiles()).read(session);
  return {
    counters,
    cacheLocation: `Local disk: ${JSON.stringify(config.cacheDirectory)}`,
    cacheBytes: undefined,
    cacheLimitBytes: config.cacheLimitBytes,
    languageShares: advanced ? await languageShares(config.cacheDirectory) : undefined,
    directMode: config.directMode,
    version: VERSION,
    baseDirectories: config.baseDirectories,
    mode: undefined,
    client: undefined,
    warnings: [...config.warnings, ...config.idle],
  };
}
