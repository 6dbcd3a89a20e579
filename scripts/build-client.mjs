#!/usr/bin/env node
/**
 * Builds `dist/sccache`, the program that a build starts: the native client, or where none can be built a launcher of
 * the client in TypeScript (`dist/client.cjs`), which does the same some 40 ms later.
 *
 *   node scripts/build-client.mjs [--if-bundled] [--portable] [--sanitize OUT]
 *
 *   --if-bundled    do nothing before `dist/` has its bundles (a fresh clone: `prepare` comes back later)
 *   --portable      write the launcher: what a package that is to run anywhere contains
 *   --sanitize OUT  build the native client with the address and undefined behaviour sanitizers as OUT, for tests
 *
 * An installation never fails for want of a compiler. `SCCACHE_SKIP_NATIVE=1` asks for the launcher too.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const CLIENT = join(DIST, 'sccache');
const SOURCES = join(ROOT, 'src/client/native');

const WARNINGS = ['-std=c11', '-Wall', '-Wextra', '-Werror'];
const SANITIZERS = [
  '-g',
  '-O1',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
];

/** Works in a package of ES modules and outside of any. */
const LAUNCHER = `#!/usr/bin/env node
import('./client.cjs');
`;

/** The compilers to try. `CC` may hold options, or a cache in front of the compiler, as make has it. */
function compilers() {
  const named = [process.env.CC, 'cc', 'gcc', 'clang'];
  return [...new Set(named)].filter((name) => name !== undefined && name !== '');
}

/**
 * What to try, best first. A static executable starts in a fifth of the time, one with musl's small C library in half
 * of that again; glibc cannot always be linked statically, and macOS has no static executables at all.
 */
function attempts() {
  const statically = process.platform === 'linux' ? ['musl-gcc', ...compilers()] : [];
  return [
    ...statically.map((compiler) => ({ compiler, flags: ['-O2', '-static', '-s'] })),
    ...compilers().map((compiler) => ({ compiler, flags: ['-O2'] })),
  ];
}

function readBuildId() {
  const path = join(DIST, 'build-id');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

/** A C string literal. */
function literal(text) {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Compiles to `target` in one step. Returns what the compiler said against it, undefined when it succeeded. */
function compile({ compiler, flags }, buildId, target) {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  const defines = [`-DBUILD_ID=${literal(buildId)}`, `-DSCCACHE_NODE=${literal(process.execPath)}`];
  const temporary = `${target}.${process.pid}.tmp`;
  const [program, ...words] = compiler.split(/\s+/);
  const { status, error, stderr } = spawnSync(
    program,
    [...words, ...WARNINGS, ...flags, ...defines, ...sources.map((name) => join(SOURCES, name)), '-o', temporary],
    // A cache of an older build in front of the compiler must not start the daemon that is being replaced.
    { encoding: 'utf8', env: { ...process.env, SCCACHE_INNER: '1' } },
  );
  if (status === 0) {
    renameSync(temporary, target);
    return undefined;
  }
  rmSync(temporary, { force: true });
  return error === undefined ? stderr.trim() : error.message;
}

/** The first attempt that succeeds, else what each of them said. */
function buildNative(buildId, target, candidates) {
  const failures = [];
  for (const attempt of candidates) {
    const complaint = compile(attempt, buildId, target);
    if (complaint === undefined) return { attempt, failures };
    failures.push(`${attempt.compiler} ${attempt.flags.join(' ')}: ${complaint}`);
  }
  return { attempt: undefined, failures };
}

function writeLauncher() {
  const temporary = `${CLIENT}.${process.pid}.tmp`;
  writeFileSync(temporary, LAUNCHER);
  chmodSync(temporary, 0o755);
  renameSync(temporary, CLIENT);
}

function report(path, detail) {
  console.log(`${relative(process.cwd(), path) || path}  ${detail}`);
}

function main() {
  const { values } = parseArgs({
    options: { 'if-bundled': { type: 'boolean' }, portable: { type: 'boolean' }, sanitize: { type: 'string' } },
  });
  if (values.sanitize !== undefined) {
    const candidates = compilers().map((compiler) => ({ compiler, flags: SANITIZERS }));
    const { attempt, failures } = buildNative(readBuildId() ?? 'test', resolve(values.sanitize), candidates);
    if (attempt === undefined) console.error(failures.join('\n'));
    return attempt === undefined ? 1 : 0;
  }

  if (values['if-bundled'] && !existsSync(join(DIST, 'daemon.cjs'))) return 0;
  mkdirSync(DIST, { recursive: true });
  const buildId = readBuildId();
  const unwanted = values.portable || process.env.SCCACHE_SKIP_NATIVE === '1';
  if (!unwanted && buildId !== undefined && process.platform !== 'win32') {
    const { attempt, failures } = buildNative(buildId, CLIENT, attempts());
    if (attempt !== undefined) {
      report(CLIENT, `native, ${[attempt.compiler, ...attempt.flags].join(' ')}`);
      return 0;
    }
    console.warn(`no native client: ${failures.at(-1)}`);
  }
  writeLauncher();
  report(CLIENT, 'launcher of the TypeScript client');
  return 0;
}

process.exitCode = main();
