import type { ParsedArguments } from '../compilers/arguments.ts';
import { parseDryRun, parseVerboseOutput } from '../compilers/search-directories.ts';
import type { FileRecords } from '../key/file-records.ts';
import type { SearchDirectories } from '../key/header-search.ts';
import { SectionHash } from '../key/section-hash.ts';
import type { SourceFiles } from '../system/source-files.ts';
import { type ByteString, fromText } from '../util/bytes.ts';
import { baseName, joinPath, resolveFrom } from '../util/path.ts';
import type { Conversation } from './conversation.ts';
import type { Request } from './request.ts';

export type CompilerKind = 'gcc' | 'clang';

/** What a compiler program turned out to be. */
export interface CompilerFacts {
  readonly kind: CompilerKind;
  /** The driver compiles `.c` as C++. */
  readonly plusplus: boolean;
  /** First line of its version, as it says. */
  readonly version: string;
  /** The driver behind a script, when it names itself. */
  readonly driver: ByteString | undefined;
}

/** A compiler with one set of options: all programs it will run, and where it looks for headers. */
export interface Toolchain {
  readonly kind: CompilerKind;
  /** Digest over the contents of all programs and the version. */
  readonly identity: string;
  readonly search: SearchDirectories;
  /** GNU as, when objects go through it and it can list what it read (`--MD`). */
  readonly listsAssemblerInputs: boolean;
  /** The compiler proper's command line, which shows what `-march=native` means here. */
  readonly expandedCommand: ByteString;
}

interface Known<T> {
  readonly programs: readonly { readonly path: ByteString; readonly digest: string }[];
  readonly facts: T;
}

/** Toolchains kept in memory: (compiler, options that matter, directory) combinations. LLVM's build has some 900. */
const MOST_TOOLCHAINS = 5_000;

/** A cache behind a cache has its own way of asking the compiler, which our variables would disturb. */
const ANOTHER_CACHE = /^(?:ccache|sccache|buildcache|distcc|icecc)(?:\.exe)?$/;

/** An ELF file's name for the option by which GNU as lists its inputs (binutils 2.17 and later). */
const GNU_AS_DEPENDENCY_OPTION = Buffer.from('--MD');

/**
 * Knows compilers by asking them once, through the client (which has the caller's environment and sandbox), and from then
 * on by one `stat` for each program that they run.
 */
export class Toolchains {
  readonly #records: FileRecords;
  readonly #files: SourceFiles;
  readonly #facts = new Map<string, Known<CompilerFacts | 'another-cache' | undefined>>();
  readonly #toolchains = new Map<string, Known<Toolchain>>();

  constructor(records: FileRecords, files: SourceFiles) {
    this.#records = records;
    this.#files = files;
  }

  /** What the program is: undefined when it is neither gcc nor clang, `gone` when the client went away. */
  async facts(
    request: Request,
    conversation: Conversation,
  ): Promise<CompilerFacts | 'another-cache' | undefined | 'gone'> {
    // The name is part of what it is: `clang` and `clang++` are one file that looks at its own name.
    const id = `${request.program}\0${request.argv[0] ?? ''}`;
    const known = this.#facts.get(id);
    if (known && this.#unchanged(known)) return known.facts;
    if (ANOTHER_CACHE.test(baseName(this.#files.realPath(request.program)))) {
      this.#facts.set(id, { programs: this.#digests([request.program]), facts: 'another-cache' });
      return 'another-cache';
    }
    const ran = await conversation.run(probeStep(request, ['-v', '-E', '-x', 'c', '/dev/null']));
    if (ran === undefined) return 'gone';
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
    this.#facts.set(id, { programs: this.#digests([request.program]), facts });
    return facts;
  }

  /** The toolchain for one compile; undefined when its programs cannot be told, `gone` when the client went away. */
  async toolchain(
    request: Request,
    facts: CompilerFacts,
    parsed: ParsedArguments,
    conversation: Conversation,
  ): Promise<Toolchain | undefined | 'gone'> {
    const id = this.#toolchainId(request, parsed);
    const known = this.#toolchains.get(id);
    if (known && this.#unchanged(known)) return known.facts;
    const language = ['-x', parsed.language];
    const verbose = await conversation.run(
      probeStep(request, [...parsed.probeArguments, '-v', '-E', ...language, '/dev/null', '-o', '/dev/null']),
    );
    const dryRun = await conversation.run(
      probeStep(request, [...parsed.probeArguments, '-###', '-c', ...language, '/dev/null', '-o', '/dev/null']),
    );
    if (verbose === undefined || dryRun === undefined) return 'gone';
    if (verbose.stderr.kind !== 'bytes' || dryRun.stderr.kind !== 'bytes') return undefined;
    const made = this.#make(request, facts, parsed, verbose.stderr.bytes, dryRun.stderr.bytes);
    if (made === undefined) return undefined;
    if (this.#toolchains.size >= MOST_TOOLCHAINS) this.#toolchains.clear();
    this.#toolchains.set(id, made);
    return made.facts;
  }

  /** Drops a toolchain whose search list was made when other directories existed; true when it was still right. */
  searchListHolds(request: Request, toolchain: Toolchain): boolean {
    const { quote, angle, missing } = toolchain.search;
    const isDirectory = (path: ByteString): boolean =>
      this.#files.stat(resolveFrom(request.cwd, path))?.kind === 'directory';
    if (!missing.some(isDirectory) && [...quote, ...angle].every(isDirectory)) return true;
    for (const [id, known] of this.#toolchains) if (known.facts === toolchain) this.#toolchains.delete(id);
    return false;
  }

  #make(
    request: Request,
    facts: CompilerFacts,
    parsed: ParsedArguments,
    verboseText: Buffer,
    dryRunText: Buffer,
  ): Known<Toolchain> | undefined {
    const verbose = parseVerboseOutput(verboseText);
    const commands = parseDryRun(dryRunText).commands;
    const [compiler] = commands;
    if (compiler === undefined) return undefined;
    const assembler = this.#assembler(request, commands);
    const programs = [request.program, facts.driver, ...commands.map((command) => command[0]), assembler];
    const digests = this.#digests(programs.map((program) => this.#findProgram(request, program)));
    const identity = new SectionHash()
      .add('kind', facts.kind)
      .add('version', fromText(verbose.version))
      .add('target', fromText(verbose.target))
      .addAll(
        'programs',
        digests.map((program) => program.digest),
      )
      .digest();
    const toolchain: Toolchain = {
      kind: facts.kind,
      identity,
      search: {
        quote: verbose.quoteDirectories,
        angle: [...verbose.angleDirectories, ...verbose.frameworkDirectories],
        missing: verbose.ignoredDirectories.flatMap(({ path, reason }) => (reason === 'nonexistent' ? [path] : [])),
      },
      listsAssemblerInputs: assembler !== undefined && this.#isGnuAssembler(assembler),
      expandedCommand: parsed.native ? compiler.filter((word) => !word.startsWith('/tmp/')).join(' ') : '',
    };
    return { programs: digests, facts: toolchain };
  }

  #assembler(request: Request, commands: readonly (readonly ByteString[])[]): ByteString | undefined {
    const command = commands.find(([program]) => program !== undefined && /(^|-)as$/.test(baseName(program)));
    return command && this.#findProgram(request, command[0]);
  }

  #isGnuAssembler(program: ByteString): boolean {
    return this.#files.read(program)?.bytes.includes(GNU_AS_DEPENDENCY_OPTION) ?? false;
  }

  /** As the driver's execvp would find it. */
  #findProgram(request: Request, program: ByteString | undefined): ByteString | undefined {
    if (program === undefined || program.includes('/')) return program && resolveFrom(request.cwd, program);
    for (const directory of (request.environment.get('PATH') ?? '').split(':')) {
      const candidate = resolveFrom(request.cwd, joinPath(directory, program));
      if (this.#files.stat(candidate)?.kind === 'file') return candidate;
    }
    return undefined;
  }

  #digests(programs: readonly (ByteString | undefined)[]): { path: ByteString; digest: string }[] {
    const found: { path: ByteString; digest: string }[] = [];
    for (const path of new Set(programs)) {
      const digest = path === undefined ? undefined : this.#records.digest(path);
      if (path !== undefined && digest !== undefined) found.push({ path, digest });
    }
    return found;
  }

  #unchanged(known: Known<unknown>): boolean {
    return known.programs.every(({ path, digest }) => this.#records.digest(path) === digest);
  }

  #toolchainId(request: Request, parsed: ParsedArguments): string {
    const parts = [request.program, request.argv[0] ?? '', parsed.language, ...parsed.probeArguments];
    for (const name of PROBE_ENVIRONMENT) parts.push(request.environment.get(name) ?? '');
    const relative = parsed.probeArguments.some((argument) => !/^-[A-Za-z-]+=?\/|^-[mOfWstxD]/.test(argument));
    if (relative) parts.push(request.cwd);
    return parts.join('\0');
  }
}

/** Variables that change which programs a driver runs or where it searches. */
const PROBE_ENVIRONMENT = [
  'PATH',
  'COMPILER_PATH',
  'GCC_EXEC_PREFIX',
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
    unset: [],
    stdin: '/dev/null',
  } as const;
}
