#!/usr/bin/env node
/**
 * Compiles real projects bare, with an empty cache and with a filled one, in the ways that projects do (optimised with
 * debug information, not optimised, coverage, split debug information, precompiled header), and compares every file that
 * is left and every message. Then random edits, each followed by an incremental build, bare and cached.
 *
 *   node scripts/real-code.mjs [--project zstd,opus,leveldb,abseil,client] [--files N] [--edits N] [--seed N] [--jobs N]
 *       [--configuration NAME] [--sccache PATH]
 *
 * Exit code 1 if anything differs, or the filled cache was not all hits.
 */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cleanEnvironment, IsolatedCache } from './demo/cache.mjs';
import { PROJECTS } from './demo/projects.mjs';
import { table } from './demo/terminal.mjs';
import { Build } from './real-code/build.mjs';
import { CONFIGURATIONS } from './real-code/configurations.mjs';
import { RandomEdits } from './real-code/edits.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Our own client: real code that is there without a network. */
const CLIENT = {
  title: 'the native client (C)',
  units: async () => {
    const folder = join(ROOT, 'src/client/native');
    const sources = readdirSync(folder).filter((name) => name.endsWith('.c'));
    const options = ['-std=c11', '-Wall', '-Wextra', '-D_GNU_SOURCE', '-DBUILD_ID="x"', '-I.'];
    return sources.map((source) => ({ folder, language: 'c', source, options }));
  },
};
const ALL = { ...PROJECTS, client: CLIENT };

const { values } = parseArgs({
  options: {
    project: { type: 'string', default: 'zstd,opus,leveldb,abseil' },
    files: { type: 'string', default: '1000' },
    edits: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', short: 'j', default: String(availableParallelism()) },
    configuration: { type: 'string' },
    sccache: { type: 'string', default: join(ROOT, 'dist/sccache') },
  },
});

/** What is wrong, for people. */
const problems = [];

/** Copies a project's sources, which edits will change, and gives its units there. */
async function copied(name, folder) {
  const units = (await ALL[name].units((text) => console.log(text))).slice(0, Number(values.files));
  const [from] = units.map((unit) => unit.folder);
  const source = join(folder, name);
  rmSync(source, { recursive: true, force: true });
  cpSync(from, source, { recursive: true, preserveTimestamps: true });
  return units.map((unit) => ({ ...unit, folder: source }));
}

/** Says where two builds differ, and gives the number of what is the same. */
function compare(what, expected, actual, excused = () => false) {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  const different = [...names].filter((name) => expected.get(name) !== actual.get(name) && !excused(name));
  for (const name of different.slice(0, 5))
    problems.push(`${what}: ${name}: ${expected.get(name)} / ${actual.get(name)}`);
  if (different.length > 5) problems.push(`${what}: and ${different.length - 5} more`);
  return names.size - different.length;
}

/** One configuration of a project: three whole builds. A row of the table. */
async function wholeBuilds({ name, folder, configuration, cache }) {
  const units = await copied(name, folder);
  const build = new Build({
    folder: join(folder, 'build'),
    units,
    configuration: CONFIGURATIONS[configuration],
    jobs: Number(values.jobs),
  });
  rmSync(join(folder, 'build'), { recursive: true, force: true });
  const pass = async (command, environment) => {
    build.clean();
    const before = cache.counts();
    const { seconds, said } = await build.run(command, environment);
    return { seconds, said, files: build.files(), hits: cache.counts().hits - before.hits };
  };
  const bare = await pass([], cleanEnvironment());
  const saved = join(folder, 'saved');
  build.saveTo(saved);
  const excused = (file) => build.isNearly(file, saved);
  const cold = await pass(cache.command, cache.environment);
  const what = `${name}, ${configuration}`;
  compare(`${what}, empty cache`, bare.files, cold.files, excused);
  compare(`${what}, empty cache, messages`, bare.said, cold.said);
  const warm = await pass(cache.command, cache.environment);
  const same = compare(`${what}, filled cache`, cold.files, warm.files);
  compare(`${what}, filled cache, messages`, bare.said, warm.said);
  rmSync(saved, { recursive: true });
  const failed = [...bare.said.values()].filter((said) => !said.startsWith('0\n')).length;
  if (warm.hits !== units.length - failed) {
    problems.push(
      `${what}: ${warm.hits} hits of ${units.length}; not cached: ${JSON.stringify(cache.counts().notCached)}`,
    );
  }
  const seconds = (one) => `${one.seconds.toFixed(1)} s`;
  return [
    name,
    configuration,
    units.length,
    seconds(bare),
    seconds(cold),
    seconds(warm),
    warm.hits,
    `${same} of ${bare.files.size}`,
  ];
}

/** Times of files are those of the kernel's clock: an edit has to be later than the objects of the build before it. */
const KERNEL_TICK_MS = 15;

/** All edits with incremental builds: what each build left and said. */
async function editedBuilds({ name, folder, command, environment }) {
  const units = await copied(name, folder);
  const build = new Build({
    folder: join(folder, 'build'),
    units,
    configuration: { options: ['-O0', '-g'] },
    jobs: Number(values.jobs),
  });
  rmSync(join(folder, 'build'), { recursive: true, force: true });
  build.clean();
  await build.run(command, environment);
  const [{ folder: root, options }] = units;
  const directories = options.filter((option) => option.startsWith('-I')).map((option) => join(root, option.slice(2)));
  const files = sourceFiles(root, units);
  const edits = new RandomEdits({ seed: Number(values.seed), files, directories });
  const steps = [];
  let seconds = 0;
  for (let number = 0; number < Number(values.edits); number += 1) {
    await sleep(KERNEL_TICK_MS);
    const edit = edits.next();
    const ran = await build.run(command, environment);
    seconds += ran.seconds;
    steps.push({ edit, compiled: ran.compiled, said: ran.said, files: build.files() });
  }
  return { steps, seconds };
}

/** The sources of the units and the headers beside them. */
function sourceFiles(root, units) {
  const folders = new Set(units.map((unit) => dirname(join(root, unit.source))));
  const headers = [...folders].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.h'))
      .sort()
      .map((file) => join(folder, file)),
  );
  return [...units.map((unit) => join(root, unit.source)), ...headers];
}

async function edited({ name, folder, cache }) {
  const before = cache.counts();
  const bare = await editedBuilds({ name, folder, command: [], environment: cleanEnvironment() });
  const cached = await editedBuilds({ name, folder, command: cache.command, environment: cache.environment });
  const after = cache.counts();
  for (const [number, step] of bare.steps.entries()) {
    const what = `${name}, edit ${number + 1} (${relative(folder, step.edit)})`;
    const other = cached.steps[number];
    compare(`${what}, messages`, step.said, other.said);
    compare(what, step.files, other.files);
  }
  const compiled = bare.steps.reduce((sum, step) => sum + step.compiled, 0);
  return [
    name,
    bare.steps.length,
    compiled,
    after.hits - before.hits,
    `${bare.seconds.toFixed(1)} s`,
    `${cached.seconds.toFixed(1)} s`,
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'sccache-real-'));
const cache = new IsolatedCache([values.sccache], join(folder, 'sccache'));
try {
  cache.start();
  const names = values.project.split(',');
  const configurations = values.configuration === undefined ? Object.keys(CONFIGURATIONS) : [values.configuration];
  const rows = [];
  for (const name of names) {
    for (const configuration of configurations) {
      rows.push(await wholeBuilds({ name, folder, configuration, cache }));
      console.log(rows.at(-1).join('  '));
    }
  }
  const editRows = [];
  for (const name of Number(values.edits) > 0 ? names : []) editRows.push(await edited({ name, folder, cache }));
  const print = (head, lines) => console.log(`\n${table([head, ...lines.map((line) => line.map(String))]).join('\n')}`);
  print(['project', 'options', 'files', 'bare', 'empty', 'filled', 'hits', 'same'], rows);
  if (editRows.length > 0) print(['project', 'edits', 'compiles', 'hits', 'bare', 'cached'], editRows);
} finally {
  cache.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
for (const problem of problems) console.log(problem);
console.log(problems.length === 0 ? '\nEverything is the same.' : `\n${problems.length} differences`);
process.exitCode = problems.length === 0 ? 0 : 1;
