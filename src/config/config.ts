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

const DEFAULT_LIMIT_BYTES = 10 * 1024 ** 3;
const DEFAULT_IDLE_SECONDS = 600;
/** More threads than this only contend for the page cache; a 64-core machine is served by 16. */
const MOST_WORKERS = 64;

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
  return success(
    Object.freeze({
      cacheDirectory: cacheDirectory(environment, home, platform),
      cacheLimitBytes: readSize(environment, warnings),
      idleTimeoutSeconds: readNumber(environment, 'SCCACHE_IDLE_TIMEOUT', DEFAULT_IDLE_SECONDS, 2 ** 31, warnings),
      directMode: directMode.value,
      readOnly: readMode(environment, warnings),
      workers: Math.max(1, readNumber(environment, 'SCCACHE_WORKERS', 1, MOST_WORKERS, warnings)),
      logFilter: environment['SCCACHE_LOG'] || undefined,
      errorLog: environment['SCCACHE_ERROR_LOG'] || undefined,
      warnings,
    }),
  );
}

function cacheDirectory(environment: Environment, home: string, platform: NodeJS.Platform): string {
  const own = environment['SCCACHE_DIR'];
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

function readNumber(
  environment: Environment,
  variable: string,
  fallback: number,
  most: number,
  warnings: string[],
): number {
  const text = environment[variable];
  if (text === undefined || text === '') return fallback;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= most) return Number(text);
  warnings.push(`${variable} is '${text}', not a number from 0 to ${most}; ${fallback} is used`);
  return fallback;
}

function readMode(environment: Environment, warnings: string[]): boolean {
  const text = environment['SCCACHE_LOCAL_RW_MODE']?.toUpperCase();
  if (text === undefined || text === '' || text === 'READ_WRITE') return false;
  if (text === 'READ_ONLY') return true;
  warnings.push(`SCCACHE_LOCAL_RW_MODE is '${text}', not READ_ONLY or READ_WRITE; READ_WRITE is used`);
  return false;
}

function readSwitch(environment: Environment, variable: string, fallback: boolean): Result<boolean, ConfigProblem> {
  const text = environment[variable]?.toLowerCase();
  if (text === undefined) return success(fallback);
  if (['true', 'on', '1'].includes(text)) return success(true);
  if (['false', 'off', '0'].includes(text)) return success(false);
  return failure({ variable, message: `${variable} must be 'true', 'on', '1', 'false', 'off' or '0'.` });
}
