#!/usr/bin/env node
/**
 * Builds real Rust projects as people do (build, release, check, test, clippy, doc): bare, with an empty cache and with a
 * filled one after `cargo clean`, each followed by a build after an edit of a crate in the middle; then in a second
 * checkout. Compares the whole target directory, exit codes and messages, and says what was no hit and why.
 *
 *   node scripts/real-crates.mjs [--project ripgrep,web] [--command build,release,check,test,clippy,doc] [--sccache PATH]
 *       [--original PATH] [--folder PATH] [--shared]
 *
 * `--original` adds the times and hits of another sccache. `--shared` names both checkouts in `SCCACHE_BASEDIRS`; the bare
 * compiler is told the same remapping of paths. Exit code 1 if anything differs.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cleanEnvironment, IsolatedCache } from './demo/cache.mjs';
import { table } from './demo/terminal.mjs';
import { COMMANDS, cargoEnvironment, runCargo, targetTree } from './real-crates/cargo-build.mjs';
import { layProject, RUST_PROJECTS } from './real-crates/projects.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const { values } = parseArgs({
  options: {
    project: { type: 'string', default: Object.keys(RUST_PROJECTS).join() },
    command: { type: 'string', default: Object.keys(COMMANDS).join() },
    sccache: { type: 'string', default: join(ROOT, 'dist/sccache') },
    original: { type: 'string' },
    folder: { type: 'string' },
    shared: { type: 'boolean', default: false },
  },
});

let problems = 0;

/** Says what is wrong at once: a whole run takes long. */
function report(problem) {
  problems += 1;
  console.log(problem);
}

/** Without a cache. What `SCCACHE_BASEDIRS` adds to a command line a script adds here. */
function bareEnvironment({ folder }) {
  if (!values.shared) return cargoEnvironment(cleanEnvironment());
  const script = `${folder}.remapping`;
  writeFileSync(script, `#!/bin/sh\nexec "$@" --remap-path-prefix=${folder}=.\n`, { mode: 0o755 });
  return cargoEnvironment(cleanEnvironment(), script);
}

/** What the requests since the last call came to: outcome → number. */
class Requests {
  #cache;
  #lines = 0;

  constructor(cache) {
    this.#cache = cache;
  }

  async since() {
    await sleep(600); // lines wait a quarter of a second for others
    const file = join(this.#cache.environment.SCCACHE_DIR, 'journal/requests.jsonl');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    const added = lines.slice(this.#lines).map((line) => JSON.parse(line));
    this.#lines = lines.length;
    return added;
  }
}

/** Requests that were no hits, in words, with their number. */
function notHits(requests) {
  const words = requests.filter(({ outcome }) => outcome !== 'hit').map(inWords);
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join('; ');
}

function inWords({ outcome, reason, words, output, source, missed }) {
  if (outcome === 'not-compilation' || reason === '-')
    return `questions to rustc (${(words ?? []).slice(0, 2).join(' ')})`;
  const cause =
    missed?.causes?.map(({ what, name }) => [what, name].filter(Boolean).join(' ')).join(', ') ?? missed?.kind;
  return [outcome, reason, cause, output ?? source].filter(Boolean).join(': ');
}

/** A whole build and one after an edit of the crate in the middle, from nothing. */
async function bothBuilds({ folder, edited }, words, environment) {
  rmSync(join(folder, 'target'), { recursive: true, force: true });
  const text = readFileSync(edited, 'utf8');
  const target = join(folder, 'target');
  const whole = { ...(await runCargo(words, folder, environment)), tree: await targetTree(target) };
  try {
    await sleep(20); // later than all that was built
    writeFileSync(edited, `${text}\n/// Added.\npub fn added_by_an_edit() -> u32 { 7 }\n`);
    const again = { ...(await runCargo(words, folder, environment)), tree: await targetTree(target) };
    return { whole, again };
  } finally {
    writeFileSync(edited, text);
  }
}

function compare(what, expected, actual) {
  if (expected.said !== actual.said) report(`${what}: said\n${actual.said}\n  instead of\n${expected.said}`);
  const names = new Set([...expected.tree.keys(), ...actual.tree.keys()]);
  const different = [...names].filter((name) => expected.tree.get(name) !== actual.tree.get(name));
  for (const name of different.slice(0, 5))
    report(`${what}: ${name}: ${actual.tree.get(name)} instead of ${expected.tree.get(name)}`);
  if (different.length > 5) report(`${what}: and ${different.length - 5} more`);
}

function compareBoth(what, expected, actual) {
  compare(what, expected.whole, actual.whole);
  compare(`${what}, after an edit`, expected.again, actual.again);
}

const cell = ({ seconds, processorSeconds }) => `${seconds.toFixed(1)} (${processorSeconds.toFixed(1)})`;

/** One command of a project: a row of the table. */
async function row(name, command, { first, second }, cache, original) {
  const words = COMMANDS[command];
  const what = `${name}, cargo ${words.join(' ')}`;
  const requests = new Requests(cache);
  await requests.since();
  const bare = await bothBuilds(first, words, bareEnvironment(first));
  if (bare.whole.code !== 0) report(`${what}: failed\n${bare.whole.said}`);
  const environment = cargoEnvironment(cache.environment, values.sccache);
  const cold = await bothBuilds(first, words, environment);
  compareBoth(`${what}, empty cache`, bare, cold);
  await requests.since();
  const warm = await bothBuilds(first, words, environment);
  compareBoth(`${what}, filled cache`, bare, warm);
  const warmRequests = await requests.since();
  const elsewhere = await bothBuilds(second, words, environment);
  const elsewhereRequests = await requests.since();
  compareBoth(`${what}, second checkout`, await bothBuilds(second, words, bareEnvironment(second)), elsewhere);
  const hits = (all) => `${all.filter(({ outcome }) => outcome === 'hit').length} of ${all.length}`;
  console.log(`${what}\n  filled cache: ${notHits(warmRequests)}\n  second checkout: ${notHits(elsewhereRequests)}`);
  const cells = [bare.whole, cold.whole, warm.whole, elsewhere.whole, bare.again, cold.again, warm.again].map(cell);
  const others = original ? await originalCells(first, words, original) : [];
  return [name, words.join(' '), ...cells, hits(warmRequests), hits(elsewhereRequests), ...others];
}

async function originalCells(checkout, words, original) {
  const environment = cargoEnvironment(original.environment, original.command[0]);
  const cold = await bothBuilds(checkout, words, environment);
  const before = original.counts();
  const warm = await bothBuilds(checkout, words, environment);
  const after = original.counts();
  return [cell(cold.whole), cell(warm.whole), `${after.hits - before.hits}`];
}

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'sccache-crates-'));
mkdirSync(folder, { recursive: true });
const cache = new IsolatedCache([values.sccache], join(folder, 'sccache'));
const projects = values.project.split(',');
if (values.shared) {
  const checkouts = projects.flatMap((name) => [join(folder, 'first', name), join(folder, 'second', name)]);
  cache.environment.SCCACHE_BASEDIRS = checkouts.join(':');
}
const original = values.original && new IsolatedCache([values.original], join(folder, 'original'));
const rows = [];
try {
  for (const one of [cache, original]) if (one) one.start();
  for (const name of projects) {
    const first = { folder: join(folder, 'first', name) };
    const second = { folder: join(folder, 'second', name) };
    first.edited = layProject(RUST_PROJECTS[name], first.folder);
    cpSync(first.folder, second.folder, { recursive: true, preserveTimestamps: true });
    second.edited = first.edited.replace(first.folder, second.folder);
    for (const command of values.command.split(',')) {
      rows.push(await row(name, command, { first, second }, cache, original));
      console.log(rows.at(-1).join('  '));
    }
  }
  const head = [
    'project',
    'cargo',
    'bare',
    'empty',
    'filled',
    'elsewhere',
    'edit, bare',
    'edit, empty',
    'edit, filled',
  ];
  const more = ['hits', 'hits elsewhere', ...(original ? ['original, empty', 'original, filled', 'hits'] : [])];
  console.log(`\nSeconds, in brackets those of the processor.\n${table([[...head, ...more], ...rows]).join('\n')}`);
} finally {
  for (const one of [cache, original]) if (one) one.stop();
  if (!values.folder) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
console.log(problems === 0 ? '\nEverything is the same.' : `\n${problems} differences`);
process.exitCode = problems === 0 ? 0 : 1;
