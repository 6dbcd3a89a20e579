import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Edit, SOURCES } from './edits.ts';
import { headerText, sourceText } from './fragments.ts';

/** The time of every file that nobody touched: an edit is to be noticed without its help. */
const OLD_SECONDS = 1_717_200_000;

/** What an edit needs beyond the file system. */
export interface Surroundings {
  /** Runs a bare compiler in the project. */
  compile(words: readonly string[], directory: string): Promise<void>;
  restartDaemon(index: number): Promise<void>;
}

/** An edit that makes, moves or takes away names, and fails where it cannot. */
type NameEdit = Extract<
  Edit,
  {
    kind:
      | 'touch'
      | 'delete'
      | 'delete-precompiled'
      | 'rename'
      | 'copy'
      | 'link'
      | 'make-directory'
      | 'delete-directory'
      | 'link-directory';
  }
>;

/** The directory in which one sequence happens. The same edits lead to the same tree. */
export class RandomProject {
  /** Holds the project, which may be moved within it. */
  readonly root: string;
  readonly #history = new Map<string, string[]>();
  #name = 'w';

  constructor(root: string) {
    this.root = root;
    for (const name of ['src/deep', 'inc1/deep', 'inc2/deep', 'build'])
      mkdirSync(join(this.directory, name), { recursive: true });
    symlinkSync('inc1', join(this.directory, 'link'));
    this.#link();
    for (const name of SOURCES) this.#write(name, sourceText([]));
    this.#write('data.bin', 'data');
    this.#write('options', '-Iinc1');
  }

  /** Where compilers run. */
  get directory(): string {
    return join(this.root, this.#name);
  }

  /** Another name of that directory. */
  get link(): string {
    return join(this.root, 's');
  }

  /** Makes a change, as far as it can be made. */
  async apply(edit: Edit, surroundings: Surroundings): Promise<void> {
    switch (edit.kind) {
      case 'nothing':
        return;
      case 'header':
        return this.#write(join(edit.directory, edit.name), headerText(edit.parts));
      case 'source':
        return this.#write(edit.name, sourceText(edit.parts));
      case 'data':
        return this.#write(join(edit.directory, 'data.bin'), edit.text);
      case 'response-file':
        return this.#write('options', edit.text);
      case 'back':
        return this.#back(join(edit.directory, edit.name));
      case 'restart':
        return surroundings.restartDaemon(edit.daemon);
      case 'precompile':
        return this.#precompile(edit.compiler, join(edit.directory, edit.name), surroundings);
      case 'move-all':
        return this.#moveAll();
      case 'output':
        return attempt(() => this.#changeOutput(edit.state));
      default:
        return attempt(() => this.#changeNames(edit));
    }
  }

  #changeNames(edit: NameEdit): void {
    const path = 'name' in edit ? this.#path(edit.directory, edit.name) : this.#path(edit.directory);
    switch (edit.kind) {
      case 'touch':
        this.#age(join(edit.directory, edit.name), edit.seconds);
        break;
      case 'delete':
        rmSync(path);
        break;
      case 'delete-precompiled':
        rmSync(`${path}.gch`);
        break;
      case 'rename':
        renameSync(path, this.#path(edit.to, edit.name));
        break;
      case 'copy':
        this.#write(join(edit.to, edit.name), readFileSync(path, 'latin1'));
        break;
      case 'link':
        rmSync(path, { force: true });
        symlinkSync(this.#path(edit.to, edit.name), path);
        break;
      case 'make-directory':
        mkdirSync(join(path, 'deep'), { recursive: true });
        break;
      case 'delete-directory':
        rmSync(path, { recursive: true });
        break;
      case 'link-directory':
        this.#linkDirectory(edit.directory, edit.to);
        break;
    }
  }

  #path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  /** Writes a file in place, of the same age as all others, and remembers what it was. */
  #write(name: string, text: string): void {
    attempt(() => {
      mkdirSync(dirname(this.#path(name)), { recursive: true });
      writeFileSync(this.#path(name), text);
      this.#age(name, 0);
      this.#history.set(name, [...(this.#history.get(name) ?? []), text]);
    });
  }

  #back(name: string): void {
    const [before] = this.#history.get(name)?.slice(-2) ?? [];
    if (before !== undefined) this.#write(name, before);
  }

  #age(name: string, seconds: number): void {
    lutimesSync(this.#path(name), OLD_SECONDS + seconds, OLD_SECONDS + seconds);
  }

  #linkDirectory(name: string, target: string): void {
    const path = this.#path(name);
    const aside = `${path}.aside`;
    const isDirectory = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    rmSync(isDirectory ? aside : path, { recursive: true, force: true });
    if (isDirectory) renameSync(path, aside);
    symlinkSync(target === 'aside' ? `${name}.aside` : target, path);
  }

  async #precompile(compiler: string, header: string, { compile }: Surroundings): Promise<void> {
    if (!existsSync(this.#path(header))) return;
    const language = compiler === 'g++' ? 'c++-header' : 'c-header';
    await compile([compiler, '-Iinc1', '-x', language, header, '-o', `${header}.gch`], this.directory);
    attempt(() => this.#age(`${header}.gch`, 0));
  }

  #moveAll(): void {
    const old = this.directory;
    this.#name = this.#name === 'w' ? 'v' : 'w';
    renameSync(old, this.directory);
    this.#link();
  }

  #link(): void {
    rmSync(this.link, { force: true });
    symlinkSync(this.#name, this.link);
  }

  #changeOutput(state: Extract<Edit, { kind: 'output' }>['state']): void {
    const output = this.#path('build/x.o');
    const other = this.#path('build/other.o');
    if (state === 'hard-link') linkSync(output, other);
    else if (state === 'read-only') chmodSync(output, 0o444);
    else rmSync(output, { recursive: true, force: true });
    if (state === 'link') symlinkSync('other.o', output);
    else if (state === 'directory') mkdirSync(output);
  }
}

/** What cannot be done is not done: the same in each run. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // There is no such file, or a directory in its place.
  }
}
