#!/usr/bin/env node
/**
 * Takes protections away, one at a time, and checks that a test notices each: `scripts/mutation-check/protections.mjs`.
 *
 *   node scripts/mutation-check.mjs [--only PART OF A NAME]
 *   node scripts/mutation-check.mjs --list        only looks whether each protection stands where the list says
 *
 * Works in a copy of the checkout. Exit code 1 if a protection can be taken away without a failing test, or is not found.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PROTECTIONS } from './mutation-check/protections.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, list: { type: 'boolean' } } });

/** What is taken away, and what stands there then. */
function changesOf({ file, from, to, also = [] }) {
  return [[file, from, to], ...also];
}

/** Whether a text stands in a file, and once. */
function standsOnce(path, text) {
  return readFileSync(path, 'utf8').split(text).length === 2;
}

/** Whether the test passes; undefined when it did not run at all. */
function passes(folder, { test, only }) {
  const words = ['vitest', 'run', '-c', 'scripts/vitest.config.ts', '--root', '.', '--project', 'native'];
  const env = { ...process.env, NO_COLOR: '1' };
  const { stdout } = spawnSync('npx', [...words, `test/e2e/${test}.test.ts`, `--testNamePattern=${only}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const failed = / (\d+) failed/.test(stdout);
  return failed || / (\d+) passed/.test(stdout) ? !failed : undefined;
}

function check(protection) {
  const folder = mkdtempSync(join(tmpdir(), 'sccache-mutation-'));
  try {
    for (const name of ['src', 'test', 'scripts', 'bin', 'package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, before, after] of changesOf(protection)) {
      const text = readFileSync(join(folder, path), 'utf8');
      writeFileSync(
        join(folder, path),
        text.replace(before, () => after),
      );
    }
    const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: folder });
    if (built.status !== 0) return 'does not build';
    const passed = passes(folder, protection);
    return passed === undefined ? 'no test ran' : passed ? 'SURVIVED' : 'noticed';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let survivors = 0;
for (const protection of PROTECTIONS.filter(({ name }) => name.includes(values.only))) {
  const stands = changesOf(protection).every(([path, before]) => standsOnce(join(ROOT, path), before));
  const result = !stands ? 'NOT FOUND' : values.list ? 'noticed' : check(protection);
  if (result !== 'noticed') survivors += 1;
  if (!values.list || !stands) console.log(`${result.padEnd(10)} ${protection.name}`);
}
process.exitCode = survivors === 0 ? 0 : 1;
