import type { ByteString } from '../../util/bytes.ts';
import type { Language, Refusal } from '../arguments.ts';
import { cannotCache, type Draft } from './draft.ts';
import { refusingEnvironment } from './environment.ts';
import { headerSearch, isHeader, isLanguage, isModule, isPreprocessed, languageOfFile } from './languages.ts';

/** The one source of a compile. */
export interface Source {
  readonly path: ByteString;
  readonly language: Language;
  /** It is searched as if it were included. */
  readonly search: 'quote' | 'angle' | undefined;
}

/** Whether the command line is a compile at all. Headers are precompiled unless something else is said. */
export function isCompile(draft: Draft): boolean {
  if (draft.compile || draft.assemble || draft.syntaxOnly || draft.precompile) return true;
  return draft.inputs.length > 0 && draft.inputs.every((input) => isHeader(languageOf(draft, input) ?? 'c'));
}

/** The one source, or why it cannot be cached with what is done to it. */
export function findSource(draft: Draft): Source | Refusal {
  const [source, ...others] = draft.inputs;
  if (others.length > 0) return cannotCache('multiple input files');
  if (source === undefined) return cannotCache('no input file');
  if (draft.architectures.size > 1) {
    return cannotCache('multiple different -arch, and SCCACHE_CACHE_MULTIARCH not set');
  }
  const language = languageOf(draft, source);
  if (language === undefined || (isModule(language) && draft.kind === 'gcc')) {
    return cannotCache('unknown source language');
  }
  const reason = unusualMode(draft, language);
  if (reason !== undefined) return cannotCache(reason);
  const variable = refusingEnvironment.find((name) => draft.options.environment.has(name));
  if (variable !== undefined) return cannotCache(variable);
  const search = headerSearch(source.language ?? '');
  const unknown = unusualGccModule(draft, language, search);
  return unknown === undefined ? { path: source.path, language, search } : cannotCache(unknown);
}

/** The part of gcc's modules of which it is not known what is read or written. */
function unusualGccModule(
  { gccModules, ...draft }: Draft,
  language: Language,
  search: Source['search'],
): string | undefined {
  if (gccModules === undefined) return search && '-x';
  if (draft.options.environment.has('CXX_MODULE_MAPPER')) return 'CXX_MODULE_MAPPER';
  // Two runs of the compiler, or a text without directives: who reads what is another question there.
  if (isPreprocessed(language) || draft.savesTemporaries !== undefined || draft.dumps !== undefined) return gccModules;
  // Its list has what is read and written.
  const listed = draft.dependency.every(({ flag, value }) => flag !== 'MF' || value !== '/dev/null');
  return listed && draft.preprocessorWords.length === 0 ? undefined : gccModules;
}

function languageOf(draft: Draft, { path, language }: Draft['inputs'][number]): Language | undefined {
  if (language === undefined) return languageOfFile(path, draft.options.plusplus);
  if (headerSearch(language) !== undefined) return 'c++-header';
  return isLanguage(language) ? language : undefined;
}

/** The option that does not go with what the source is; undefined when all is usual. */
function unusualMode(draft: Draft, language: Language): string | undefined {
  const makesModule = language === 'c++-module' && !draft.compile && !draft.assemble && !draft.syntaxOnly;
  if (draft.precompile && (!makesModule || draft.emitsLlvm)) return '--precompile';
  if (draft.emitsPrecompiledHeader && (!isHeader(language) || draft.syntaxOnly)) return '-emit-pch';
  if (draft.syntaxOnly && language.startsWith('assembler')) return '-fsyntax-only';
  // GNU as cannot write to a stream, and nobody reads a precompiled header from one.
  const assembles = draft.kind === 'gcc' && !draft.assemble;
  if (draft.output === '-' && (isHeader(language) || assembles)) return '-o -';
  if (!isHeader(language) || draft.syntaxOnly) return undefined;
  if (draft.emitsLlvm) return '-emit-llvm';
  // gcc then leaves a precompiled header besides.
  if (draft.assemble) return '-S';
  // gcc names the dependency file after an executable that will not be, unless told otherwise.
  return draft.kind === 'gcc' && !draft.compile && draft.output === undefined && draft.dependency.length > 0
    ? 'precompiled header'
    : undefined;
}
