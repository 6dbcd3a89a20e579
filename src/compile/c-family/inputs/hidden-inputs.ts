import type { Language } from '../../../compilers/arguments.ts';
import { isPreprocessed } from '../../../compilers/c-family/languages.ts';
import type { Circumstance } from '../../../key/circumstances.ts';
import type { SearchTrace } from '../../../key/search-walk.ts';
import { type SourceScan, scanSource } from '../../../key/source-scan.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { directoryOf, resolveFrom } from '../../../util/path.ts';
import { failure, type Result, success } from '../../../util/result.ts';
import type { Conversation } from '../../conversation.ts';
import type { Reason } from '../../outcome.ts';
import { definitions } from '../definitions.ts';
import type { CompilerFacts } from '../toolchain/toolchain.ts';
import { type AssemblerIncludes, assemblerIncludes, assemblyStep, searchedBeside } from './assembler-includes.ts';
import { gccImports, headerUnits, showsOnly } from './gcc-modules.ts';
import { importedModules } from './imported-modules.ts';
import type { HiddenInputs, InputQuestion, ReadFiles } from './inputs.ts';
import { moduleMaps } from './module-maps.ts';
import { quotedSources } from './quoted-sources.ts';
import {
  mayUseTimeMacros,
  precompiledTimeStep,
  timeCircumstances,
  timeMacroStep,
  timeMacrosInPrecompiled,
  usedTimeMacros,
} from './time-macros.ts';

/** Finds hidden inputs by what the sources say; asks the compiler where the text alone does not tell. */
export async function hiddenInputs(
  question: InputQuestion,
  facts: CompilerFacts,
  read: ReadFiles,
  conversation: Conversation,
  files: SourceFiles,
): Promise<Result<HiddenInputs, Reason>> {
  const { headers, trace } = read;
  const { request, parsed } = question;
  const defined = definitions(parsed).join('\n');
  const scans = [...trace.scans.values(), scanSource(defined)];
  if (knowsEmbed(facts) && scans.some(({ embeds }) => embeds)) return failure('embed');
  const included = scans.some(({ assemblerIncludes }) => assemblerIncludes);
  const assembled = included ? await assemblerInputs(question, read, conversation, files) : NO_FILES;
  if (assembled === undefined) return failure('assembler-include');
  const imported =
    parsed.moduleDirectories === undefined ? NO_FILES : await importedModules(request, parsed, conversation);
  const gccImported = question.modules
    ? await gccImports(request, parsed, question.modules, headers, conversation, files)
    : NO_FILES;
  if (imported === undefined || gccImported === undefined) return failure('imported-modules');
  // Messages may show lines of the sources that modules were made of.
  const imports = gccImported.paths.length > 0;
  if (question.quotesSources && imports && !showsOnly(question.messages, [parsed.input, ...headers]))
    return failure('listing-of-other-sources');
  const quoted = question.quotesSources ? quotedSources(question, read, files) : NO_FILES;
  if (quoted === undefined) return failure('listing-of-other-sources');
  const others = [assembled, imported, gccImported, quoted, moduleMaps(question, files)];
  const paths = others.flatMap((other) => other.paths);
  const absent = others.flatMap((other) => other.absent);
  if (isPreprocessed(parsed.language)) {
    const directives = facts.kind === 'clang' ? unexpected(parsed.language, scans) : undefined;
    if (directives !== undefined) return failure(directives);
    paths.push(...precompiledInText(question, files));
    return success({ paths, absent, circumstances: mappedNames(question, trace) });
  }

  const probesMacros = scans.some(({ probedMacros }) => probedMacros.length > 0);
  if (probesMacros && headerUnits(question.modules).length > 0) return failure('computed-has-include');
  if (trace.obscureProbe || defined.includes('__has_include')) return failure('computed-has-include');
  // `/proc/self` is another to each process.
  if (trace.absent.some((path) => path.startsWith('/proc/'))) return failure('header-unreadable');
  if (scans.some(({ obscureDependency }) => obscureDependency)) return failure('pragma-dependency');
  const noted = parsed.notesTimes ? [parsed.input, ...headers] : question.report.precompiled ? headers : [];
  const timed = await timeInputs(question, facts, read, scans, conversation);
  if (timed === undefined) return failure('time-macro');
  return success({
    paths,
    absent,
    circumstances: [
      ...all('modified', [...trace.dated, ...noted]),
      ...all('listing', trace.listed),
      ...timed,
      ...mappedNames(question, trace),
    ],
  });
}

/** clang carries out directives in preprocessed text too, where no preprocessor has left any. */
function unexpected(language: Language, scans: readonly SourceScan[]): Reason | undefined {
  if (!language.endsWith('cpp-output')) return undefined;
  if (scans.some(({ timeMacros }) => timeMacros)) return 'time-macro';
  const searches = scans.some(({ mentions, computedIncludes, probedMacros, probeInMacro }) => {
    return mentions.length + probedMacros.length + computedIncludes.length > 0 || probeInMacro;
  });
  return searches ? 'no-header-list' : undefined;
}

/** What `gcc -E -fpch-preprocess` leaves of a precompiled header. */
function precompiledInText({ parsed, request }: InputQuestion, files: SourceFiles): ByteString[] {
  if (!parsed.language.endsWith('cpp-output')) return [];
  const text = fromBuffer(files.read(resolveFrom(request.cwd, parsed.input))?.bytes ?? Buffer.alloc(0));
  return [...text.matchAll(/^[ \t]*#[ \t]*pragma[ \t]+GCC[ \t]+pch_preprocess[ \t]+"([^"\n]*)"/gm)].flatMap(
    ([, path = '']) => path,
  );
}

function all(kind: Circumstance['kind'], paths: readonly ByteString[]): Circumstance[] {
  return paths.map((path) => ({ kind, path }));
}

/**
 * Absolute names that a text itself gives, by `#include` or `#line`, may fall under the prefix maps of one checkout and
 * not under those of another, though both mean their own directory.
 */
function mappedNames({ parsed, toolchain }: InputQuestion, { scans }: SearchTrace): Circumstance[] {
  if (parsed.prefixMaps.length === 0) return [];
  // Those below a directory of the search path, or beside the source, are in the key by that.
  const { quote, angle } = toolchain.search;
  const known = [...quote, ...angle, directoryOf(parsed.input)].filter((path) => path.startsWith('/'));
  const named = [...scans].some(
    ([path, { namesOtherSources }]) =>
      namesOtherSources || (path.startsWith('/') && !known.some((directory) => path.startsWith(directory))),
  );
  return named ? [{ kind: 'directory', path: '' }] : [];
}

const NO_FILES: AssemblerIncludes = { paths: [], absent: [] };

/** Older ones do not know the word: it can only stand where it does not count. */
function knowsEmbed({ kind, version }: CompilerFacts): boolean {
  return Number.parseInt(version, 10) >= (kind === 'gcc' ? 15 : 19);
}

/** What the assembler reads, where it does not list it itself, and where it looks for that. */
async function assemblerInputs(
  { parsed, report, request, toolchain }: InputQuestion,
  read: ReadFiles,
  conversation: Conversation,
  files: SourceFiles,
): Promise<AssemblerIncludes | undefined> {
  // clang's own assembler reads them for -S as well.
  const assembles = parsed.mode === 'object' || !parsed.externalAssembler;
  if (!assembles) return NO_FILES;
  if (report.assemblerFile !== undefined) return searchedBeside(read.assembled, request, parsed, toolchain, files);
  const step = assemblyStep(request, parsed, toolchain.kind);
  const ran = step && (await conversation.run(step));
  const text = ran ? ran.stdout : files.read(resolveFrom(request.cwd, parsed.input));
  const failed = ran && (ran.kind !== 'exit' || ran.value !== 0);
  if (failed || text === undefined || !('bytes' in text)) return undefined;
  return assemblerIncludes(fromBuffer(text.bytes), request, parsed, toolchain, files);
}

/** What gcc reads in the stead of a header. */
const PRECOMPILED_BY_GCC = /\.gch(?:\/[^/]*)?$/;

async function timeInputs(
  { request, parsed }: InputQuestion,
  { kind, version }: CompilerFacts,
  { headers, trace }: ReadFiles,
  scans: readonly SourceScan[],
  conversation: Conversation,
): Promise<readonly Circumstance[] | undefined> {
  const precompiled = kind === 'gcc' && [...headers, ...trace.alsoSeen].some((path) => PRECOMPILED_BY_GCC.test(path));
  if (precompiled && Number.parseInt(version, 10) >= 7) {
    const ran = await conversation.run(precompiledTimeStep(request, parsed));
    return ran && timeCircumstances(timeMacrosInPrecompiled(ran), request, kind, version);
  }
  if (!mayUseTimeMacros(parsed, scans)) return [];
  const ran = await conversation.run(timeMacroStep(request, parsed));
  return ran && timeCircumstances(usedTimeMacros(ran), request, kind, version);
}
