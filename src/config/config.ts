import { delimiter, isAbsolute, join } from 'node:path';
import { failure, type Result, success } from '../util/result.ts';
import { plainDirectories } from './base-directories.ts';
import { cacheSizeText, parseCacheSize } from './cache-size.ts';
import { setWithoutEffect } from './variables.ts';

/** All settings of a daemon, read once. */
export interface Config {
  readonly cacheDirectory: string;
  readonly cacheLimitBytes: number;
  /** 0: never. */
  readonly idleTimeoutSeconds: number;
  /** `SCCACHE_DIRECT`, as statistics show it. Results are found by their files either way. */
  readonly directMode: boolean;
  readonly readOnly: boolean;
  /** `SCCACHE_BASEDIRS`: directories whose place does not matter. Absolute, without a slash at the end. */
  readonly baseDirectories: readonly string[];
  readonly workers: number;
  /** `SCCACHE_NO_DAEMON=1`: a daemon started by hand stays in the foreground. */
  readonly noDaemon: boolean;
  /** `SCCACHE_LOG`. */
  readonly logFilter: string | undefined;
  /** `SCCACHE_ERROR_LOG`. */
  readonly errorLog: string | undefined;
  /** What was wrong and replaced by a default: shown by `--show-stats` and logged. */
  readonly warnings: readonly string[];
  /** What has no effect although nothing is wrong with it: shown likewise. */
  readonly idle: readonly string[];
}

/** What a configuration file may set. Undefined: it does not. */
export interface FileSettings {
  readonly cacheDirectory: string | undefined;
  readonly cacheLimitBytes: number | undefined;
  readonly readOnly: boolean | undefined;
  readonly directMode: boolean | undefined;
  readonly baseDirectories: readonly string[] | undefined;
  /** Keys that are right and have no effect. */
  readonly unused: readonly string[];
}

/** A setting without which nothing may start. */
export interface ConfigProblem {
  readonly variable: string;
  /** For people: names the variable, the value and what is allowed. */
  readonly message: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

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
/** What they ask for is so in any case; a wrong value is an error nevertheless, as in sccache. */
const SWITCHES_WITHOUT_EFFECT = ['SCCACHE_CLIENT_SIDE', 'SCCACHE_SKIP_CACHE_CHECK'];
const PORT = { name: 'SCCACHE_SERVER_PORT', fallback: 4226, least: 0, most: 65535, whole: true };

/**
 * Puts environment and configuration file into one frozen object; a variable wins over the file's key. A wrong number
 * is replaced by its default with a warning, because a typing error must not break a build; a wrong switch is an error, as in
 * sccache.
 *
 * @param home the user's home directory
 * @param warned what was wrong before
 */
export function configFrom(
  environment: Environment,
  file: FileSettings | undefined,
  home: string,
  platform: NodeJS.Platform,
  warned: readonly string[],
): Result<Config, ConfigProblem> {
  const variables = setWithoutEffect(environment);
  const warnings = [...warned, ...variables.unknown];
  const unused = (file?.unused ?? []).map((key) => `configuration key '${key}' has no effect here`);
  const directMode = readSwitch(environment, 'SCCACHE_DIRECT', file?.directMode ?? true);
  if (!directMode.ok) return directMode;
  for (const name of SWITCHES_WITHOUT_EFFECT) {
    const checked = readSwitch(environment, name, false);
    if (!checked.ok) return checked;
  }
  const baseDirectories = readBaseDirectories(environment, file?.baseDirectories ?? []);
  if (!baseDirectories.ok) return baseDirectories;
  checkSocket(environment, warnings);
  return success(
    Object.freeze({
      cacheDirectory: cacheDirectory(environment, file?.cacheDirectory, home, platform),
      cacheLimitBytes: readSize(environment, file?.cacheLimitBytes ?? DEFAULT_LIMIT_BYTES, warnings),
      idleTimeoutSeconds: readNumber(environment, warnings, IDLE_SECONDS),
      directMode: directMode.value,
      readOnly: readMode(environment, file?.readOnly ?? false, warnings),
      baseDirectories: baseDirectories.value,
      workers: readNumber(environment, warnings, WORKERS),
      noDaemon: environment['SCCACHE_NO_DAEMON'] === '1',
      logFilter: environment['SCCACHE_LOG'] || undefined,
      errorLog: environment['SCCACHE_ERROR_LOG'] || undefined,
      warnings: Object.freeze(warnings),
      idle: Object.freeze([...unused, ...variables.idle]),
    }),
  );
}

function cacheDirectory(
  environment: Environment,
  fromFile: string | undefined,
  home: string,
  platform: NodeJS.Platform,
): string {
  const own = environment['SCCACHE_DIR'] || fromFile;
  // The daemon runs in `/`, and its clients everywhere: home is the one directory that they share.
  if (own) return isAbsolute(own) ? own : join(home, own);
  if (platform === 'darwin') return join(home, 'Library/Caches/Mozilla.sccache');
  const xdg = environment['XDG_CACHE_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.cache'), 'sccache');
}

function readSize(environment: Environment, fallback: number, warnings: string[]): number {
  const text = environment['SCCACHE_CACHE_SIZE'];
  if (text === undefined || text === '') return fallback;
  const bytes = parseCacheSize(text);
  if (bytes !== undefined) return bytes;
  warnings.push(
    `SCCACHE_CACHE_SIZE is '${text}', not a number with K, M, G or T behind it such as 20G; ${cacheSizeText(fallback)} is used`,
  );
  return fallback;
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
function checkSocket(environment: Environment, warnings: string[]): void {
  const path = environment['SCCACHE_SERVER_UDS'];
  if (!path) readNumber(environment, warnings, PORT);
  else if (!isAbsolute(path)) warnings.push(`SCCACHE_SERVER_UDS is '${path}', no absolute path: nothing is cached`);
}

function readMode(environment: Environment, fallback: boolean, warnings: string[]): boolean {
  const text = environment['SCCACHE_LOCAL_RW_MODE'];
  if (text === undefined || text === '') return fallback;
  if (/^read_write$/i.test(text)) return false;
  if (/^read_only$/i.test(text)) return true;
  warnings.push(
    `SCCACHE_LOCAL_RW_MODE is '${text}', not READ_ONLY or READ_WRITE; ${fallback ? 'READ_ONLY' : 'READ_WRITE'} is used`,
  );
  return fallback;
}

function readSwitch(environment: Environment, variable: string, fallback: boolean): Result<boolean, ConfigProblem> {
  const text = environment[variable]?.toLowerCase();
  if (text === undefined || text === '') return success(fallback);
  if (['true', 'on', '1'].includes(text)) return success(true);
  if (['false', 'off', '0'].includes(text)) return success(false);
  return failure({ variable, message: `${variable} must be 'true', 'on', '1', 'false', 'off' or '0'.` });
}

/** Separated by colons; set but empty, there are none whatever the file says. A relative one is an error, as in sccache. */
function readBaseDirectories(
  environment: Environment,
  fromFile: readonly string[],
): Result<readonly string[], ConfigProblem> {
  const variable = 'SCCACHE_BASEDIRS';
  const directories = environment[variable]?.split(delimiter).filter((path) => path !== '') ?? fromFile;
  const relative = directories.find((path) => !isAbsolute(path));
  if (relative !== undefined) {
    return failure({ variable, message: `Basedir path must be absolute: "${relative}"` });
  }
  return success(Object.freeze(plainDirectories(directories)));
}
