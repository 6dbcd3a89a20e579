/** Builds a list of units as make would: several compilers at a time, only what is out of date, one object for each unit. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { Unavailable } from '../demo/packages.mjs';
import { objectName } from '../demo/passes.mjs';
import { commandOf, compilerOf, prefixHeader } from './configurations.mjs';

/** One folder of objects for one configuration. */
export class Build {
  #folder;
  #units;
  #configuration;
  #jobs;

  constructor({ folder, units, configuration, jobs }) {
    this.#folder = folder;
    this.#units = units;
    this.#configuration = configuration;
    this.#jobs = jobs;
  }

  /**
   * Empties the folder. A precompiled header stays: gcc's differ from run to run, and then so does the key.
   */
  clean() {
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder)) if (!name.startsWith('prefix-')) rmSync(join(this.#folder, name));
    if (!this.#configuration.precompiled) return;
    for (const language of new Set(this.#units.map((unit) => unit.language))) this.#precompile(language);
  }

  #precompile(language) {
    const header = this.#prefix()[language];
    if (existsSync(`${header}.gch`)) return;
    writeFileSync(header, prefixHeader(language));
    const unit = this.#units.find((one) => one.language === language);
    const options = unit.options.filter((option) => /^-(?:std|pthread|f)/.test(option));
    const [program, ...words] = compilerOf(unit);
    const own = this.#configuration.options;
    const argv = [...words, ...options, ...own, '-x', `${language}-header`, header, '-o', `${header}.gch`];
    const { status, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
    if (status !== 0) throw new Unavailable(`${program} ${argv.join(' ')}\n${stderr}`);
  }

  #prefix() {
    return { c: join(this.#folder, 'prefix-c.h'), 'c++': join(this.#folder, 'prefix-c++.h') };
  }

  /** Compiles what is out of date by its dependency file. Gives the seconds, the units, and what each compiler said. */
  async run(command, environment) {
    const stale = this.#units.filter((unit) => this.#isStale(unit));
    const said = new Map();
    const started = performance.now();
    let next = 0;
    const lane = async () => {
      while (next < stale.length) {
        const unit = stale[next++];
        said.set(unit.source, await this.#compile(unit, command, environment));
      }
    };
    await Promise.all(Array.from({ length: this.#jobs }, lane));
    return { seconds: (performance.now() - started) / 1000, compiled: stale.length, said };
  }

  #object(unit) {
    return join(this.#folder, objectName(unit));
  }

  #isStale(unit) {
    const object = this.#object(unit);
    const list = object.replace(/o$/, 'd');
    if (!existsSync(object) || !existsSync(list)) return true;
    const built = statSync(object).mtimeMs;
    const names = readFileSync(list, 'utf8').replaceAll('\\\n', ' ').split(/\s+/).slice(1).filter(Boolean);
    return names.some(
      (name) => (statSync(resolve(unit.folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > built,
    );
  }

  /** Exit code and messages of one compile. */
  #compile(unit, command, environment) {
    const argv = [...command, ...commandOf(unit, this.#configuration, this.#object(unit), this.#prefix())];
    const [program, ...words] = argv;
    return new Promise((done, reject) => {
      const child = spawn(program, words, { cwd: unit.folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
      const pieces = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => pieces.push(piece));
      child.on('error', reject);
      child.on('close', (code, signal) => done(`${signal ?? code}\n${Buffer.concat(pieces)}`));
    });
  }

  /** Keeps a copy of all files. */
  saveTo(folder) {
    cpSync(this.#folder, folder, { recursive: true, preserveTimestamps: true });
  }

  /** Whether a file is what it was when it was saved, but for what the compiler makes anew each time. */
  isNearly(name, saved) {
    const { anewEachTime = 0 } = this.#configuration;
    const [one, other] = [this.#folder, saved].map((folder) => join(folder, name));
    if (anewEachTime === 0 || !existsSync(one) || !existsSync(other)) return false;
    const [bytes, expected] = [readFileSync(one), readFileSync(other)];
    if (bytes.length !== expected.length) return false;
    let different = 0;
    for (let index = 0; index < bytes.length; index += 1) if (bytes[index] !== expected[index]) different += 1;
    return different <= anewEachTime;
  }

  /** Every file that the compilers left: name → mode, length and digest. */
  files() {
    const names = readdirSync(this.#folder).filter((name) => !name.startsWith('prefix-'));
    return new Map(names.map((name) => [name, describe(join(this.#folder, name))]));
  }
}

function describe(path) {
  const stat = lstatSync(path);
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
  return `${(stat.mode & 0o7777).toString(8)} ${stat.size} ${digest}`;
}
