/** Compiles a list of units, several at a time, into one folder. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from './packages.mjs';
import { Progress } from './terminal.mjs';

/**
 * Compiles every unit with `jobs` compilers at once into `build`, which is emptied first.
 * Gives the seconds it took and the digest of each object file.
 */
export async function compileAll({ label, units, build, command, environment, jobs }) {
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  const progress = new Progress(label, units.length);
  const started = performance.now();
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < units.length) {
      await compile(units[next++], build, command, environment);
      progress.update(++done);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, lane));
  } finally {
    progress.finish();
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, digests: digests(build) };
}

/** The object file's name of a unit: flat, since two folders may have sources of one name. */
export function objectName({ source }) {
  return `${source.replaceAll('/', '__')}.o`;
}

function compile(unit, build, command, environment) {
  const object = join(build, objectName(unit));
  const compiler = unit.language === 'c' ? (process.env.CC ?? 'cc') : (process.env.CXX ?? 'c++');
  const argv = [...command, ...compiler.split(' '), ...unit.options, '-c', unit.source, '-o', object];
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: unit.folder, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Unavailable(`${argv.join(' ')}\nended with ${signal ?? code}\n${errors}`));
    });
  });
}

function digests(build) {
  const sha256 = (name) =>
    createHash('sha256')
      .update(readFileSync(join(build, name)))
      .digest('hex');
  return new Map(readdirSync(build).map((name) => [name, sha256(name)]));
}
