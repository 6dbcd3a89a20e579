#!/usr/bin/env node
/**
 * Shows the cache at work on real projects: compiles them bare, with an empty cache and with a filled one, and compares
 * every object file. Exit code 1 if one differs or the last pass was not all hits.
 *
 *   npm run demo -- [--project zstd,leveldb | abseil] [--jobs N] [--sccache PATH]
 *
 * Runs in a fresh checkout: it installs and builds what is missing. Needs Node and a C and C++ compiler (CC, CXX).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cleanEnvironment, IsolatedCache } from './demo/cache.mjs';
import { Unavailable } from './demo/packages.mjs';
import { compileAll } from './demo/passes.mjs';
import { PROJECTS } from './demo/projects.mjs';
import { colour, table } from './demo/terminal.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

function readOptions() {
  const { values } = parseArgs({
    options: {
      project: { type: 'string', default: 'zstd,leveldb' },
      jobs: { type: 'string', short: 'j', default: String(availableParallelism()) },
      sccache: { type: 'string' },
    },
  });
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new Unavailable(`--jobs ${values.jobs}: not a number of jobs`);
  const projects = values.project.split(',');
  const unknown = projects.find((name) => !Object.hasOwn(PROJECTS, name));
  if (unknown !== undefined) {
    throw new Unavailable(`--project ${unknown}: there are ${Object.keys(PROJECTS).join(', ')}`);
  }
  return { jobs, projects, sccache: values.sccache };
}

/** argv prefix of the cache to show; installs and builds it when this is a fresh checkout. */
function sccacheCommand(given) {
  if (given !== undefined) return [resolve(given)];
  if (!existsSync(join(ROOT, 'node_modules/rolldown'))) npm(['ci']);
  if (!existsSync(join(ROOT, 'dist/sccache'))) npm(['run', 'build']);
  const client = join(ROOT, 'dist/sccache');
  if (readFileSync(client).subarray(0, 2).equals(Buffer.from('#!'))) {
    console.log('No native client (no C compiler when it was built?): this is the slower one in TypeScript.');
  }
  return [client];
}

function npm(args) {
  console.log(`npm ${args.join(' ')} ...`);
  const { status } = spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Unavailable(`npm ${args.join(' ')} failed: see above`);
}

function requireCompilers(units) {
  const wanted = new Set(
    units.map(({ language }) => (language === 'c' ? (process.env.CC ?? 'cc') : (process.env.CXX ?? 'c++'))),
  );
  for (const compiler of wanted) {
    const [program, ...args] = compiler.split(' ');
    const { status, stdout } = spawnSync(program, [...args, '--version'], { encoding: 'utf8' });
    if (status !== 0)
      throw new Unavailable(`${compiler} does not run: install a compiler, or name one with CC and CXX`);
    console.log(`${compiler}: ${stdout.split('\n')[0]}`);
  }
}

async function collectUnits(projects) {
  const units = [];
  for (const name of projects) {
    const { title, units: list } = PROJECTS[name];
    const found = await list((text) => console.log(text));
    console.log(`${title}: ${found.length} files`);
    units.push(...found);
  }
  return units;
}

/** The three passes, into the same build folder, because an object may hold its path. */
async function runPasses({ units, jobs, cache, folder }) {
  const build = join(folder, 'build');
  const bare = await compileAll({ label: 'bare', units, build, command: [], environment: cleanEnvironment(), jobs });
  const passes = [{ name: 'bare compiler', ...bare, hits: 0, misses: 0 }];
  cache.start();
  const { command, environment } = cache;
  for (const name of ['sccache, empty', 'sccache, filled']) {
    const before = cache.counts();
    const pass = await compileAll({ label: name, units, build, command, environment, jobs });
    const after = cache.counts();
    passes.push({
      name,
      ...pass,
      hits: after.hits - before.hits,
      misses: after.misses - before.misses,
      notCached: after.notCached,
    });
  }
  return passes;
}

/** Prints the table and what is wrong; gives the exit code. */
function report(passes, total) {
  const [bare, , warm] = passes;
  const rows = passes.map((pass) => [
    pass.name,
    `${pass.seconds.toFixed(2)} s`,
    pass === bare ? '1' : ratio(pass.seconds / bare.seconds),
    pass === bare ? '-' : String(pass.hits),
    pass === bare ? '-' : String(pass.misses),
    pass === bare ? `${bare.digests.size}` : `${same(bare.digests, pass.digests)} of ${total}`,
  ]);
  const [head, ...lines] = table([['', 'time', 'of bare', 'hits', 'misses', 'same objects'], ...rows]);
  console.log(`\n${colour('bold', head)}\n${lines.join('\n')}\n`);

  const problems = [];
  for (const pass of passes.slice(1)) {
    const equal = same(bare.digests, pass.digests);
    if (equal !== total || pass.digests.size !== total) {
      problems.push(`${pass.name}: ${total - equal} of ${total} objects differ from the bare compiler's`);
    }
  }
  if (warm.hits !== total) {
    problems.push(`${warm.name}: ${warm.hits} hits where ${total} were expected`);
    for (const [reason, count] of Object.entries(warm.notCached)) problems.push(`not cached: ${reason} (${count})`);
  }
  for (const problem of problems) console.log(colour('red', problem));
  if (problems.length > 0) return 1;
  const times = (bare.seconds / warm.seconds).toFixed(0);
  console.log(
    colour('green', `Every object is byte for byte the bare compiler's; the filled cache is ${times} times as fast.`),
  );
  return 0;
}

function ratio(value) {
  return value < 0.1 ? value.toFixed(3) : value.toFixed(2);
}

function same(expected, actual) {
  return [...expected].filter(([name, digest]) => actual.get(name) === digest).length;
}

async function main() {
  const { jobs, projects, sccache } = readOptions();
  const command = sccacheCommand(sccache);
  const units = await collectUnits(projects);
  requireCompilers(units);
  const folder = mkdtempSync(join(tmpdir(), 'sccache-demo-'));
  const cache = new IsolatedCache(command, join(folder, 'sccache'));
  const cleanUp = () => {
    cache.stop();
    // Retries: a compiler that has not noticed the interrupt yet may still write into it.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      cleanUp();
      process.exit(130);
    });
  }
  try {
    console.log(`compiling ${units.length} files three times, ${jobs} at a time\n`);
    return report(await runPasses({ units, jobs, cache, folder }), units.length);
  } finally {
    cleanUp();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(colour('red', error instanceof Unavailable ? error.message : String(error?.stack ?? error)));
  process.exitCode = 1;
}
