import type { ParsedArguments } from '../../../compilers/arguments.ts';
import { isPreprocessed } from '../../../compilers/c-family/languages.ts';
import { parseMakeDependencies } from '../../../compilers/dependency-file.ts';
import type { ModuleRules } from '../../../compilers/gcc/module-rules.ts';
import { parseDependencyGraph, parsePrintedHeaders } from '../../../compilers/header-listing.ts';
import {
  type Circumstance,
  circumstancesHold,
  circumstanceValue,
  type RecordedCircumstance,
} from '../../../key/circumstances.ts';
import type { FileRecords } from '../../../key/file-records.ts';
import { traceHeaderSearch } from '../../../key/header-search.ts';
import { Links } from '../../../key/links.ts';
import type { Inputs } from '../../../key/manifest.ts';
import type { SearchTrace } from '../../../key/search-walk.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom, withoutDots } from '../../../util/path.ts';
import { failure, type Result, success } from '../../../util/result.ts';
import type { Reason } from '../../outcome.ts';
import { NOWHERE } from '../../outputs.ts';
import { type Request, surroundingsOf } from '../../request.ts';
import { definitions } from '../definitions.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import { isStream } from './assembler-includes.ts';
import { equalFiles } from './equal-files.ts';
import { headerUnits } from './gcc-modules.ts';
import type { HeaderReport } from './header-report.ts';

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
  /** What gcc's list says about modules; undefined where there are none. */
  readonly modules: ModuleRules | undefined;
  /** Whether gcc may have shown lines of a source, which it reads under the name that `#line` gives. */
  readonly quotesSources: boolean;
  /** All that it wrote to its streams. */
  readonly messages: ByteString;
  /** Kernel time just before the compiler started: what changed since may have been read in either state. */
  readonly startedMs: number;
  /** The same clock when it had ended. */
  readonly endedMs: number;
  readonly sourceDigest: string;
}

/** The files of one compile, before anything is decided about them. */
export interface ReadFiles {
  readonly headers: readonly ByteString[];
  readonly assembled: readonly ByteString[];
  readonly trace: SearchTrace;
}

/** What decides a result though no list of headers shows it. */
export interface HiddenInputs {
  readonly paths: readonly ByteString[];
  /** Names that were searched in vain. */
  readonly absent: readonly ByteString[];
  readonly circumstances: readonly Circumstance[];
}

/** Header maps and overlays give a header the place of another. */
const REMAPS = /^(?:-Xclang=)?(?:--?vfsoverlay|-ivfsoverlay)|\.hmap$/;

/** clang takes one for `-include` only. */
const PRECOMPILED = {
  gcc: { suffixes: ['.gch'], forIncludes: true },
  clang: { suffixes: ['.pch', '.gch'], forIncludes: false },
} as const;

/** Names every file that was read or searched. */
export function readFiles(
  question: InputQuestion,
  records: FileRecords,
  files: SourceFiles,
): Result<ReadFiles, Reason> {
  const { request, parsed, toolchain } = question;
  const listed = listedHeaders(question, files);
  if (listed === undefined) return failure('no-header-list');
  const headers = [...listed, ...headerUnits(question.modules)];
  const assembled = assemblerInputs(question, files);
  if (!assembled.ok) return assembled;
  const trace = traceHeaderSearch(
    {
      directory: request.cwd,
      source: parsed.input,
      headers,
      forced: isPreprocessed(parsed.language) ? [] : parsed.forcedIncludes,
      asText: parsed.textIncludes,
      search: toolchain.search,
      defined: definitions(parsed),
      remapped: parsed.keyArguments.some((argument) => REMAPS.test(argument)),
      precompiled: PRECOMPILED[toolchain.kind],
    },
    records,
    files,
  );
  return trace === undefined ? failure('header-unreadable') : success({ headers, assembled: assembled.value, trace });
}

/** Of the files, those that the compiler took apart into tokens, and nothing else read. */
export function sourcesAmong(
  source: ByteString,
  { headers, assembled, trace }: ReadFiles,
  hidden: HiddenInputs,
): ReadonlySet<ByteString> {
  const sources = new Set([source, ...headers]);
  // The assembler's list has the names of `.file` directives too, so that it counts only where something is for it.
  const counts = [...trace.scans.values()].some((scan) => scan.assemblerIncludes);
  for (const path of counts ? [...assembled, ...hidden.paths] : hidden.paths) sources.delete(path);
  return sources;
}

/** Every input with its digest, and what else decided the result; or the reason why the result must not be kept. */
export function inputsOf(
  question: InputQuestion,
  { headers, assembled, trace }: ReadFiles,
  hidden: HiddenInputs,
  records: FileRecords,
  files: SourceFiles,
): Result<Inputs, Reason> {
  const { request, parsed } = question;
  if (parsed.listing && [...trace.scans.values()].some((scan) => scan.namesOtherSources)) {
    return failure('listing-of-other-sources');
  }
  const paths = [...new Set([...headers, ...assembled, ...trace.alsoSeen, ...hidden.paths])].filter(
    (path) => path !== parsed.input,
  );
  const absent = [...new Set([...trace.absent, ...hidden.absent])];
  const links = new Links(files);
  const digests: string[] = [];
  for (const path of [parsed.input, ...paths]) {
    const file = resolveFrom(request.cwd, path);
    const record = records.record(file);
    if (record === undefined) return failure('header-unreadable');
    const changed = Math.max(records.lastChangeMs(record.stamp), links.changedMs(file));
    if (path !== parsed.input) digests.push(record.digest);
    if (path === parsed.input ? record.digest !== question.sourceDigest : changed > question.startedMs) {
      return failure('modified-during-compile');
    }
  }
  for (const path of [...parsed.inputFiles, ...parsed.optionalInputFiles]) {
    const stamp = files.stat(resolveFrom(request.cwd, path));
    // A directory where a profile might be changes when outputs are written into it.
    if (stamp?.kind === 'file' && records.lastChangeMs(stamp) > question.startedMs)
      return failure('modified-during-compile');
  }
  const equal = equalFiles({
    kind: question.toolchain.kind,
    directory: request.cwd,
    paths: [parsed.input, ...paths],
    digests: [question.sourceDigest, ...digests],
    scans: trace.scans,
  });
  const recorded = recordedCircumstances(question, [...hidden.circumstances, ...equal], files);
  if (recorded === undefined) return failure('time-macro');
  return success({ paths, digests, absent, circumstances: recorded });
}

/** The circumstances with their values, if they were the same from beginning to end (not across midnight). */
function recordedCircumstances(
  { request, startedMs, endedMs }: InputQuestion,
  circumstances: readonly Circumstance[],
  files: SourceFiles,
): readonly RecordedCircumstance[] | undefined {
  const recorded = new Map<string, RecordedCircumstance>();
  for (const circumstance of circumstances) {
    const value = circumstanceValue(circumstance, surroundingsOf(request, startedMs), files);
    if (value === undefined) return undefined;
    recorded.set(`${circumstance.kind} ${circumstance.path}`, { ...circumstance, value });
  }
  const all = [...recorded.values()];
  return circumstancesHold(all, surroundingsOf(request, endedMs), files) ? all : undefined;
}

function listedHeaders(question: InputQuestion, files: SourceFiles): readonly ByteString[] | undefined {
  const { report, request, parsed } = question;
  switch (report.way) {
    case 'nothing-included':
      return [];
    case 'header-listing':
      return question.listed;
    case 'own-dependency-file':
      return question.dependencyText && rule(question.modules?.headers ?? question.dependencyText, parsed.input);
    case 'asked-again':
    case 'sunpro': {
      const list = files.read(resolveFrom(request.cwd, report.file));
      return list && rule((report.way === 'sunpro' && question.modules?.headers) || list.bytes, parsed.input);
    }
    case 'dependency-graph': {
      const graph = files.read(resolveFrom(request.cwd, report.file));
      return graph && filesInGraph(parseDependencyGraph(graph.bytes), question, files);
    }
    case 'print-headers': {
      // clang makes no file when there is nothing to print.
      const list = files.read(resolveFrom(request.cwd, report.file));
      return list === undefined ? [] : parsePrintedHeaders(list.bytes);
    }
  }
}

/** The files that the names in a graph can stand for: one too many is harmless, a name without a file is not. */
function filesInGraph(
  labels: readonly ByteString[],
  { request, parsed }: InputQuestion,
  files: SourceFiles,
): readonly ByteString[] | undefined {
  const roots = ['/', ...sysroots(parsed.probeArguments)];
  const found: ByteString[] = [];
  for (const label of labels) {
    if (label === parsed.input) continue;
    const names = new Set([label, ...roots.map((root) => withoutDots(`${root}/${label}`))]);
    const isFileOrNowhere = (path: ByteString): boolean => path === NOWHERE || files.stat(path)?.kind === 'file';
    const existing = [...names].filter((name) => isFileOrNowhere(resolveFrom(request.cwd, name)));
    if (existing.length === 0) return undefined;
    found.push(...existing);
  }
  return found;
}

/** `--sysroot=DIRECTORY` and `-isysroot DIRECTORY`, as the parser spells them. */
function sysroots(options: readonly ByteString[]): readonly ByteString[] {
  return options.flatMap((option, index) => {
    if (option.startsWith('--sysroot=')) return [option.slice('--sysroot='.length)];
    return option === '-isysroot' ? (options[index + 1] ?? []) : [];
  });
}

/** The dependencies of a make rule, without the source. */
function rule(text: Buffer, source: ByteString): readonly ByteString[] | undefined {
  const dependencies = parseMakeDependencies(text)?.dependencies;
  return dependencies && [...new Set(dependencies)].filter((path) => path !== source);
}

/**
 * What the assembler read besides the source. Its list also has the compiler's temporary file, which is gone or
 * was kept as an output, and the names of `.file` directives, which it did not read: of those, what exists by chance is one
 * input too many and does no harm.
 */
function assemblerInputs(question: InputQuestion, files: SourceFiles): Result<readonly ByteString[], Reason> {
  const { report, parsed, request } = question;
  if (report.assemblerFile === undefined) return success([]);
  const list = files.read(resolveFrom(request.cwd, report.assemblerFile));
  const dependencies = list && parseMakeDependencies(list.bytes)?.dependencies;
  const own = new Set([parsed.input, ...parsed.outputs.map(({ path }) => path)]);
  if (dependencies === undefined) return failure('no-header-list');
  const others = dependencies.filter((path) => !own.has(path));
  if (others.some((path) => path !== NOWHERE && isStream(path, request, files))) return failure('assembler-include');
  return success(others.filter((path) => files.stat(resolveFrom(request.cwd, path))?.kind === 'file'));
}
