import type { ParsedArguments } from '../compilers/arguments.ts';
import { isPreprocessed } from '../compilers/c-family/languages.ts';
import { parseMakeDependencies } from '../compilers/dependency-file.ts';
import { parsePrintedHeaders } from '../compilers/header-listing.ts';
import type { FileRecords } from '../key/file-records.ts';
import { traceHeaderSearch } from '../key/header-search.ts';
import type { SourceScan } from '../key/source-scan.ts';
import type { SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import { failure, type Result, success } from '../util/result.ts';
import type { HeaderReport } from './miss.ts';
import type { Reason } from './outcome.ts';
import type { Request } from './request.ts';
import type { Toolchain } from './toolchain.ts';

/** All that a compile read or searched, as a manifest keeps it. */
export interface Inputs {
  readonly paths: readonly ByteString[];
  readonly digests: readonly string[];
  readonly absent: readonly ByteString[];
}

/** What is needed to tell the inputs of one compile. */
export interface InputQuestion {
  readonly request: Request;
  readonly parsed: ParsedArguments;
  readonly toolchain: Toolchain;
  readonly report: HeaderReport;
  /** Names from a `-H` listing, when that was the way. */
  readonly listed: readonly ByteString[];
  /** The dependency file that the caller asked for, as written. */
  readonly dependencyText: Buffer | undefined;
  /** Kernel time just before the compiler started: what changed since may have been read in either state. */
  readonly startedMs: number;
  readonly sourceDigest: string;
}

/** Names every input with its digest, or says why the result must not be kept. */
export function inputsOf(question: InputQuestion, records: FileRecords, files: SourceFiles): Result<Inputs, Reason> {
  const { request, parsed, toolchain } = question;
  const headers = listedHeaders(question, files);
  if (headers === undefined) return failure('no-header-list');
  const assembled = assemblerInputs(question, files);
  if (assembled === undefined) return failure('no-header-list');
  const trace = traceHeaderSearch(
    {
      directory: request.cwd,
      source: parsed.input,
      headers,
      forced: isPreprocessed(parsed.language) ? [] : parsed.forcedIncludes,
      search: toolchain.search,
      precompiledSuffixes: toolchain.kind === 'gcc' ? ['.gch'] : ['.pch', '.gch'],
    },
    records,
    files,
  );
  if (trace === undefined) return failure('header-unreadable');
  if (toolchain.kind === 'clang' && usesPrecompiledHeader(parsed, trace.alsoSeen)) {
    return failure('clang-precompiled-header');
  }
  for (const scan of trace.scans.values()) {
    const reason = refusal(scan, question);
    if (reason) return failure(reason);
  }
  const paths = [...new Set([...headers, ...assembled, ...trace.alsoSeen])].filter((path) => path !== parsed.input);
  const digests: string[] = [];
  for (const path of [parsed.input, ...paths]) {
    const record = records.record(resolveFrom(request.cwd, path));
    if (record === undefined) return failure('header-unreadable');
    const changed = Math.max(record.stamp.changedMs, record.stamp.modifiedMs);
    if (path !== parsed.input) digests.push(record.digest);
    if (path === parsed.input ? record.digest !== question.sourceDigest : changed > question.startedMs) {
      return failure('modified-during-compile');
    }
  }
  return success({ paths, digests, absent: trace.absent });
}

function listedHeaders(question: InputQuestion, files: SourceFiles): readonly ByteString[] | undefined {
  const { report, request, parsed } = question;
  switch (report.way) {
    case 'nothing-included':
      return [];
    case 'header-listing':
      return question.listed;
    case 'own-dependency-file':
      return question.dependencyText && rule(question.dependencyText, parsed.input);
    case 'asked-again':
    case 'sunpro': {
      const list = files.read(resolveFrom(request.cwd, report.file));
      return list && rule(list.bytes, parsed.input);
    }
    case 'print-headers': {
      // clang makes no file when there is nothing to print.
      const list = files.read(resolveFrom(request.cwd, report.file));
      return list === undefined ? [] : parsePrintedHeaders(list.bytes);
    }
  }
}

/** The dependencies of a make rule, without the source. */
function rule(text: Buffer, source: ByteString): readonly ByteString[] | undefined {
  return parseMakeDependencies(text)?.dependencies.filter((path) => path !== source);
}

/**
 * What the assembler read besides the source. Its list also has the compiler's temporary file, which is gone, and the names
 * of `.file` directives, which it did not read: of those, what exists by chance is one input too many and does no harm.
 */
function assemblerInputs(question: InputQuestion, files: SourceFiles): readonly ByteString[] | undefined {
  const { report, parsed, request } = question;
  if (report.assemblerFile === undefined) return [];
  const list = files.read(resolveFrom(request.cwd, report.assemblerFile));
  const dependencies = list && parseMakeDependencies(list.bytes)?.dependencies;
  return dependencies?.filter(
    (path) => path !== parsed.input && files.stat(resolveFrom(request.cwd, path))?.kind === 'file',
  );
}

/** clang checks the headers inside one by size and time, and fails when one changed: nobody tells us which they are. */
function usesPrecompiledHeader(parsed: ParsedArguments, alsoSeen: readonly ByteString[]): boolean {
  const named = parsed.keyArguments.some((argument) => argument.startsWith('-include-pch'));
  return named || alsoSeen.some((path) => /\.(?:pch|gch)$/.test(path));
}

/** clang honours `SOURCE_DATE_EPOCH` since version 16, which is not told apart here. */
function refusal(scan: SourceScan, { parsed, report, request, toolchain }: InputQuestion): Reason | undefined {
  if (scan.hiddenInput === '#embed') return 'embed';
  if (scan.hiddenInput !== undefined) return 'pragma-dependency';
  if (scan.computedProbes && !isPreprocessed(parsed.language)) return 'computed-has-include';
  if (scan.assemblerIncludes && parsed.mode === 'object' && report.assemblerFile === undefined)
    return 'assembler-include';
  const fixedClock = toolchain.kind === 'gcc' && request.environment.has('SOURCE_DATE_EPOCH');
  if ((scan.timestamp || (scan.clock && !fixedClock)) && !isPreprocessed(parsed.language)) return 'time-macro';
  return undefined;
}
