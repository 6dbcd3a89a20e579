import { DEPENDENCY_VARIABLES, type DependencyFile, type ParsedArguments } from '../../../compilers/arguments.ts';
import { isHeader, isPreprocessed } from '../../../compilers/c-family/languages.ts';
import type { RunStep } from '../../../protocol/steps.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';
import { NOWHERE } from '../../outputs.ts';
import type { Request } from '../../request.ts';
import type { Messages } from '../messages.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';

/** How one compile will tell which files it reads. */
export interface HeaderReport {
  readonly way:
    | 'sunpro'
    | 'own-dependency-file'
    | 'header-listing'
    | 'print-headers'
    /** clang's `-dependency-dot`. */
    | 'dependency-graph'
    /** A second run with `-M` alone: where the caller wants `-MMD` and no option may be added. */
    | 'asked-again'
    | 'nothing-included';
  /** Where the compiler writes its list, for the ways that have a file of ours. */
  readonly file: ByteString;
  /** clang reads a precompiled header: it lists the headers in it with `-M` only, and checks when they were modified. */
  readonly precompiled: boolean;
  /** Where the assembler writes what it read; undefined when there is none, or it cannot. */
  readonly assemblerFile: ByteString | undefined;
}

/** Chooses the way by which the object's bytes stay what they are; each was compared with the bare compile's. */
export function headerReport(
  request: Request,
  toolchain: Toolchain,
  parsed: ParsedArguments,
  temporaryFile: ByteString,
  files: SourceFiles,
): HeaderReport {
  // LTO records the options for the assembler in the object, clang's -MJ all options in its file.
  const recorded =
    parsed.keyArguments.some((argument) => argument.startsWith('-flto')) ||
    (toolchain.kind === 'clang' && parsed.recordsSwitches);
  const assembles = parsed.mode === 'object' && parsed.externalAssembler && !recorded;
  const listsAssembler = assembles && toolchain.listsAssemblerInputs;
  const precompiled = toolchain.kind === 'clang' && takesPrecompiledHeader(request, parsed, files);
  return {
    way: reportWay(toolchain, parsed, precompiled),
    precompiled,
    file: `${temporaryFile}.d`,
    assemblerFile: listsAssembler ? `${temporaryFile}.as` : undefined,
  };
}

/** Named by `-include-pch`, or beside a header of `-include`. */
function takesPrecompiledHeader(request: Request, parsed: ParsedArguments, files: SourceFiles): boolean {
  if (parsed.keyArguments.some((argument) => /^(?:-Xclang=)?-include-pch/.test(argument))) return true;
  return parsed.forcedIncludes.some(
    (name) =>
      !parsed.textIncludes.includes(name) &&
      ['.pch', '.gch'].some((suffix) => files.stat(resolveFrom(request.cwd, name + suffix)) !== undefined),
  );
}

function reportWay(toolchain: Toolchain, parsed: ParsedArguments, precompiled: boolean): HeaderReport['way'] {
  if (isPreprocessed(parsed.language)) return 'nothing-included';
  if (precompiled) return 'asked-again';
  if (parsed.dependencyFile?.variable === 'SUNPRO_DEPENDENCIES') return 'sunpro';
  if (parsed.dependencyFile?.kind === 'MMD') {
    // gcc's -H is recorded in DW_AT_producer and by LTO.
    if (parsed.recordsSwitches || parsed.printsHeaders) return 'asked-again';
    // Neither -H nor clang's graph shows what `-include` reads before the source.
    if (parsed.forcedIncludes.length > 0) return 'asked-again';
    // -H has lines of its own for modules.
    if (parsed.gccModules) return 'asked-again';
    // The compiler runs once more, on what it preprocessed, and writes its list anew.
    if (parsed.language === 'c++-module' || parsed.outputs.some(({ role }) => role === 'preprocessed'))
      return 'asked-again';
    // CC_PRINT_HEADERS would put system headers into the file of -MMD.
    return toolchain.kind === 'clang' ? 'dependency-graph' : 'header-listing';
  }
  if (toolchain.kind === 'clang') return 'print-headers';
  // A precompiled header keeps the list, for files of those that use it (-fpch-deps).
  if (parsed.dependencyFile === undefined)
    return isHeader(parsed.language) && !parsed.gccModules ? 'asked-again' : 'sunpro';
  return parsed.dependencyFile.path === NOWHERE ? 'asked-again' : 'own-dependency-file';
}

/** The one compiler run: the caller's own command line, but for options that leave no trace in the object. */
export function compileStep(
  request: Request,
  { dependencyFile }: ParsedArguments,
  messages: Messages,
  report: HeaderReport,
): RunStep {
  const added: ByteString[] = [];
  if (messages.colourOption) added.push(messages.colourOption);
  if (report.way === 'header-listing') added.push('-H');
  if (report.way === 'dependency-graph') added.push('-Xclang', '-dependency-dot', '-Xclang', report.file);
  if (report.assemblerFile) added.push(`-Wa,--MD,${report.assemblerFile}`);
  const end = request.argv.indexOf('--');
  const at = end < 0 ? request.argv.length : end;
  return {
    step: 'run',
    stdout: 'capture',
    stderr: 'capture',
    program: request.program,
    argv: [...request.argv.slice(0, at), ...added, ...request.argv.slice(at)],
    set: redirected(dependencyFile, report) ?? reportEnvironment(report),
    unset: [],
    stdin: '',
  };
}

/** What gcc would add to the caller's file it writes into ours; undefined where no variable asks for that. */
function redirected(file: DependencyFile | undefined, report: HeaderReport): readonly ByteString[] | undefined {
  return file?.variable && [`${file.variable}=${report.file} ${file.targets.join(' ')}`];
}

function reportEnvironment(report: HeaderReport): readonly ByteString[] {
  switch (report.way) {
    case 'sunpro':
      return [`SUNPRO_DEPENDENCIES=${report.file}`];
    case 'print-headers':
      return ['CC_PRINT_HEADERS=1', `CC_PRINT_HEADERS_FILE=${report.file}`];
    case 'own-dependency-file':
    case 'header-listing':
    case 'dependency-graph':
    case 'asked-again':
    case 'nothing-included':
      return [];
  }
}

/** Asks for all headers, system ones too, of a compile that has just ended. */
export function askAgainStep(request: Request, parsed: ParsedArguments, report: HeaderReport): RunStep {
  // The preprocessor alone reads the text that a precompiled header was made of, without what `-include` gave it.
  const question = report.precompiled ? ['-fsyntax-only', '-MD'] : ['-M'];
  return questionStep(request, parsed, [], [...question, '-MF', report.file]);
}

/** The options as the compiler takes them, without the command line that is recorded. */
function optionsOf({ keyArguments, clangWords, clangMeanings }: ParsedArguments): readonly ByteString[] {
  const recorded = keyArguments.indexOf('');
  const options = recorded < 0 ? keyArguments : keyArguments.slice(0, recorded);
  const first = options.indexOf(`-Xclang=${clangWords[0]}`);
  if (first < 0) return options;
  const behind = first + clangWords.length + clangMeanings.length;
  // It would take the place of the question.
  const words = clangWords.filter((word) => word !== '-emit-pch').flatMap((word) => ['-Xclang', word]);
  return [...options.slice(0, first), ...words, ...options.slice(behind)];
}

/** Notes for coverage are written also where nothing is compiled (gcc), or called after standard output (clang). */
const WRITES_NOTES = /^(?:--?coverage|-ftest-coverage)$/;

/** A run of the preprocessor with the options of a compile, between others, and without its messages. */
export function questionStep(
  request: Request,
  parsed: ParsedArguments,
  before: readonly ByteString[],
  after: readonly ByteString[],
): RunStep {
  const options = optionsOf(parsed).filter((word) => !WRITES_NOTES.test(word));
  return {
    step: 'run',
    stdout: 'capture',
    stderr: 'capture',
    program: request.program,
    argv: [request.argv[0] ?? '', ...before, ...options, '-w', ...after, '-x', parsed.language, parsed.input],
    set: [],
    unset: DEPENDENCY_VARIABLES,
    stdin: '/dev/null',
  };
}
