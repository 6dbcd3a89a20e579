#!/usr/bin/env node
/**
 * Builds `dist/`: one CommonJS bundle for each program, their build id, and the native client.
 *
 *   node scripts/build.mjs [--portable | --native]
 *
 * CommonJS, because Node starts it some 5 ms sooner than ES modules; bundles, because each module file that Node must
 * find and read costs another 0.2 ms. They are not minified: a stack trace in a bug report has to be readable.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { rolldown } from 'rolldown';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');

const PROGRAMS = [
  { name: 'daemon', entry: 'src/daemon/start.ts' },
  { name: 'daemon-main', entry: 'src/daemon/main.ts' },
  { name: 'cli', entry: 'src/cli/main.ts' },
  { name: 'client', entry: 'src/client/main.ts' },
];

/** The bundle's text. Dynamic imports stay lazy inside it: their modules are evaluated when they are asked for. */
async function bundle(entry) {
  const warnings = [];
  const build = await rolldown({
    input: join(ROOT, entry),
    cwd: ROOT,
    platform: 'node',
    tsconfig: join(ROOT, 'tsconfig.json'),
    onLog: (level, log) => {
      if (level === 'warn') warnings.push(log.message);
    },
  });
  try {
    const { output } = await build.generate({ format: 'cjs', codeSplitting: false, sourcemap: false, minify: false });
    const chunks = output.filter((file) => file.type === 'chunk');
    if (chunks.length !== 1) throw new Error(`${entry}: ${chunks.length} chunks where one was expected`);
    for (const warning of warnings) console.warn(`${entry}: ${warning}`);
    return chunks[0].code;
  } finally {
    await build.close();
  }
}

/** Replaces a file in one step: a daemon that is starting reads the old file or the new one. */
function replaceFile(path, text) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** Its package reads this file from beside its own code, which is in the bundle. */
function zstdWasm() {
  return join(dirname(createRequire(import.meta.url).resolve('@bokuweb/zstd-wasm')), 'zstd.wasm');
}

/** What tells one build from another: the daemon refuses a client that was built with other bundles. */
function buildId(bundles) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const hash = createHash('sha256').update(`version ${version}\n`);
  for (const { name, text } of bundles) hash.update(`${name} ${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest('hex').slice(0, 16);
}

function report(path, detail) {
  console.log(`${relative(process.cwd(), path) || path}  ${detail}`);
}

async function main() {
  mkdirSync(DIST, { recursive: true });
  const bundles = await Promise.all(PROGRAMS.map(async ({ name, entry }) => ({ name, text: await bundle(entry) })));

  for (const { name, text } of bundles) {
    const path = join(DIST, `${name}.cjs`);
    replaceFile(path, text);
    report(path, `${(Buffer.byteLength(text) / 1024).toFixed(0)} KiB`);
  }
  replaceFile(join(DIST, 'zstd.wasm'), readFileSync(zstdWasm()));
  const id = buildId(bundles);
  replaceFile(join(DIST, 'build-id'), id);
  report(join(DIST, 'build-id'), id);

  const buildClient = join(ROOT, 'scripts/build-client.mjs');
  // `npm pack` runs `prepare` behind `prepack`: a tarball must not carry this machine's native client.
  const packing = ['pack', 'publish'].includes(process.env.npm_command ?? '') && !process.argv.includes('--native');
  const options = packing || process.argv.includes('--portable') ? ['--portable'] : [];
  const { status } = spawnSync(process.execPath, [buildClient, ...options], { stdio: 'inherit' });
  // It belongs to the Node that made it, and so is no part of a package.
  if (options.length > 0) rmSync(join(DIST, 'daemon-main.code'), { force: true });
  else spawnSync(process.execPath, [join(ROOT, 'scripts/code-cache.mjs')], { stdio: 'inherit' });
  return status ?? 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(process.stderr.isTTY ? error.message : stripVTControlCharacters(error.message));
  process.exitCode = 1;
}
