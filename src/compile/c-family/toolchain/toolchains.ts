import { DEPENDENCY_VARIABLES, type ParsedArguments } from '../../../compilers/arguments.ts';
import { parseVerboseOutput } from '../../../compilers/search-directories.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { baseName, resolveFrom } from '../../../util/path.ts';
import type { Conversation } from '../../conversation.ts';
import type { Request } from '../../request.ts';
import { directoryFacts } from './directory-facts.ts';
import type { Known, KnownPrograms } from './known-programs.ts';
import type { CompilerFacts, Toolchain } from './toolchain.ts';
import type { ToolchainReader } from './toolchain-reader.ts';
import type { WrapperScripts } from './wrapper-scripts.ts';

/** Something known of a compiler, with the name under which it is looked for. */
export type RememberedCompiler =
  | { readonly what: 'facts'; readonly id: string; readonly known: Known<CompilerFacts> }
  | { readonly what: 'toolchain'; readonly id: string; readonly known: Known<Toolchain> };

/** Toolchains kept in memory: (compiler, options that matter, directory) combinations. LLVM's build has some 900. */
const MOST_TOOLCHAINS = 5_000;

/** A cache behind a cache has its own way of asking the compiler, which our variables would disturb. */
const ANOTHER_CACHE = /^(?:ccache|sccache|buildcache|distcc|icecc)(?:\.exe)?$/;

/**
 * Knows compilers by asking them once, through the client (which has the caller's environment and sandbox), and from then
 * on by one `stat` for each program that they run.
 */
export class Toolchains {
  readonly #files: SourceFiles;
  readonly #programs: KnownPrograms;
  readonly #scripts: WrapperScripts;
  readonly #reader: ToolchainReader;
  readonly #facts = new Map<string, Known<CompilerFacts | 'another-cache' | undefined>>();
  readonly #toolchains = new Map<string, Known<Toolchain>>();
  readonly #origins = new WeakMap<Toolchain, Known<Toolchain>>();

  constructor(programs: KnownPrograms, scripts: WrapperScripts, reader: ToolchainReader, files: SourceFiles) {
    this.#files = files;
    this.#programs = programs;
    this.#scripts = scripts;
    this.#reader = reader;
  }

  /**
   * What may be told to the next daemon. Not what `-march=native` means: the cache may be on a file system that other
   * machines use too.
   */
  *known(): Iterable<RememberedCompiler> {
    for (const [id, { facts, ...known }] of this.#facts) {
      if (typeof facts === 'object') yield { what: 'facts', id, known: { ...known, facts } };
    }
    for (const [id, known] of this.#toolchains) {
      if (known.facts.expandedCommand === '' && !this.#reader.hasInnerScripts(known.facts))
        yield { what: 'toolchain', id, known };
    }
  }

  /** Takes over what was known earlier. */
  restore(compilers: Iterable<RememberedCompiler>): void {
    for (const { what, id, known } of compilers) {
      if (what === 'facts') this.#facts.set(id, known);
      else this.#keep(id, known);
    }
  }

  /** What the program is: undefined when it is neither gcc nor clang, `gone` when the client went away. */
  async facts(
    request: Request,
    conversation: Conversation,
  ): Promise<CompilerFacts | 'another-cache' | 'obscure-script' | undefined | 'gone'> {
    // The name is part of what it is: `clang` and `clang++` are one file that looks at its own name.
    const wrapping = this.#scripts.wrapping(request.program, request);
    if (wrapping === 'obscure') return 'obscure-script';
    const id = `${request.program}\0${request.argv[0] ?? ''}${wrapping.id}`;
    const known = this.#facts.get(id);
    if (known && this.#programs.unchanged(known)) return known.facts;
    const programs = this.#programs.digests([request.program, ...wrapping.files]);
    if (ANOTHER_CACHE.test(baseName(this.#files.realPath(request.program)))) {
      this.#facts.set(id, { programs, listings: [], absent: [], facts: 'another-cache' });
      return 'another-cache';
    }
    const ran = await conversation.run(probeStep(request, ['-v', '-E', '-x', 'c', '/dev/null']));
    if (ran === undefined) return 'gone';
    this.#scripts.noteWritten(request.program, request);
    const settled = this.#scripts.wrapping(request.program, request);
    if (settled === 'obscure') return 'obscure-script';
    const verbose =
      ran.stderr.kind === 'bytes' && ran.kind === 'exit' ? parseVerboseOutput(ran.stderr.bytes) : undefined;
    const facts =
      verbose?.kind === undefined
        ? undefined
        : {
            kind: verbose.kind,
            plusplus:
              baseName(verbose.driverProgram ?? request.program).includes('++') ||
              baseName(request.program).includes('++'),
            version: verbose.version,
            driver: verbose.driverProgram,
          };
    const ruling = new Set([request.program, ...settled.files]);
    const ofFacts = programs.filter(({ path }) => ruling.has(path));
    this.#facts.set(id, { programs: ofFacts, listings: [], absent: settled.absent, facts });
    return facts;
  }

  /** The toolchain for one compile; undefined when its programs cannot be told, `gone` when the client went away. */
  async toolchain(
    request: Request,
    facts: CompilerFacts,
    parsed: ParsedArguments,
    conversation: Conversation,
  ): Promise<Toolchain | undefined | 'gone'> {
    const wrapping = this.#scripts.wrapping(request.program, request);
    if (wrapping === 'obscure') return undefined;
    const id = `${this.#toolchainId(request, parsed)}${wrapping.id}`;
    const known = this.#toolchains.get(id);
    if (known && this.#programs.unchanged(known) && this.#holdsFor(request, known.facts)) return known.facts;
    // A module file has nothing to preprocess; the programs are those of C++.
    const language = ['-x', parsed.language === 'pcm' ? 'c++' : parsed.language];
    const verbose = await conversation.run(
      probeStep(request, [...parsed.probeArguments, '-v', '-E', ...language, '/dev/null', '-o', '/dev/null']),
    );
    const dryRun = await conversation.run(
      probeStep(request, [...parsed.probeArguments, '-###', '-c', ...language, '/dev/null', '-o', '/dev/null']),
    );
    if (verbose === undefined || dryRun === undefined) return 'gone';
    if (verbose.stderr.kind !== 'bytes' || dryRun.stderr.kind !== 'bytes') return undefined;
    const answers = { verbose: verbose.stderr.bytes, dryRun: dryRun.stderr.bytes };
    const made = this.#reader.read(request, facts, parsed, wrapping, answers);
    if (made === undefined) return undefined;
    if (this.#toolchains.size >= MOST_TOOLCHAINS) this.#toolchains.clear();
    this.#keep(id, made);
    return made.facts;
  }

  #holdsFor(request: Request, toolchain: Toolchain): boolean {
    const facts = directoryFacts(toolchain.directories, request, this.#files).join('\0');
    return facts === toolchain.directoryFacts.join('\0') && this.#reader.innerScriptsHold(toolchain, request);
  }

  #keep(id: string, known: Known<Toolchain>): void {
    this.#toolchains.set(id, known);
    this.#origins.set(known.facts, known);
  }

  /** Whether its programs are still those that it was made of, and what they go by. */
  isUnchanged(request: Request, toolchain: Toolchain): boolean {
    const known = this.#origins.get(toolchain);
    return known !== undefined && this.#programs.unchanged(known) && this.#holdsFor(request, toolchain);
  }

  /** Drops a toolchain whose search list was made when other directories existed; true when it was still right. */
  searchListHolds(request: Request, toolchain: Toolchain): boolean {
    const { quote, angle, missing, frameworks } = toolchain.search;
    const isDirectory = (path: ByteString): boolean =>
      this.#files.stat(resolveFrom(request.cwd, path))?.kind === 'directory';
    const searched = [...quote, ...angle, ...frameworks.filter((path) => !missing.includes(path))];
    if (!missing.some(isDirectory) && searched.every(isDirectory)) return true;
    for (const [id, known] of this.#toolchains) if (known.facts === toolchain) this.#toolchains.delete(id);
    return false;
  }

  #toolchainId(request: Request, parsed: ParsedArguments): string {
    const parts = [request.program, request.argv[0] ?? '', parsed.language, ...parsed.probeArguments];
    for (const name of PROBE_ENVIRONMENT) parts.push(request.environment.get(name) ?? '');
    const relative = parsed.probeArguments.some((argument) => !/^-[A-Za-z-]+=?\/|^-(?:[mOfWtxD]|std)/.test(argument));
    if (relative) parts.push(request.cwd);
    return parts.join('\0');
  }
}

/** Variables that change which programs a driver runs or where it searches. */
const PROBE_ENVIRONMENT = [
  'PATH',
  'COMPILER_PATH',
  'GCC_EXEC_PREFIX',
  'LD_LIBRARY_PATH',
  'CPATH',
  'C_INCLUDE_PATH',
  'CPLUS_INCLUDE_PATH',
  'OBJC_INCLUDE_PATH',
  'OBJCPLUS_INCLUDE_PATH',
  'SDKROOT',
  'CCC_OVERRIDE_OPTIONS',
];

/** A question to the compiler, in the caller's environment but in the language that we can read. */
function probeStep(request: Request, probeArguments: readonly ByteString[]) {
  return {
    step: 'run',
    stdout: 'capture',
    stderr: 'capture',
    program: request.program,
    argv: [request.argv[0] ?? request.program, ...probeArguments],
    set: ['LC_ALL=C', 'LANGUAGE='],
    unset: DEPENDENCY_VARIABLES,
    stdin: '/dev/null',
  } as const;
}
