/** The cache under test, in a world of its own: a fresh cache directory, a socket of its own, none of the user's settings. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The environment without settings of any compiler cache. */
export function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(SCCACHE|CCACHE)_/.test(name));
  return Object.fromEntries(kept);
}

/** One `sccache` program with its own cache directory and daemon below `folder`. */
export class IsolatedCache {
  /** argv prefix of a compile. */
  command;
  environment;

  constructor(command, folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.command = command;
    this.environment = {
      ...cleanEnvironment(),
      SCCACHE_DIR: join(folder, 'cache'),
      SCCACHE_SERVER_UDS: join(folder, 'socket'),
      // Where the user's configuration file is not. (One of ours would be read, which takes a daemon's start 35 ms.)
      XDG_CONFIG_HOME: join(folder, 'configuration'),
      // A run that is killed leaves no daemon behind for long.
      SCCACHE_IDLE_TIMEOUT: '900',
    };
  }

  get socket() {
    return this.environment.SCCACHE_SERVER_UDS;
  }

  start() {
    this.#run(['--start-server']);
  }

  /** Stops the daemon; one that does not run is no failure. */
  stop() {
    try {
      this.#run(['--stop-server']);
    } catch {
      // Nothing to stop.
    }
  }

  /** `{ hits, misses, notCached }` since the daemon started; `notCached` counts by reason. */
  counts() {
    const { stats } = JSON.parse(this.#run(['--show-stats', '--stats-format', 'json']));
    const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
    return {
      hits: sum(stats.cache_hits.counts),
      misses: sum(stats.cache_misses.counts),
      notCached: stats.not_cached ?? {},
    };
  }

  #run(args) {
    const [program, ...first] = this.command;
    const stdio = ['ignore', 'pipe', 'pipe'];
    return execFileSync(program, [...first, ...args], { env: this.environment, encoding: 'utf8', stdio });
  }
}
