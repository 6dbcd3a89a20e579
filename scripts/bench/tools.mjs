/**
 * The compiler caches that are compared: each is an argv prefix, an environment of its own, and a way to count hits.
 * A tool is `{ name, command, environment, start(), stop(), hits() }`; `hits` is undefined where there are none to count.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cleanEnvironment, IsolatedCache } from '../demo/cache.mjs';

/** The compiler alone. */
export function bareTool() {
  return { name: 'bare', command: [], environment: cleanEnvironment(), start() {}, stop() {} };
}

/** Starts a process that does nothing: the floor under every figure. `prefix` swallows the compiler's argv. */
export function nothingTool() {
  return { name: 'true', command: ['true'], environment: cleanEnvironment(), start() {}, stop() {} };
}

/** An sccache, ours or another; its daemon is `daemonPid()`. */
export function sccacheTool(name, command, folder) {
  const cache = new IsolatedCache(command, folder);
  return {
    name,
    command: cache.command,
    environment: cache.environment,
    start: () => cache.start(),
    stop: () => cache.stop(),
    hits: () => cache.counts().hits,
    socket: cache.socket,
  };
}

/** ccache with its default configuration; undefined when it is not installed. */
export function ccacheTool(folder) {
  const program = findInPath('ccache');
  if (program === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const configuration = join(folder, 'ccache.conf');
  writeFileSync(configuration, '');
  const environment = { ...cleanEnvironment(), CCACHE_DIR: join(folder, 'cache'), CCACHE_CONFIGPATH: configuration };
  return {
    name: 'ccache',
    command: [program],
    environment,
    start() {},
    stop() {},
    hits: () => ccacheHits(program, environment),
  };
}

/** kache with a local cache; its two programs are in `programs`. It counts no hits that we read. */
export function kacheTool(programs, folder) {
  const environment = {
    ...cleanEnvironment(),
    PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
    KACHE_CACHE_DIR: folder,
    KACHE_LOCAL_ONLY: '1',
  };
  return { name: 'kache', command: [join(programs, 'kache')], environment, start() {}, stop() {} };
}

function ccacheHits(program, env) {
  const counters = execFileSync(program, ['--print-stats'], { env, encoding: 'utf8' });
  let hits = 0;
  for (const [, count] of counters.matchAll(/^(?:direct|preprocessed)_cache_hit\t(\d+)$/gm)) hits += Number(count);
  return hits;
}

function findInPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
