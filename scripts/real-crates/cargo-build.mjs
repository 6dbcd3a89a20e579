/** Runs cargo and keeps what it said and left, in a form that can be compared. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What people do with a project. */
export const COMMANDS = {
  build: ['build'],
  release: ['build', '--release'],
  check: ['check'],
  test: ['test', '--no-run'],
  clippy: ['clippy'],
  doc: ['doc'],
};

/** What cargo itself writes with times, directories' names and its own hashes in it. All else is compared. */
const WRITTEN_BY_CARGO = [
  /\/\.fingerprint\//,
  /\/\.rustc_info\.json$/,
  /\/\.rustdoc_fingerprint\.json$/,
  /\/\.cargo-(?:build-)?lock$/,
  /\/build\/[^/]+\/(?:invoked\.timestamp|root-output)$/,
];

/** cargo's environment: nobody's settings, no network (all crates are there), no incremental state. */
export function cargoEnvironment(environment, wrapper) {
  const kept = Object.entries(environment).filter(
    ([name]) => !/^(?:RUSTC|RUSTDOC|RUSTFLAGS|CARGO_(?!HOME$))/.test(name),
  );
  const set = { CARGO_NET_OFFLINE: 'true', CARGO_INCREMENTAL: '0', CARGO_TERM_COLOR: 'never' };
  return { ...Object.fromEntries(kept), ...set, ...(wrapper && { RUSTC_WRAPPER: wrapper }) };
}

/**
 * Runs `cargo WORDS`. Gives exit code, wall and processor seconds, and what it said with the lines sorted: several crates
 * are compiled at once, and each says when it is begun.
 */
export async function runCargo(words, folder, environment) {
  const started = performance.now();
  // The shell tells what it and all its children took.
  const script = 'cargo "$@"; code=$?; times >&3; exit $code';
  const child = spawn('bash', ['-c', script, 'cargo', ...words], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', '', ''];
  for (const index of [1, 2, 3]) {
    child.stdio[index].setEncoding('utf8').on('data', (text) => {
      texts[index] += text;
    });
  }
  const code = await new Promise((done, reject) => child.on('error', reject).on('close', done));
  return {
    code,
    seconds: (performance.now() - started) / 1000,
    processorSeconds: secondsOf(texts[3]),
    said: [code, ...sortedLines(texts[1]), ...sortedLines(texts[2])].join('\n'),
  };
}

function sortedLines(text) {
  return text
    .split('\n')
    .filter((line) => !/^ +(?:Finished|Blocking) /.test(line))
    .sort();
}

/** The second line of `times`: children, user and system. */
function secondsOf(text) {
  const numbers = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return numbers.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** Everything below a target directory: name → mode, length and digest. */
export async function targetTree(target) {
  const tree = new Map();
  if (!existsSync(target)) return tree;
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(target.length);
    if (WRITTEN_BY_CARGO.some((pattern) => pattern.test(name))) continue;
    tree.set(name, await describe(path));
  }
  return tree;
}

async function describe(path) {
  const stat = lstatSync(path);
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!stat.isFile()) return `directory ${mode}`;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `${mode} ${stat.size} ${stat.nlink} ${hash.digest('hex')}`;
}
