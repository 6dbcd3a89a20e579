#!/usr/bin/env node
/**
 * Measures this cache against the bare compiler, ccache, and the original sccache. See docs/benchmarks.md.
 *
 *   npm run bench -- [--only NAME,...] [--runs N] [--warm-up N] [--jobs N] [--sccache PATH]
 *       [--kache FOLDER] [--soak N] [--syscalls] [--json FILE]
 *
 * Exit code 1 when a figure is not what its row says: a hit that was none, a compile that failed.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cargo } from './bench/cargo.mjs';
import { hitLarge, hitSmall, miss, throughput } from './bench/compiles.mjs';
import { hitCrate } from './bench/crate.mjs';
import { soak, start, syscalls } from './bench/daemons.mjs';
import { project } from './bench/project.mjs';
import { machine } from './bench/report.mjs';
import { Runner } from './bench/runner.mjs';
import { writeSources } from './bench/sources.mjs';
import { bareTool, ccacheTool, nothingTool, sccacheTool } from './bench/tools.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const BENCHMARKS = {
  'hit-small': hitSmall,
  'hit-large': hitLarge,
  'hit-crate': hitCrate,
  miss,
  project,
  cargo,
  start,
  throughput,
  soak,
};

class UsageError extends Error {}

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      runs: { type: 'string' },
      'warm-up': { type: 'string' },
      jobs: { type: 'string', short: 'j' },
      ours: { type: 'string' },
      sccache: { type: 'string' },
      kache: { type: 'string' },
      soak: { type: 'string' },
      syscalls: { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  const names = values.only?.split(',') ?? Object.keys(BENCHMARKS);
  const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: there are ${Object.keys(BENCHMARKS).join(', ')}`);
  // The original decides by its own name whether it is called as a cache or as a compiler.
  if (values.sccache !== undefined && basename(values.sccache) !== 'sccache') {
    throw new UsageError(`--sccache ${values.sccache}: the program must be called sccache`);
  }
  return {
    names,
    runs: positive('runs', values.runs, undefined),
    warmUp: positive('warm-up', values['warm-up'], 300),
    jobs: positive('jobs', values.jobs, availableParallelism()),
    soak: positive('soak', values.soak, 5000),
    ours: values.ours ?? join(ROOT, 'dist/sccache'),
    original: values.sccache,
    kache: values.kache,
    syscalls: values.syscalls === true,
    json: values.json,
  };
}

function positive(name, text, otherwise) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${name} ${text}: not a positive number`);
  return value;
}

/** The tools that are there; says which are missing. */
function collectTools(options, folder) {
  const tools = [nothingTool(), bareTool()];
  if (existsSync(options.ours)) tools.push(sccacheTool('sccache-ts', [resolve(options.ours)], join(folder, 'ours')));
  else console.log(`sccache-ts: ${options.ours} is missing (npm run build)`);
  const ccache = ccacheTool(join(folder, 'ccache'));
  if (ccache !== undefined) tools.push(ccache);
  else console.log('ccache: not installed');
  if (options.original !== undefined) {
    tools.push(sccacheTool('sccache (original)', [resolve(options.original)], join(folder, 'original')));
  } else {
    console.log('sccache (original): left out (--sccache PATH)');
  }
  return tools;
}

async function runBenchmarks(options, folder, tools) {
  const sources = join(folder, 'sources');
  mkdirSync(sources);
  writeSources(sources);
  const world = { runner: new Runner(folder), tools, folder: sources, ...options };
  // Caches do not trust files that are younger than their clock can tell apart.
  await sleep(2500);
  const results = {};
  for (const tool of tools) tool.start();
  for (const name of options.names) results[name] = await BENCHMARKS[name](world);
  if (options.syscalls) results.syscalls = await syscalls(world);
  return results;
}

async function main() {
  const options = readOptions();
  const folder = mkdtempSync(join(tmpdir(), 'sccache-bench-'));
  const tools = collectTools(options, folder);
  const cleanUp = () => {
    for (const tool of tools) tool.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      cleanUp();
      process.exit(130);
    });
  }
  try {
    const environment = machine();
    console.log(Object.values(environment).join(', '));
    const results = await runBenchmarks(options, folder, tools);
    if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine: environment, results }, null, 2)}\n`);
  } finally {
    cleanUp();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
