#!/usr/bin/env node
/**
 * Takes protections away, one at a time, and checks that a test notices each: `scripts/mutation-check/protections.mjs`.
 *
 *   node scripts/mutation-check.mjs [--only PART OF A NAME]
 *
 * Works in a copy of the checkout. Exit code 1 if a protection can be taken away without a failing test.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PROTECTIONS } from './mutation-check/protections.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

/** Replaces the one place where a text stands; throws where there is none, or another: the list is out of date then. */
function replaceOnce(path, from, to) {
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${path} does not have once: ${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
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
    const { file, from, to, also = [] } = protection;
    for (const [path, before, after] of [[file, from, to], ...also]) replaceOnce(join(folder, path), before, after);
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
  const result = check(protection);
  if (result !== 'noticed') survivors += 1;
  console.log(`${result.padEnd(10)} ${protection.name}`);
}
process.exitCode = survivors === 0 ? 0 : 1;
