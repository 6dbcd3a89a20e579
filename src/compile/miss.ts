import type { Output, ParsedArguments } from '../compilers/arguments.ts';
import { isPreprocessed } from '../compilers/c-family/languages.ts';
import type { RanMessage, RunStep } from '../protocol/messages.ts';
import type { FileStamp, SourceFiles } from '../system/source-files.ts';
import { sameStamp } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import type { Messages } from './messages.ts';
import type { Request } from './request.ts';
import type { Toolchain } from './toolchain.ts';

/** How one compile will tell which files it reads. */
export interface HeaderReport {
  readonly way:
    | 'sunpro'
    | 'own-dependency-file'
    | 'header-listing'
    | 'print-headers'
    /** A second run with `-M` alone: where the caller wants `-MMD` and no option may be added. */
    | 'asked-again'
    | 'nothing-included';
  /** Where the compiler writes its list, for the ways that have a file of ours. */
  readonly file: ByteString;
  /** Where the assembler writes what it read; undefined when there is none, or it cannot. */
  readonly assemblerFile: ByteString | undefined;
}

/** Where a dependency file may be sent by those who only want the object. Nothing of it can be read back, or is to be placed. */
export const NOWHERE = '/dev/null';

/** Chooses the way by which the object's bytes stay what they are; each was compared with the bare compile's. */
export function headerReport(toolchain: Toolchain, parsed: ParsedArguments, temporaryFile: ByteString): HeaderReport {
  // LTO records the options for the assembler in the object.
  const recorded = parsed.keyArguments.some((argument) => argument.startsWith('-flto'));
  const assembles = parsed.mode === 'object' && parsed.externalAssembler && !recorded;
  const listsAssembler = assembles && toolchain.listsAssemblerInputs;
  return {
    way: reportWay(toolchain, parsed),
    file: `${temporaryFile}.d`,
    assemblerFile: listsAssembler ? `${temporaryFile}.as` : undefined,
  };
}

function reportWay(toolchain: Toolchain, parsed: ParsedArguments): HeaderReport['way'] {
  if (isPreprocessed(parsed.language)) return 'nothing-included';
  if (parsed.dependencyFile?.kind === 'MMD') {
    // clang's CC_PRINT_HEADERS puts system headers into the -MMD file; gcc's -H is recorded in DW_AT_producer and by LTO.
    return toolchain.kind === 'clang' || parsed.recordsSwitches || parsed.printsHeaders
      ? 'asked-again'
      : 'header-listing';
  }
  if (toolchain.kind === 'clang') return 'print-headers';
  if (parsed.dependencyFile === undefined) return 'sunpro';
  return parsed.dependencyFile.path === NOWHERE ? 'asked-again' : 'own-dependency-file';
}

/** The one compiler run: the caller's own command line, but for options that leave no trace in the object. */
export function compileStep(request: Request, messages: Messages, report: HeaderReport): RunStep {
  const added: ByteString[] = [];
  if (messages.colourOption) added.push(messages.colourOption);
  if (report.way === 'header-listing') added.push('-H');
  if (report.assemblerFile) added.push(`-Wa,--MD,${report.assemblerFile}`);
  const end = request.argv.indexOf('--');
  const at = end < 0 ? request.argv.length : end;
  return {
    step: 'run',
    stdout: 'capture',
    stderr: 'capture',
    program: request.program,
    argv: [...request.argv.slice(0, at), ...added, ...request.argv.slice(at)],
    set: reportEnvironment(report),
    unset: [],
    stdin: '',
  };
}

function reportEnvironment(report: HeaderReport): readonly ByteString[] {
  switch (report.way) {
    case 'sunpro':
      return [`SUNPRO_DEPENDENCIES=${report.file}`];
    case 'print-headers':
      return ['CC_PRINT_HEADERS=1', `CC_PRINT_HEADERS_FILE=${report.file}`];
    case 'own-dependency-file':
    case 'header-listing':
    case 'asked-again':
    case 'nothing-included':
      return [];
  }
}

/** Asks for all headers, system ones too, of a compile that has just ended. */
export function askAgainStep(request: Request, parsed: ParsedArguments, report: HeaderReport): RunStep {
  const recorded = parsed.keyArguments.indexOf('');
  const options = recorded < 0 ? parsed.keyArguments : parsed.keyArguments.slice(0, recorded);
  return {
    step: 'run',
    stdout: 'capture',
    stderr: 'capture',
    program: request.program,
    argv: [request.argv[0] ?? '', ...options, '-w', '-M', '-MF', report.file, '-x', parsed.language, parsed.input],
    set: [],
    unset: [],
    stdin: '/dev/null',
  };
}

/** An output as the compile left it. */
export interface WrittenOutput {
  readonly output: Output;
  readonly mode: number;
  readonly bytes: Buffer;
}

/** What the outputs were before the compile: an optional one that did not change was not written by it. */
export function stampsBefore(
  request: Request,
  outputs: readonly Output[],
  files: SourceFiles,
): ReadonlyMap<Output, FileStamp | undefined> {
  const optional = outputs.filter((output) => output.optional);
  return new Map(optional.map((output) => [output, files.stat(resolveFrom(request.cwd, output.path))]));
}

/** Reads the outputs before the caller may go on and change them (strip, objcopy, the next compile). */
export function readOutputs(
  request: Request,
  outputs: readonly Output[],
  before: ReadonlyMap<Output, FileStamp | undefined>,
  files: SourceFiles,
): readonly WrittenOutput[] | 'output-missing' | 'output-not-a-file' {
  const written: WrittenOutput[] = [];
  for (const output of outputs) {
    const path = resolveFrom(request.cwd, output.path);
    const stamp = files.stat(path);
    const old = before.get(output);
    if (output.optional && (stamp === undefined || (old && sameStamp(old, stamp)))) continue;
    if (stamp === undefined) return 'output-missing';
    if (stamp.kind !== 'file') return 'output-not-a-file';
    const contents = files.read(path);
    if (contents === undefined) return 'output-missing';
    // Permission bits before the umask: what a compiler makes executable is 0777, all else 0666.
    written.push({ output, mode: 0o666, bytes: contents.bytes });
  }
  return written;
}

/** The two captured streams, undefined when one was too long to be sent. */
export function capturedStreams(ran: RanMessage): { stdout: Buffer; stderr: Buffer } | undefined {
  if (ran.stdout.kind !== 'bytes' || ran.stderr.kind !== 'bytes') return undefined;
  return { stdout: ran.stdout.bytes, stderr: ran.stderr.bytes };
}
