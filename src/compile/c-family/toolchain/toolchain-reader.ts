import type { ParsedArguments } from '../../../compilers/arguments.ts';
import { parseDryRun, parseVerboseOutput, type VerboseOutput } from '../../../compilers/search-directories.ts';
import { SectionHash } from '../../../key/section-hash.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromText } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';
import { defaultLists } from '../default-lists.ts';
import { clangInstallations, type Installations, namedRoots } from './clang-installations.ts';
import { configurationFiles } from './configuration-files.ts';
import { directoryFacts, namedDirectories } from './directory-facts.ts';
import type { Known, KnownPrograms, ProgramDigest } from './known-programs.ts';
import { shadowingNames } from './program-search.ts';
import { searchDirectories } from './search-list.ts';
import type { ProgramLibraries } from './shared-libraries.ts';
import type { CompilerFacts, Toolchain } from './toolchain.ts';
import { NO_WRAPPING, type WrapperScripts, type Wrapping } from './wrapper-scripts.ts';

/** What a driver wrote to stderr. */
export interface DriverAnswers {
  /** With `-v -E`. */
  readonly verbose: Buffer;
  /** With `-### -c`. */
  readonly dryRun: Buffer;
}

/** What these say. */
interface Told {
  readonly verbose: VerboseOutput;
  readonly commands: readonly (readonly ByteString[])[];
  /** The command that compiles. */
  readonly compiler: readonly ByteString[];
  readonly compilerPath: ByteString;
  /** Specs, or configuration files with those that they name. */
  readonly driverFiles: readonly ByteString[];
}

/** Files that take part. */
interface Parts {
  readonly programs: readonly ByteString[];
  readonly assembler: ByteString | undefined;
  /** What scripts in place of the driver's own programs go by. */
  readonly inner: Omit<Wrapping, 'id'>;
  /** Default lists of sanitizers. */
  readonly lists: readonly ByteString[];
  readonly libraries: readonly ReturnType<ProgramLibraries['of']>[];
}

/** An ELF file's name for the option by which GNU as lists its inputs (binutils 2.17 and later). */
const GNU_AS_DEPENDENCY_OPTION = Buffer.from('--MD');

/** Finds out from a driver's answers which programs it runs, what rules them, and where headers are searched. */
export class ToolchainReader {
  readonly #files: SourceFiles;
  readonly #programs: KnownPrograms;
  readonly #scripts: WrapperScripts;
  readonly #libraries: ProgramLibraries;
  /** Toolchains in which a script runs the compiler or the assembler. */
  readonly #inner = new WeakMap<Toolchain, { readonly programs: readonly ByteString[]; readonly settings: string }>();

  constructor(programs: KnownPrograms, scripts: WrapperScripts, libraries: ProgramLibraries, files: SourceFiles) {
    this.#files = files;
    this.#programs = programs;
    this.#scripts = scripts;
    this.#libraries = libraries;
  }

  /** The toolchain that answered so; undefined when its programs cannot be told. */
  read(
    request: Request,
    facts: CompilerFacts,
    parsed: ParsedArguments,
    wrapping: Wrapping,
    answers: DriverAnswers,
  ): Known<Toolchain> | undefined {
    const told = this.#understand(request, facts, answers);
    const parts = told && this.#parts(request, facts, told);
    if (told === undefined || parts === undefined) return undefined;
    const digests = this.#programs.digests([
      ...parts.programs,
      ...parts.libraries.flatMap(({ files }) => files),
      ...told.driverFiles,
      ...wrapping.files,
      ...parts.inner.files,
      ...parts.lists,
    ]);
    const search = searchDirectories(told.verbose, parsed, facts.kind);
    const directories = namedDirectories(parsed, search, told.verbose);
    const toolchain: Toolchain = {
      kind: facts.kind,
      identity: identityOf(facts, parsed, told, digests, [...wrapping.settings, ...parts.inner.settings]),
      description: descriptionOf(facts, told, digests),
      search,
      directories,
      directoryFacts: directoryFacts(directories, request, this.#files),
      listsAssemblerInputs: parts.assembler !== undefined && this.#isGnuAssembler(parts.assembler),
      addsOptions: told.compiler.some((word) => ADDED_OPTION.test(word) && !parsed.probeArguments.includes(word)),
      expandedCommand: parsed.native ? told.compiler.filter((word) => !word.startsWith('/tmp/')).join(' ') : '',
    };
    const { inner, programs } = parts;
    if (inner.files.length > 0) this.#inner.set(toolchain, { programs, settings: inner.settings.join('\0') });
    const installations =
      facts.kind === 'clang' ? this.#installations(request, parsed, told.verbose) : NO_INSTALLATIONS;
    return {
      programs: digests,
      listings: this.#programs.listings(installations.listed),
      absent: [
        ...this.#shadowing(request, facts, parsed, told, parts),
        ...wrapping.absent,
        ...inner.absent,
        ...parts.lists.filter((path) => this.#files.stat(path) === undefined),
        ...parts.libraries.flatMap(({ absent }) => absent),
        ...installations.absent,
      ],
      facts: toolchain,
    };
  }

  /** Undefined where it is another compiler's answer, or options are at work of which nobody knows here. */
  #understand(request: Request, facts: CompilerFacts, answers: DriverAnswers): Told | undefined {
    const verbose = parseVerboseOutput(answers.verbose);
    const { commands, compilerPath } = parseDryRun(answers.dryRun);
    const [compiler] = commands;
    // Behind a script or a link may be another compiler than a moment ago.
    if (compiler === undefined || verbose.kind !== facts.kind) return undefined;
    if (compiler.some((word) => UNFORESEEN.test(word))) return undefined;
    const named = verbose.driverFiles.map((file) => resolveFrom(request.cwd, file));
    const driverFiles = facts.kind === 'clang' ? configurationFiles(named, this.#files) : named;
    return driverFiles && { verbose, commands, compiler, compilerPath, driverFiles };
  }

  #parts(request: Request, facts: CompilerFacts, { commands, compiler }: Told): Parts | undefined {
    const assembler = this.#assembler(request, commands);
    const named = [request.program, facts.driver, ...commands.map((command) => command[0]), assembler];
    const programs = named.flatMap((program) => this.#findProgram(request, program) ?? []);
    const inner = this.#innerScripts(programs, request);
    if (inner === undefined) return undefined;
    const libraryPath = request.environment.get('LD_LIBRARY_PATH') ?? '';
    return {
      programs,
      assembler,
      inner,
      lists: defaultLists(compiler).map((path) => resolveFrom(request.cwd, path)),
      libraries: programs.map((program) => this.#libraries.of(program, libraryPath)),
    };
  }

  /** Names under which the driver would find other programs, or specs. */
  #shadowing(
    request: Request,
    facts: CompilerFacts,
    { probeArguments }: ParsedArguments,
    { verbose, compiler, compilerPath, driverFiles }: Told,
    { programs }: Parts,
  ): readonly ByteString[] {
    const { target, version } = verbose;
    const searched = programs.filter((path) => path !== request.program && path !== facts.driver);
    const names = shadowingNames(searched, { request, probeArguments, target, version, compilerPath }, this.#files);
    // gcc reads a file `specs` beside its programs when there is one.
    const specs = resolveFrom(request.cwd, joinPath(directoryOf(compiler[0] ?? ''), 'specs'));
    return facts.kind === 'gcc' && !driverFiles.includes(specs) ? [...names, specs] : names;
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

  /** Whether a script runs the compiler or the assembler: what it goes by is asked of each request. */
  hasInnerScripts(toolchain: Toolchain): boolean {
    return this.#inner.has(toolchain);
  }

  /** Whether the variables that such scripts look at are as they were. */
  innerScriptsHold(toolchain: Toolchain, request: Request): boolean {
    const inner = this.#inner.get(toolchain);
    return inner === undefined || this.#innerScripts(inner.programs, request)?.settings.join('\0') === inner.settings;
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

function identityOf(
  facts: CompilerFacts,
  parsed: ParsedArguments,
  { verbose, compiler }: Told,
  programs: readonly ProgramDigest[],
  settings: readonly ByteString[],
): string {
  return new SectionHash()
    .add('kind', facts.kind)
    .add('version', fromText(verbose.version))
    .add('target', fromText(verbose.target))
    .addAll(
      'programs',
      programs.map(({ digest }) => digest),
    )
    .addAll('settings of scripts', settings)
    .addAll('own search directories', ownSearchDirectories(compiler, parsed))
    .digest();
}

function descriptionOf({ kind }: CompilerFacts, { verbose }: Told, programs: readonly ProgramDigest[]): ByteString {
  const pieces = programs.map(({ path, digest }) => `${path} ${digest.slice(0, 8)}`);
  return `${kind} ${fromText(verbose.version)}: ${pieces.join(', ')}`;
}

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
