#!/usr/bin/env node
/**
 * `npm test`: sets up what is missing, runs all tests, and prints `N passed, N failed` as its last line.
 *
 *   npm test [-- VITEST ARGUMENTS]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PRODUCTS = [
  'dist/sccache',
  'dist/client.cjs',
  'dist/cli.cjs',
  'dist/daemon.cjs',
  'dist/daemon-main.cjs',
  'dist/daemon-main.code',
  'dist/zstd.wasm',
  'dist/build-id',
];
const SOURCES = ['src', 'package.json', 'scripts/build.mjs', 'scripts/build-client.mjs'];

/** Runs a command to its end with our output; its exit code. */
function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

/** Runs a command that the tests cannot do without. */
function prepare(command, ...args) {
  const code = run(command, ...args);
  if (code !== 0) {
    console.error(`${[command, ...args].join(' ')} ended with ${code}`);
    console.log('0 passed, 1 failed');
    process.exit(code);
  }
}

/** The time of the newest file among the paths and what is below them. */
function newest(paths) {
  let time = 0;
  for (const path of paths.map((name) => join(ROOT, name))) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) continue;
    time = Math.max(time, stat.mtimeMs);
    if (!stat.isDirectory()) continue;
    for (const name of readdirSync(path, { recursive: true })) {
      time = Math.max(time, statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    }
  }
  return time;
}

function isBuilt() {
  if (!PRODUCTS.every((name) => existsSync(join(ROOT, name)))) return false;
  return Math.min(...PRODUCTS.map((name) => statSync(join(ROOT, name)).mtimeMs)) >= newest(SOURCES);
}

/** Runs vitest; its exit code and counts. A file that does not even load is one failure. */
function runTests(args) {
  const directory = mkdtempSync(join(tmpdir(), 'sccache-test-'));
  const report = join(directory, 'report.json');
  try {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const code = run(
      process.execPath,
      ...[vitest, 'run', '-c', 'scripts/vitest.config.ts', '--root', '.'],
      ...['--reporter=default', '--reporter=./scripts/retried-reporter.mjs'],
      ...['--reporter=json', `--outputFile.json=${report}`, ...args],
    );
    if (!existsSync(report)) return { code: code || 1, passed: 0, failed: 1 };
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const broken = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
    ).length;
    const failed = numFailedTests + broken;
    return { code: code || (failed > 0 ? 1 : 0), passed: numPassedTests, failed: code !== 0 ? failed || 1 : failed };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (!existsSync(join(ROOT, 'node_modules/vitest'))) prepare('npm', 'ci');
if (!isBuilt()) prepare(process.execPath, 'scripts/build.mjs');
prepare('sh', 'scripts/install-test-tools.sh');
const { code, passed, failed } = runTests(process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = code;
