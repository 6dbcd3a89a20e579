import type { ParsedArguments } from '../../compilers/arguments.ts';
import { parseDryRun, parseVerboseOutput, type VerboseOutput } from '../../compilers/search-directories.ts';
import type { SearchDirectories } from '../../key/header-search.ts';
import { SectionHash } from '../../key/section-hash.ts';
import type { SourceFiles } from '../../system/source-files.ts';
import { type ByteString, fromBuffer, fromText } from '../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../util/path.ts';
import type { Conversation } from '../conversation.ts';
import type { Request } from '../request.ts';
import { clangInstallations, type Installations, namedRoots } from './clang-installations.ts';
import { defaultLists } from './default-lists.ts';
import type { Known, KnownPrograms } from './known-programs.ts';
import { programPrefixes, shadowingNames } from './program-search.ts';
import type { ProgramLibraries } from './shared-libraries.ts';
import { NO_WRAPPING, type WrapperScripts, type Wrapping } from './wrapper-scripts.ts';

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
  /** The version, and each program with a piece of its digest: what people see when the identity changes. */
  readonly description: ByteString;
  readonly search: SearchDirectories;
  /** GNU as, when objects go through it and it can list what it read (`--MD`). */
  readonly listsAssemblerInputs: boolean;
  /** The compiler proper's command line, which shows what `-march=native` means here. */
  readonly expandedCommand: ByteString;
  /** The driver, a script around it or a configuration file adds options about warnings, debug information or instrumentation. */
  readonly addsOptions: boolean;
}

/** Something known of a compiler, with the name under which it is looked for. */
export type RememberedCompiler =
  | { readonly what: 'facts'; readonly id: string; readonly known: Known<CompilerFacts> }
  | { readonly what: 'toolchain'; readonly id: string; readonly known: Known<Toolchain> };

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
  readonly #files: SourceFiles;
  readonly #programs: KnownPrograms;
  readonly #scripts: WrapperScripts;
  readonly #libraries: ProgramLibraries;
  readonly #facts = new Map<string, Known<CompilerFacts | 'another-cache' | undefined>>();
  readonly #toolchains = new Map<string, Known<Toolchain>>();
  readonly #origins = new WeakMap<Toolchain, Known<Toolchain>>();
  /** Toolchains in which a script runs the compiler or the assembler. */
  readonly #inner = new WeakMap<Toolchain, { readonly programs: readonly ByteString[]; readonly settings: string }>();

  constructor(programs: KnownPrograms, scripts: WrapperScripts, libraries: ProgramLibraries, files: SourceFiles) {
    this.#files = files;
    this.#programs = programs;
    this.#scripts = scripts;
    this.#libraries = libraries;
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
      if (known.facts.expandedCommand === '' && !this.#inner.has(known.facts)) yield { what: 'toolchain', id, known };
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
    if (known && this.#programs.unchanged(known) && this.#innerScriptsHold(known.facts, request)) return known.facts;
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
    const made = this.#make(request, facts, parsed, wrapping, verbose.stderr.bytes, dryRun.stderr.bytes);
    if (made === undefined) return undefined;
    if (this.#toolchains.size >= MOST_TOOLCHAINS) this.#toolchains.clear();
    this.#keep(id, made);
    return made.facts;
  }

  #keep(id: string, known: Known<Toolchain>): void {
    this.#toolchains.set(id, known);
    this.#origins.set(known.facts, known);
  }

  /** Whether its programs are still those that it was made of. */
  isUnchanged(toolchain: Toolchain): boolean {
    const known = this.#origins.get(toolchain);
    return known !== undefined && this.#programs.unchanged(known);
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

  #make(
    request: Request,
    facts: CompilerFacts,
    parsed: ParsedArguments,
    wrapping: Wrapping,
    verboseText: Buffer,
    dryRunText: Buffer,
  ): Known<Toolchain> | undefined {
    const verbose = parseVerboseOutput(verboseText);
    const { commands, compilerPath } = parseDryRun(dryRunText);
    const [compiler] = commands;
    // Behind a script or a link may be another compiler than a moment ago.
    if (compiler === undefined || verbose.kind !== facts.kind) return undefined;
    if (compiler.some((word) => UNFORESEEN.test(word))) return undefined;
    const driverFiles = verbose.driverFiles.map((file) => resolveFrom(request.cwd, file));
    if (facts.kind === 'clang' && driverFiles.some((file) => this.#includesOthers(file))) return undefined;
    const assembler = this.#assembler(request, commands);
    const programs = [request.program, facts.driver, ...commands.map((command) => command[0]), assembler];
    const found = programs.flatMap((program) => this.#findProgram(request, program) ?? []);
    const inner = this.#innerScripts(found, request);
    if (inner === undefined) return undefined;
    const scripts = [...wrapping.files, ...inner.files];
    const lists = defaultLists(compiler).map((path) => resolveFrom(request.cwd, path));
    const libraryPath = request.environment.get('LD_LIBRARY_PATH') ?? '';
    const libraries = found.map((program) => this.#libraries.of(program, libraryPath));
    const digests = this.#programs.digests([
      ...found,
      ...libraries.flatMap(({ files }) => files),
      ...driverFiles,
      ...scripts,
      ...lists,
    ]);
    const identity = new SectionHash()
      .add('kind', facts.kind)
      .add('version', fromText(verbose.version))
      .add('target', fromText(verbose.target))
      .addAll(
        'programs',
        digests.map((program) => program.digest),
      )
      .addAll('settings of scripts', [...wrapping.settings, ...inner.settings])
      .addAll('own search directories', ownSearchDirectories(compiler, parsed))
      .digest();
    const toolchain: Toolchain = {
      kind: facts.kind,
      identity,
      description: `${facts.kind} ${fromText(verbose.version)}: ${digests.map(({ path, digest }) => `${path} ${digest.slice(0, 8)}`).join(', ')}`,
      search: searchDirectories(verbose, parsed, facts.kind),
      listsAssemblerInputs: assembler !== undefined && this.#isGnuAssembler(assembler),
      addsOptions: compiler.some((word) => ADDED_OPTION.test(word)),
      expandedCommand: parsed.native ? compiler.filter((word) => !word.startsWith('/tmp/')).join(' ') : '',
    };
    const { target, version } = verbose;
    const search = { request, probeArguments: parsed.probeArguments, target, version, compilerPath };
    const searched = found.filter((path) => path !== request.program && path !== facts.driver);
    // gcc reads a file `specs` beside its programs when there is one.
    const specs = resolveFrom(request.cwd, joinPath(directoryOf(compiler[0] ?? ''), 'specs'));
    const absent = [...shadowingNames(searched, search, this.#files), ...wrapping.absent, ...inner.absent];
    absent.push(...lists.filter((path) => this.#files.stat(path) === undefined));
    absent.push(...libraries.flatMap((each) => each.absent));
    const noSpecs = facts.kind === 'gcc' && !driverFiles.includes(specs);
    if (inner.files.length > 0) this.#inner.set(toolchain, { programs: found, settings: inner.settings.join('\0') });
    if (noSpecs) absent.push(specs);
    const installations = facts.kind === 'clang' ? this.#installations(request, parsed, verbose) : NO_INSTALLATIONS;
    return {
      programs: digests,
      listings: this.#programs.listings(installations.listed),
      absent: [...absent, ...installations.absent],
      facts: toolchain,
    };
  }

  #installations({ cwd }: Request, { probeArguments }: ParsedArguments, verbose: VerboseOutput): Installations {
    return clangInstallations({ cwd, probeArguments, installedDirectory: verbose.installedDirectory }, this.#files);
  }

  /** What scripts in place of the driver's own programs go by; undefined when that cannot be told. */
  #innerScripts(programs: readonly ByteString[], request: Request): Omit<Wrapping, 'id'> | undefined {
    const wrappings: Wrapping[] = [];
    for (const program of new Set(programs)) {
      const wrapping = program === request.program ? NO_WRAPPING : this.#scripts.wrapping(program, request);
      if (wrapping === 'obscure') return undefined;
      wrappings.push(wrapping);
    }
    return {
      files: wrappings.flatMap(({ files }) => files),
      absent: wrappings.flatMap(({ absent }) => absent),
      settings: wrappings.flatMap(({ settings }) => settings),
    };
  }

  #innerScriptsHold(toolchain: Toolchain, request: Request): boolean {
    const inner = this.#inner.get(toolchain);
    return inner === undefined || this.#innerScripts(inner.programs, request)?.settings.join('\0') === inner.settings;
  }

  /** A configuration file of clang takes in others by `@file`. */
  #includesOthers(configuration: ByteString): boolean {
    const text = this.#files.read(configuration)?.bytes;
    return text === undefined || /(?:^|\s)@/.test(fromBuffer(text));
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

  #toolchainId(request: Request, parsed: ParsedArguments): string {
    const parts = [request.program, request.argv[0] ?? '', parsed.language, ...parsed.probeArguments];
    for (const name of PROBE_ENVIRONMENT) parts.push(request.environment.get(name) ?? '');
    const relative = parsed.probeArguments.some((argument) => !/^-[A-Za-z-]+=?\/|^-(?:[mOfWtxD]|std)/.test(argument));
    if (relative) parts.push(request.cwd);
    return parts.join('\0');
  }
}

/**
 * Options that only a script around the driver, specs, configuration or `CCC_OVERRIDE_OPTIONS` can have added here: files that
 * nobody would collect, and time macros that no source shows.
 */
const UNFORESEEN =
  /^-(?:M|dependency-|split-dwarf|dwarf-split|gsplit-dwarf|f?test-coverage|fprofile-arcs|coverage-notes|f?stack-usage|fdump|fcallgraph-info|serialize-diag|diagnostic-log|ftime-trace|fopt-info|opt-record)|__(?:DATE|TIME|TIMESTAMP)__/;

/** None of these is among the options that a probe is given. */
const ADDED_OPTION = /^-(?:W|g|w$|pedantic|f(?:sanitize|lto|profile|xray)|d(?:ebug-info|warf))/;

const NO_INSTALLATIONS: Installations = { listed: [], absent: [] };

/**
 * Where clang looks without being told to: the headers of a gcc and a libc++, both chosen from those that are there. What is
 * below a root that the command line names is spelled from there: the root itself may have other names.
 */
function ownSearchDirectories(command: readonly ByteString[], { probeArguments }: ParsedArguments): ByteString[] {
  const roots = namedRoots(probeArguments).sort((one, other) => other.length - one.length);
  const own = command.filter((_word, index) => /^-internal-(?:externc-)?isystem$/.test(command[index - 1] ?? ''));
  return own.map((path) => {
    const root = roots.find((candidate) => path.startsWith(candidate));
    return root === undefined ? path : joinPath('=', path.slice(root.length).replace(/^\/+/, ''));
  });
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

/** Where headers are searched, by what the compiler says and what it does not say. */
function searchDirectories(
  { quoteDirectories, angleDirectories, frameworkDirectories, ignoredDirectories }: VerboseOutput,
  { probeArguments }: ParsedArguments,
  kind: CompilerKind,
): SearchDirectories {
  const ignored = ignoredDirectories.flatMap(({ path, reason }) => (reason === 'nonexistent' ? [path] : []));
  // gcc passes `include` in a directory of -B on when it is there, else it does not mention it.
  const beside = kind === 'gcc' ? programPrefixes(probeArguments).flatMap(includeBeside) : [];
  const missing = [...ignored, ...beside.filter((path) => !angleDirectories.includes(path))];
  const mayBeFrameworks = probeArguments.some((word) => /^-(?:F|iframework)/.test(word)) ? missing : [];
  return {
    quote: quoteDirectories,
    angle: angleDirectories,
    missing,
    frameworks: [...frameworkDirectories, ...mayBeFrameworks],
  };
}

/** A prefix that is no directory is put before the name as it is. */
function includeBeside(prefix: ByteString): ByteString[] {
  return [...new Set([joinPath(prefix, 'include'), `${prefix}include`])];
}

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
