import type { FileRecords } from '../../key/file-records.ts';
import { SectionHash } from '../../key/section-hash.ts';
import type { RunStep } from '../../protocol/steps.ts';
import type { Storage } from '../../storage/storage.ts';
import { type FileStamp, isRacy, type SourceFiles } from '../../system/source-files.ts';
import { type ByteString, fromBuffer, toBuffer } from '../../util/bytes.ts';
import { baseName, directoryOf, resolveFrom } from '../../util/path.ts';
import type { Conversation } from '../conversation.ts';
import type { Request } from '../request.ts';
import type { RustCommand } from './command.ts';
import type { Scripted } from './scripts.ts';

/** One installed compiler. */
export interface RustToolchain {
  /** Digest over the contents of the compiler, its libraries, and those of its sysroot that crates are made with. */
  readonly identity: string;
  /** The first line of its version. */
  readonly description: ByteString;
  /** The target that it compiles for unless it is told another. */
  readonly host: string;
  readonly sysroot: ByteString;
}

interface Known {
  readonly toolchain: RustToolchain;
  /** Files by which the choice of the toolchain was made, with their contents; undefined: there was none. */
  readonly choice: readonly { readonly path: ByteString; readonly digest: string | undefined }[];
  /** All that the identity was made of: one `stat` each. */
  readonly parts: readonly Part[];
}

/** A file or directory that the compiler is made of. */
interface Part {
  readonly path: ByteString;
  readonly stamp: FileStamp;
}

/** Directories times toolchains: a workspace has a few hundred packages. */
const MOST_KNOWN = 5_000;

/** What rustup reads in each directory upwards when neither argument nor environment names a toolchain. */
const TOOLCHAIN_FILES = ['rust-toolchain.toml', 'rust-toolchain'];

/**
 * Knows Rust compilers by asking each once through the client, and from then on by one `stat` for each file that it is made
 * of. A rustup proxy (`~/.cargo/bin/rustc`) is asked once for each place and toolchain name; the answer is good for as long as
 * the files that it was chosen by stay as they are.
 */
export class RustToolchains {
  readonly #records: FileRecords;
  readonly #files: SourceFiles;
  readonly #known = new Map<string, Known>();
  readonly #storage: Pick<Storage, 'getManifest' | 'putManifest'>;
  /** By a digest of all stamps. A worker asks once, however many requests wait. */
  readonly #identities = new Map<string, Promise<string | undefined>>();

  constructor(records: FileRecords, files: SourceFiles, storage: Pick<Storage, 'getManifest' | 'putManifest'>) {
    this.#records = records;
    this.#files = files;
    this.#storage = storage;
  }

  /**
   * @param asked what the command line says of target and sysroot, `''` where it is silent
   * @param scripted what scripts go by that are called as the compiler
   * @returns undefined when the program is no rustc that we understand, `gone` when the client went away
   */
  async toolchain(
    request: Request,
    command: RustCommand,
    asked: { readonly target: ByteString; readonly sysroot: ByteString },
    scripted: Scripted,
    conversation: Conversation,
  ): Promise<RustToolchain | undefined | 'gone'> {
    const choice = this.#choiceFiles(request, command);
    const id = idOf(
      request,
      command,
      [asked.target, asked.sysroot, scripted.id, ...scripted.files.map(({ digest }) => digest)],
      choice,
    );
    const known = this.#known.get(id);
    if (known && this.#holds(known)) return known.toolchain;
    const version = await conversation.run(questionStep(request, command, ['-vV']));
    // Where the compiler itself is: `--sysroot` may have nothing but libraries.
    const own = asked.sysroot ? await conversation.run(questionStep(request, command, ['--print=sysroot'])) : undefined;
    const sysroot = await conversation.run(
      questionStep(request, command, [
        '--print=sysroot',
        '--print=target-libdir',
        ...(asked.target ? ['--target', asked.target] : []),
        ...(asked.sysroot ? ['--sysroot', asked.sysroot] : []),
      ]),
    );
    if (version === undefined || sysroot === undefined) return 'gone';
    if (version.kind !== 'exit' || version.value !== 0 || version.stdout.kind !== 'bytes') return undefined;
    if (sysroot.kind !== 'exit' || sysroot.value !== 0 || sysroot.stdout.kind !== 'bytes') return undefined;
    const compilerRoot = own?.stdout.kind === 'bytes' ? fromBuffer(own.stdout.bytes).split('\n')[0] : undefined;
    const answer = fromBuffer(sysroot.stdout.bytes);
    const made = await this.#make(request, command, version.stdout.bytes, answer, compilerRoot);
    if (made === undefined) return undefined;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const chosenBy = choice.map((path) => ({ path, digest: this.#records.digest(path) }));
    this.#known.set(id, { ...made, choice: chosenBy });
    return made.toolchain;
  }

  #holds({ choice, parts }: Known): boolean {
    return (
      choice.every(({ path, digest }) => this.#records.digest(path) === digest) &&
      parts.every(({ path, stamp }) => this.#files.unchanged(path, stamp))
    );
  }

  async #make(
    request: Request,
    command: RustCommand,
    versionText: Buffer,
    answer: ByteString,
    compilerRoot: ByteString | undefined,
  ): Promise<Omit<Known, 'choice'> | undefined> {
    const version = fromBuffer(versionText);
    const host = /^host: (\S+)$/m.exec(version)?.[1];
    const [sysroot, libraries] = answer.split('\n');
    if (host === undefined || !sysroot || !libraries || !/^(?:rustc|clippy) /.test(version)) return undefined;
    const roots = new Set([resolveFrom(request.cwd, sysroot), compilerRoot ?? sysroot]);
    const parts = this.#parts(request, command, [...roots], resolveFrom(request.cwd, libraries));
    const identity = await this.#identity(version, parts);
    if (identity === undefined) return undefined;
    const description = version.slice(0, version.indexOf('\n'));
    return { toolchain: { identity, description, host, sysroot }, parts };
  }

  /** All files that the compiler is made of, and the directories that they were found in. */
  #parts(
    request: Request,
    command: RustCommand,
    sysroots: readonly ByteString[],
    libraries: ByteString,
  ): readonly Part[] {
    const called = [request.program, command.inner];
    const programs = [...called, ...sysroots.flatMap((root) => [`${root}/bin/rustc`, `${root}/bin/clippy-driver`])];
    const backends = sysroots.flatMap((root) =>
      (this.#files.list(`${root}/lib/rustlib`) ?? []).map((name) => `${root}/lib/rustlib/${name}/codegen-backends`),
    );
    const parts: Part[] = [];
    const add = (path: ByteString): boolean => {
      const stamp = this.#files.stat(path);
      if (stamp) parts.push({ path, stamp });
      return stamp?.kind === 'directory';
    };
    for (const program of new Set(programs)) if (program !== undefined) add(program);
    for (const directory of [...sysroots.map((root) => `${root}/lib`), libraries, ...backends.sort()]) {
      if (add(directory))
        for (const name of [...(this.#files.list(directory) ?? [])].sort()) add(`${directory}/${name}`);
    }
    return parts;
  }

  /** The digest over all contents: half a second for the 500 MB of a sysroot, so it is kept in the cache. */
  async #identity(version: ByteString, parts: readonly Part[]): Promise<string | undefined> {
    const state = new SectionHash().add('rust toolchain', '1').add('version', version);
    for (const { path, stamp } of parts) {
      const { device, inode, size, modifiedMs, changedMs } = stamp;
      state.addAll('part', [path, ...[device, inode, size, modifiedMs, changedMs].map(String)]);
    }
    const name = state.digest();
    let identity = this.#identities.get(name);
    if (identity === undefined) {
      identity = this.#rememberedIdentity(name, version, parts);
      this.#identities.set(name, identity);
    }
    return identity;
  }

  async #rememberedIdentity(name: string, version: ByteString, parts: readonly Part[]): Promise<string | undefined> {
    const read = await this.#storage.getManifest(name);
    const remembered = read.ok ? read.value?.toString('latin1') : undefined;
    if (remembered !== undefined && /^[0-9a-f]{64}$/.test(remembered)) return remembered;
    const key = new SectionHash().add('version', version);
    for (const { path, stamp } of parts) {
      if (stamp.kind !== 'file') continue;
      const digest = await this.#files.digest(path);
      if (digest === undefined) return undefined;
      key.addAll('part', [baseName(path), digest]);
    }
    // What changed while it was read has another name next time; what changes now may have the same.
    if (!parts.every(({ path, stamp }) => this.#files.unchanged(path, stamp))) return undefined;
    const identity = key.digest();
    if (!parts.some(({ stamp }) => isRacy(stamp, Date.now())))
      await this.#storage.putManifest(name, toBuffer(identity));
    return identity;
  }

  /** The files that a rustup proxy reads to choose a toolchain; none where the program is the compiler itself. */
  #choiceFiles(request: Request, command: RustCommand): readonly ByteString[] {
    const programs = [request.program, ...(command.inner ? [command.inner] : [])];
    if (!programs.some((program) => baseName(this.#files.realPath(program)).startsWith('rustup'))) return [];
    const { environment } = request;
    const home = environment.get('RUSTUP_HOME') ?? `${environment.get('HOME') ?? ''}/.rustup`;
    const files = [resolveFrom(request.cwd, `${home}/settings.toml`)];
    if (environment.has('RUSTUP_TOOLCHAIN') || command.leading.some((word) => word.startsWith('+'))) return files;
    for (let at = request.cwd; at !== ''; at = at === '/' ? '' : directoryOf(at)) {
      for (const name of TOOLCHAIN_FILES) files.push(resolveFrom(at, name));
    }
    return files;
  }
}

/** Variables by which rustup chooses, and by which a wrapper may. */
const CHOOSING = ['RUSTUP_TOOLCHAIN', 'RUSTUP_HOME', 'HOME', 'RUSTC', 'SYSROOT', 'LD_LIBRARY_PATH', 'RUST_TARGET_PATH'];

function idOf(
  request: Request,
  command: RustCommand,
  asked: readonly ByteString[],
  choice: readonly ByteString[],
): string {
  const parts = [request.program, ...command.leading, ...asked];
  for (const name of CHOOSING) parts.push(request.environment.get(name) ?? '');
  // A choice by directory, and a script that may look where it is called.
  if (choice.length > 1 || command.driver === 'wrapper') parts.push(request.cwd);
  return parts.join('\0');
}

/** A question to the compiler: it is called as for the compile, with other arguments. */
function questionStep(request: Request, command: RustCommand, asked: readonly ByteString[]): RunStep {
  return {
    step: 'run',
    stdout: 'capture',
    stderr: 'capture',
    program: request.program,
    argv: [request.argv[0] ?? request.program, ...command.leading, ...asked],
    set: [],
    unset: [],
    stdin: '/dev/null',
  };
}
