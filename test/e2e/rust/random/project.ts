import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Fragment, functionsText } from './fragments.ts';
import { CRATES, type Edit, FILES } from './sequence.ts';

const BELOW: Readonly<Record<(typeof CRATES)[number], readonly string[]>> = {
  low: [],
  middle: ['low'],
  app: ['middle', 'low'],
};

/** A workspace of three crates, each with two modules, that a sequence changes. The same edits lead to the same tree. */
export class RandomWorkspace {
  /** Holds the workspace, which may be moved within it. */
  readonly root: string;
  readonly #before = new Map<string, string>();
  #name = 'w';

  constructor(root: string) {
    this.root = root;
    mkdirSync(this.directory, { recursive: true });
    this.#writeWorkspace('');
    for (const crate of CRATES) {
      this.#writeManifest(crate, '');
      for (const file of FILES) this.#writeSource(crate, file, []);
      for (const name of ['data.txt', 'part.in']) this.#write(join(crate, 'src', name), '0');
    }
  }

  /** Where cargo runs. */
  get directory(): string {
    return join(this.root, this.#name);
  }

  /** Makes a change, as far as it can be made. */
  apply(edit: Exclude<Edit, { kind: 'restart' }>): void {
    switch (edit.kind) {
      case 'nothing':
        break;
      case 'clean':
        rmSync(this.#path('target'), { recursive: true, force: true });
        break;
      case 'move-all':
        this.#moveAll();
        break;
      case 'source':
        this.#writeSource(edit.crate, edit.file, edit.parts);
        break;
      case 'back':
        this.#back(this.#sourceFile(edit.crate, edit.file));
        break;
      case 'touch':
        this.#touch(this.#sourceFile(edit.crate, edit.file));
        break;
      case 'delete':
        rmSync(this.#path(this.#sourceFile(edit.crate, edit.file)), { force: true });
        break;
      case 'move-module':
        this.#moveModule(join(edit.crate, 'src'), edit.file);
        break;
      case 'included':
        this.#write(join(edit.crate, 'src', edit.name), edit.text);
        break;
      case 'manifest':
        this.#writeManifest(edit.crate, edit.lines);
        break;
      case 'script':
        this.#writeScript(join(edit.crate, 'build.rs'), edit.lines);
        break;
      case 'profile':
        this.#writeWorkspace(edit.lines);
        break;
    }
  }

  #path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  #write(name: string, text: string): void {
    const path = this.#path(name);
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) this.#before.set(name, readFileSync(path, 'latin1'));
    writeFileSync(path, text);
  }

  #back(name: string): void {
    const before = this.#before.get(name);
    if (before !== undefined) this.#write(name, before);
  }

  #touch(name: string): void {
    const now = new Date();
    if (existsSync(this.#path(name))) utimesSync(this.#path(name), now, now);
  }

  #writeWorkspace(profile: string): void {
    this.#write('Cargo.toml', `[workspace]\nmembers = ["low", "middle", "app"]\nresolver = "2"\n${profile}\n`);
  }

  #writeManifest(crate: (typeof CRATES)[number], lines: string): void {
    const defaults = ['version = "0.1.0"', 'edition = "2021"'].filter(
      (line) => !lines.includes(line.split(' ')[0] ?? ''),
    );
    const below = BELOW[crate].map((name) => `${name} = { path = "../${name}" }`);
    const sections = ['[features]', 'extra = []', '[dependencies]', ...below];
    this.#write(
      join(crate, 'Cargo.toml'),
      `${['[package]', `name = "${crate}"`, ...defaults, lines, ...sections].join('\n')}\n`,
    );
  }

  #writeScript(name: string, lines: string | undefined): void {
    if (lines === undefined) rmSync(this.#path(name), { force: true });
    else this.#write(name, `fn main() {\n    ${lines}\n}\n`);
  }

  #writeSource(crate: (typeof CRATES)[number], file: (typeof FILES)[number], parts: readonly Fragment[]): void {
    const name = this.#sourceFile(crate, file);
    if (file !== 'root') {
      this.#write(name, functionsText(parts, BELOW[crate]));
      return;
    }
    const children = ['one', ...BELOW[crate]];
    const modules = '#![allow(unexpected_cfgs, dead_code)]\nmod one;\nmod two;\n';
    const main = crate === 'app' ? 'fn main() { println!("{} {}", value(), two::value()); }\n' : '';
    this.#write(name, modules + functionsText(parts, children) + main);
  }

  #sourceFile(crate: (typeof CRATES)[number], file: (typeof FILES)[number]): string {
    if (file === 'root') return join(crate, 'src', crate === 'app' ? 'main.rs' : 'lib.rs');
    const inDirectory = join(crate, 'src', file, 'mod.rs');
    return existsSync(this.#path(inDirectory)) ? inDirectory : join(crate, 'src', `${file}.rs`);
  }

  #moveModule(directory: string, file: string): void {
    const flat = this.#path(directory, `${file}.rs`);
    const nested = this.#path(directory, file, 'mod.rs');
    if (existsSync(flat)) {
      mkdirSync(dirname(nested), { recursive: true });
      renameSync(flat, nested);
    } else if (existsSync(nested)) {
      renameSync(nested, flat);
      rmdirSync(dirname(nested));
    }
  }

  #moveAll(): void {
    const old = this.directory;
    this.#name = this.#name === 'w' ? 'v' : 'w';
    renameSync(old, this.directory);
  }
}
