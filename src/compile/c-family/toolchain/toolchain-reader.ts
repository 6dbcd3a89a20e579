import type { ParsedArguments } from '../../../compilers/arguments.ts';
import { parseDryRun, parseVerboseOutput, type VerboseOutput } from '../../../compilers/search-directories.ts';
import type { SearchDirectories } from '../../../key/search-walk.ts';
import { SectionHash } from '../../../key/section-hash.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromText } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';
import { defaultLists } from '../default-lists.ts';
import { clangInstallations, type Installations, namedRoots } from './clang-installations.ts';
import { configurationFiles } from './configuration-files.ts';
import { directoryFacts, namedDirectories } from './directory-facts.ts';
import type { Known, KnownPrograms } from './known-programs.ts';
import { programPrefixes, shadowingNames } from './program-search.ts';
import type { ProgramLibraries } from './shared-libraries.ts';
import type { CompilerFacts, CompilerKind, Toolchain } from './toolchain.ts';
import { NO_WRAPPING, type WrapperScripts, type Wrapping } from './wrapper-scripts.ts';

/** What a driver wrote to stderr. */
export interface DriverAnswers {
  /** With `-v -E`. */
  readonly verbose: Buffer;
  /** With `-### -c`. */
  readonly dryRun: Buffer;
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
    const verbose = parseVerboseOutput(answers.verbose);
    const { commands, compilerPath } = parseDryRun(answers.dryRun);
    const [compiler] = commands;
    // Behind a script or a link may be another compiler than a moment ago.
    if (compiler === undefined || verbose.kind !== facts.kind) return undefined;
    if (compiler.some((word) => UNFORESEEN.test(word))) return undefined;
    const named = verbose.driverFiles.map((file) => resolveFrom(request.cwd, file));
    const driverFiles = facts.kind === 'clang' ? configurationFiles(named, this.#files) : named;
    if (driverFiles === undefined) return undefined;
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
    const searchedIn = searchDirectories(verbose, parsed, facts.kind);
    const directories = namedDirectories(parsed, listedDirectories(searchedIn, verbose));
    const toolchain: Toolchain = {
      kind: facts.kind,
      identity,
      description: `${facts.kind} ${fromText(verbose.version)}: ${digests.map(({ path, digest }) => `${path} ${digest.slice(0, 8)}`).join(', ')}`,
      search: searchedIn,
      directories,
      directoryFacts: directoryFacts(directories, request, this.#files),
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

/** Where headers are searched, by what the compiler says and what it does not say. */
function searchDirectories(
  { quoteDirectories, angleDirectories, frameworkDirectories, ignoredDirectories }: VerboseOutput,
  { probeArguments }: ParsedArguments,
  kind: CompilerKind,
): SearchDirectories {
  const ignored = ignoredDirectories.flatMap(({ path, reason }) => (reason === 'nonexistent' ? [path] : []));
  // gcc passes `include` in a directory of -B on when it is there, else it does not mention it; nor does clang its own.
  const beside =
    kind === 'gcc' ? programPrefixes(probeArguments).flatMap(includeBeside) : resourceIncludes(probeArguments);
  const missing = [...ignored, ...beside.filter((path) => !angleDirectories.includes(path))];
  const mayBeFrameworks = probeArguments.some((word) => /^-(?:F|iframework)/.test(word)) ? missing : [];
  return {
    quote: quoteDirectories,
    angle: angleDirectories,
    missing,
    frameworks: [...frameworkDirectories, ...mayBeFrameworks],
  };
}

/** Under the names that the compiler tells: clang calls a directory by the first of its names wherever it lists it. */
function listedDirectories(
  { quote, angle, missing }: SearchDirectories,
  { ignoredDirectories }: VerboseOutput,
): readonly ByteString[] {
  return [...quote, ...angle, ...missing, ...ignoredDirectories.map(({ path }) => path)];
}

function resourceIncludes(probeArguments: readonly ByteString[]): ByteString[] {
  const option = '-resource-dir=';
  const directories = probeArguments.filter((word) => word.startsWith(option)).map((word) => word.slice(option.length));
  return directories.map((directory) => joinPath(directory, 'include'));
}

/** A prefix that is no directory is put before the name as it is. */
function includeBeside(prefix: ByteString): ByteString[] {
  return [...new Set([joinPath(prefix, 'include'), `${prefix}include`])];
}
