import { isAbsolute, join } from 'node:path';
import { failure, type Result, success } from '../util/result.ts';
import { parseCacheSize } from './cache-size.ts';

/** All settings of a daemon, read once. */
export interface Config {
  readonly cacheDirectory: string;
  readonly cacheLimitBytes: number;
  /** 0: never. */
  readonly idleTimeoutSeconds: number;
  /** `SCCACHE_DIRECT`, as statistics show it. Results are found by their files either way. */
  readonly directMode: boolean;
  readonly readOnly: boolean;
  readonly workers: number;
  /** `SCCACHE_NO_DAEMON=1`: a daemon started by hand stays in the foreground. */
  readonly noDaemon: boolean;
  /** `SCCACHE_LOG`. */
  readonly logFilter: string | undefined;
  /** `SCCACHE_ERROR_LOG`. */
  readonly errorLog: string | undefined;
  /** What was wrong and replaced by a default: shown by `--show-stats` and logged. */
  readonly warnings: readonly string[];
}

/** A setting without which nothing may start. */
export interface ConfigProblem {
  readonly variable: string;
  /** For people: names the variable, the value and what is allowed. */
  readonly message: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable with a number, and what it may be. */
interface NumberVariable {
  readonly name: string;
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
  /** Without decimals. */
  readonly whole: boolean;
}

const DEFAULT_LIMIT_BYTES = 10 * 1024 ** 3;
/** Parts of a second are sccache-ts's own: tests of idleness would take seconds without them. */
const IDLE_SECONDS = { name: 'SCCACHE_IDLE_TIMEOUT', fallback: 600, least: 0, most: 2 ** 31, whole: false };
/** More threads than this only contend for the page cache; a 64-core machine is served by 16. */
const WORKERS = { name: 'SCCACHE_WORKERS', fallback: 1, least: 1, most: 64, whole: true };
const PORT = { name: 'SCCACHE_SERVER_PORT', fallback: 4226, least: 0, most: 65535, whole: true };

/**
 * Reads the environment into one frozen object. A wrong number is replaced by its default with a warning, because a typing
 * error must not break a build; a wrong switch is an error, as in sccache.
 *
 * @param home the user's home directory
 */
export function loadConfig(
  environment: Environment,
  home: string,
  platform: NodeJS.Platform,
): Result<Config, ConfigProblem> {
  const warnings: string[] = [];
  const directMode = readSwitch(environment, 'SCCACHE_DIRECT', true);
  if (!directMode.ok) return directMode;
  checkPort(environment, warnings);
  return success(
    Object.freeze({
      cacheDirectory: cacheDirectory(environment, home, platform),
      cacheLimitBytes: readSize(environment, warnings),
      idleTimeoutSeconds: readNumber(environment, warnings, IDLE_SECONDS),
      directMode: directMode.value,
      readOnly: readMode(environment, warnings),
      workers: readNumber(environment, warnings, WORKERS),
      noDaemon: environment['SCCACHE_NO_DAEMON'] === '1',
      logFilter: environment['SCCACHE_LOG'] || undefined,
      errorLog: environment['SCCACHE_ERROR_LOG'] || undefined,
      warnings: Object.freeze(warnings),
    }),
  );
}

function cacheDirectory(environment: Environment, home: string, platform: NodeJS.Platform): string {
  const own = environment['SCCACHE_DIR'];
  // The daemon runs in `/`, and its clients everywhere: home is the one directory that they share.
  if (own) return isAbsolute(own) ? own : join(home, own);
  if (platform === 'darwin') return join(home, 'Library/Caches/Mozilla.sccache');
  const xdg = environment['XDG_CACHE_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.cache'), 'sccache');
}

function readSize(environment: Environment, warnings: string[]): number {
  const text = environment['SCCACHE_CACHE_SIZE'];
  if (text === undefined || text === '') return DEFAULT_LIMIT_BYTES;
  const bytes = parseCacheSize(text);
  if (bytes !== undefined) return bytes;
  warnings.push(`SCCACHE_CACHE_SIZE is '${text}', not a number with K, M, G or T behind it such as 20G; 10G is used`);
  return DEFAULT_LIMIT_BYTES;
}

function readNumber(environment: Environment, warnings: string[], variable: NumberVariable): number {
  const { name, fallback, least, most, whole } = variable;
  const text = environment[name];
  if (text === undefined || text === '') return fallback;
  const number = (whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  warnings.push(`${name} is '${text}', not a number from ${least} to ${most}; ${fallback} is used`);
  return fallback;
}

/** The clients find the socket, each by itself and silently (`client/socket-path.ts`); here is where one can say so. */
function checkPort(environment: Environment, warnings: string[]): void {
  if (!environment['SCCACHE_SERVER_UDS']) readNumber(environment, warnings, PORT);
}

function readMode(environment: Environment, warnings: string[]): boolean {
  const text = environment['SCCACHE_LOCAL_RW_MODE'];
  if (text === undefined || text === '' || /^read_write$/i.test(text)) return false;
  if (/^read_only$/i.test(text)) return true;
  warnings.push(`SCCACHE_LOCAL_RW_MODE is '${text}', not READ_ONLY or READ_WRITE; READ_WRITE is used`);
  return false;
}

function readSwitch(environment: Environment, variable: string, fallback: boolean): Result<boolean, ConfigProblem> {
  const text = environment[variable]?.toLowerCase();
  if (text === undefined || text === '') return success(fallback);
  if (['true', 'on', '1'].includes(text)) return success(true);
  if (['false', 'off', '0'].includes(text)) return success(false);
  return failure({ variable, message: `${variable} must be 'true', 'on', '1', 'false', 'off' or '0'.` });
}
