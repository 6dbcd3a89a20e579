#!/usr/bin/env node
/**
 * Leaves `dist/daemon-main.code`: what V8 makes of the daemon's bundle, for this very Node, so that a daemon starts some
 * 35 ms sooner (src/daemon/start.ts). Functions are in it that were called, so a daemon of its own answers a few requests.
 *
 *   node scripts/code-cache.mjs
 *
 * Nothing depends on it: where it cannot be made, or Node is another one later, the daemon compiles its bundle. Before
 * `dist/` has its bundles there is nothing to do.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
const DAEMON = join(DIST, 'daemon.cjs');
const PATIENCE_MS = 20_000;

/** Ours alone, whatever the caller's settings are. */
function environment(directory) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('SCCACHE_'));
  return {
    ...Object.fromEntries(others),
    SCCACHE_CONF: join(directory, 'none.toml'),
    SCCACHE_DIR: join(directory, 'cache'),
    SCCACHE_SERVER_UDS: join(directory, 'socket'),
  };
}

/** A miss, hits, and a question. Without a compiler (`CC`, else `cc`) they fail, and the start alone is remembered. */
function makeRequests(directory, env) {
  const compiler = (process.env.CC ?? 'cc').split(' ')[0];
  const run = (...args) =>
    spawnSync(join(DIST, 'sccache'), args, { cwd: directory, env, stdio: 'ignore', timeout: PATIENCE_MS });
  writeFileSync(join(directory, 'a.c'), '#include <stdio.h>\nint main(void) { return puts(""); }\n');
  for (let times = 0; times < 3; times++) run(compiler, '-c', 'a.c');
  run('--show-stats');
  run('--stop-server');
}

async function main() {
  if (!existsSync(DAEMON)) return;
  const directory = mkdtempSync(join(tmpdir(), 'sccache-code-'));
  const env = environment(directory);
  writeFileSync(env.SCCACHE_CONF, '');
  const daemon = spawn(process.execPath, [DAEMON, env.SCCACHE_SERVER_UDS, '--write-code'], {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const patience = setTimeout(() => daemon.kill('SIGKILL'), PATIENCE_MS);
  try {
    const ended = once(daemon, 'exit');
    await Promise.race([once(daemon.stdio[3], 'data'), ended]);
    makeRequests(directory, env);
    await ended;
  } finally {
    clearTimeout(patience);
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.warn(`no compiled form of the daemon: ${error.message}`);
}
