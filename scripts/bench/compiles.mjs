/** Benchmarks of single compiles: hits and misses. */
import { interleave } from './measure.mjs';
import { printTimes, timingRows } from './report.mjs';

const CC = process.env.CC ?? 'cc';
const CXX = process.env.CXX ?? 'c++';

/** argv of the compiles; `{s}` is the slot, so that compiles at the same time do not write the same object. */
export const COMPILES = {
  small: [CC, '-c', 'small.c', '-o', 'small-{s}.o'],
  large: [CXX, '-std=c++17', '-g', '-Iinclude', '-c', 'large.cpp', '-o', 'large-{s}.o'],
  miss: [CXX, '-std=c++17', '-O1', '-DRUN={i}', '-c', 'miss.cpp', '-o', 'miss-{s}.o'],
};

/** A warm hit on a C file whose object has 1 KB: what a request costs at least. */
export function hitSmall(world) {
  return warmHits(world, {
    title: 'Hit: C, 25 headers, object of 1 KB',
    argv: COMPILES.small,
    rounds: 15,
    bare: 4,
    hits: 40,
  });
}

/** A warm hit on a C++ file with many headers and a large object: what a stat and a byte cost. */
export function hitLarge(world) {
  const title = 'Hit: C++ with -g, 475 headers, object of 3 MB';
  return warmHits(world, { title, argv: COMPILES.large, rounds: 7, bare: 1, hits: 20 });
}

/** Times hits of all tools on one command, when each has answered it often. */
export async function warmHits(world, { title, argv, rounds, bare, hits }) {
  const { runner, tools, runs = rounds, folder, warmUp } = world;
  const subjects = [];
  const checks = [];
  for (const tool of tools) {
    const count = tool.hits === undefined ? bare : hits;
    const run = (times) =>
      runner.time({ argv: [...tool.command, ...argv], count: times, cwd: folder, environment: tool.environment });
    // The first fills the cache; the next ones fill what a tool remembers about files it has seen settle. What is asked for
    // is how long a hit takes in the midst of a build: V8 takes some hundred requests to compile what answers them.
    if (tool.hits !== undefined) await run(2 + warmUp);
    checks.push(expectHits(tool, count * runs));
    subjects.push({ name: tool.name, sample: async () => (await run(count)) / count });
  }
  const rows = timingRows(await interleave(title, runs, subjects));
  for (const [i, row] of rows.entries()) row.note = checks[i]();
  printTimes(title, rows);
  return rows;
}

/**
 * Counts a tool's hits from now on. The function it gives says what is wrong, if anything: a tool that runs the
 * compiler instead of answering from its cache must not get a figure for a hit.
 */
export function expectHits(tool, expected) {
  if (tool.hits === undefined) return () => undefined;
  const before = tool.hits();
  return () => {
    const counted = tool.hits() - before;
    if (counted === expected) return undefined;
    process.exitCode = 1;
    return `NOT A HIT: ${counted} hits in ${expected} compiles`;
  };
}

/** A miss on a C++ file of some half a second: what the cache adds to a compile. */
export async function miss({ runner, tools, runs = 11, folder }) {
  const title = 'Miss: C++, half a second';
  const timed = tools.filter(({ name }) => name !== 'true');
  const subjects = timed.map((tool) => {
    const argv = [...tool.command, ...COMPILES.miss];
    const sample = () => runner.time({ argv, count: 1, cwd: folder, environment: tool.environment });
    return { name: tool.name, sample };
  });
  const checks = timed.map((tool) => expectHits(tool, 0));
  // The first miss also asks the compiler who it is.
  for (const { sample } of subjects) await sample();
  const rows = timingRows(await interleave(title, runs, subjects));
  for (const [i, row] of rows.entries()) {
    if (checks[i]() === undefined) continue;
    row.note = 'NOT A MISS';
    process.exitCode = 1;
  }
  printTimes(title, rows);
  return rows;
}

/** Hits a second, with as many clients as processors and with four times as many. */
export async function throughput({ runner, tools, runs = 5, folder, jobs }) {
  const caches = tools.filter(({ name }) => name !== 'bare');
  const all = [];
  for (const atOnce of [jobs, jobs * 4]) {
    const title = `Throughput: hits on the small C file, ${atOnce} at a time`;
    const count = 500;
    const subjects = [];
    const checks = [];
    for (const tool of caches) {
      const argv = [...tool.command, ...COMPILES.small];
      const run = (times) =>
        runner.time({ argv, count: times, jobs: atOnce, cwd: folder, environment: tool.environment });
      await run(atOnce * 2);
      checks.push(expectHits(tool, count * runs));
      subjects.push({ name: tool.name, sample: async () => (await run(count)) / count });
    }
    const rows = timingRows(await interleave(title, runs, subjects));
    for (const [i, row] of rows.entries()) {
      const wrong = checks[i]();
      row.perSecond = 1000 / row.milliseconds;
      row.note = wrong ?? `${row.perSecond.toFixed(0)} a second`;
    }
    printTimes(title, rows);
    all.push({ jobs: atOnce, rows });
  }
  return all;
}
