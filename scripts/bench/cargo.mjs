/** Benchmark of a whole Rust project: `cargo build` of ripgrep, in two checkouts. */
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../demo/packages.mjs';
import { cargoEnvironment } from '../real-crates/cargo-build.mjs';
import { layProject, RUST_PROJECTS } from '../real-crates/projects.mjs';
import { interleave } from './measure.mjs';
import { printTimes, timingRows } from './report.mjs';
import { kacheTool } from './tools.mjs';

/** A daemon reads the inputs of the last link when cargo has its answer already: who deletes them at once loses that one. */
const REST_MS = 2000;

/** Builds of what no cache has seen, then of what all have, then the same in a second checkout. */
export async function cargo({ runner, tools, runs = 5, folder, kache }) {
  const { title: project } = RUST_PROJECTS.ripgrep;
  const title = `Rust project: cargo build of ${project}`;
  const checkouts = layCheckouts(folder, title);
  if (checkouts === undefined) return undefined;
  const builders = tools.filter(({ name }) => name !== 'true' && name !== 'ccache');
  if (kache !== undefined) builders.push(kacheTool(resolve(kache), join(folder, 'kache')));
  const build = async (tool, checkout, flags) => {
    rmSync(join(checkout, 'target'), { recursive: true, force: true });
    await sleep(REST_MS);
    const environment = cargoEnvironment(tool.environment, tool.command.join(' '));
    const settings = { RUSTFLAGS: flags, SCCACHE_BASEDIRS: checkouts.join(':') };
    const argv = ['cargo', 'build', '--quiet'];
    return runner.time({ argv, count: 1, cwd: checkout, environment: { ...environment, ...settings } });
  };

  const [first, second] = checkouts;
  // A name for conditional compilation that nothing asks for makes every crate another one.
  let round = 0;
  const flags = () => `--cfg round${round++}`;
  const cold = builders.map((tool) => ({ name: tool.name, sample: () => build(tool, first, flags()) }));
  const coldRows = timingRows(await interleave(`${title}, new`, Math.min(runs, 3), cold));
  printTimes(`${title}, nothing cached`, coldRows);

  const caches = builders.filter(({ name }) => name !== 'bare');
  for (const tool of caches) for (const checkout of checkouts) await build(tool, checkout, '');
  const before = caches.map((tool) => tool.hits?.());
  const warm = caches.flatMap((tool) => [
    { name: tool.name, sample: () => build(tool, first, '') },
    { name: `${tool.name}, second checkout`, sample: () => build(tool, second, '') },
  ]);
  const warmRows = timingRows(await interleave(`${title}, cached`, runs, warm));
  for (const [i, tool] of caches.entries()) {
    if (before[i] === undefined) continue;
    const hits = (tool.hits() - before[i]) / (2 * runs);
    warmRows[2 * i].note = hits > 0 ? `${hits.toFixed(0)} hits a build` : 'NOT A HIT';
    if (hits === 0) process.exitCode = 1;
  }
  printTimes(`${title}, everything cached`, warmRows);
  return { cold: coldRows, warm: warmRows };
}

/** Two folders with the same project; undefined, with a word about it, where cargo is missing or cannot get it. */
function layCheckouts(folder, title) {
  const checkouts = ['first', 'second'].map((name) => join(folder, name));
  try {
    layProject(RUST_PROJECTS.ripgrep, checkouts[0]);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`\n${title}: left out\n${error.message}`);
    return undefined;
  }
  cpSync(checkouts[0], checkouts[1], { recursive: true, preserveTimestamps: true });
  return checkouts;
}
