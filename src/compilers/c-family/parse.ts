import type { ByteString } from '../../util/bytes.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Language, ParsedArguments, Refusal } from '../arguments.ts';
import { clangOptions } from '../clang/options.ts';
import { gccOptions } from '../gcc/options.ts';
import { type OptionTable, optionTable, type ReadArgument, readArguments } from '../option-table.ts';
import type { Action } from './actions.ts';
import { applyOption, applyUnknown } from './apply-option.ts';
import { readClangWords } from './clang-words.ts';
import { planDependencies } from './dependency-options.ts';
import { type CompilerKind, cannotCache, type Draft, emptyDraft, type ParseOptions } from './draft.ts';
import { refusingEnvironment } from './environment.ts';
import { isHeader, isLanguage, isPreprocessed, languageOfFile } from './languages.ts';
import { objectPath, planOutputs } from './outputs.ts';
import { expandResponseFiles } from './response-file.ts';
import { readAssemblerWords, readPreprocessorWords } from './wrapped-words.ts';

const gccTable = optionTable(gccOptions);
const clangTable = optionTable(clangOptions);
const tablesOf: Readonly<Record<CompilerKind, readonly OptionTable<Action>[]>> = {
  gcc: [gccTable],
  clang: [gccTable, clangTable],
};

/**
 * Reads a command line of gcc or clang.
 *
 * @param argv without the compiler itself.
 * @returns what it means, or the first reason (in the command line's order) why it cannot be cached.
 */
export function parseArguments(
  kind: CompilerKind,
  options: ParseOptions,
  argv: readonly ByteString[],
): Result<ParsedArguments, Refusal> {
  const words = expandResponseFiles(argv, options.cwd, options.readFile);
  const draft = emptyDraft(kind, options);
  const refusal =
    readWords(draft, readArguments(tablesOf[kind], words, kind === 'clang')) ??
    readClangWords(draft, tablesOf[kind]) ??
    readAssemblerWords(draft);
  if (refusal !== undefined) return failure(refusal);
  if (draft.recordsWords) draft.key.push('', ...words);
  return finish(draft);
}

function readWords(draft: Draft, read: readonly ReadArgument<Action>[]): Refusal | undefined {
  for (const argument of read) {
    const refusal = readWord(draft, argument);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function readWord(draft: Draft, argument: ReadArgument<Action>): Refusal | undefined {
  switch (argument.type) {
    case 'incomplete':
      return cannotCache('argument parse');
    case 'unknown':
      applyUnknown(draft, argument.text);
      return undefined;
    case 'raw':
      if (argument.text.startsWith('@')) return cannotCache('@');
      draft.inputs.push({ path: argument.text, language: draft.language });
      return undefined;
    case 'option':
      if (argument.row.kind !== 'flag' && argument.value.startsWith('@')) return cannotCache('@');
      return applyOption(draft, argument.row, argument.value);
  }
}

/** What can only be said once every argument was seen. */
function finish(draft: Draft): Result<ParsedArguments, Refusal> {
  const wrapped = readPreprocessorWords(draft);
  if ('kind' in wrapped) return failure(wrapped);
  if (draft.query !== undefined) return failure({ kind: 'not-compilation', reason: draft.query });
  if (!draft.compile && !draft.assemble) return failure({ kind: 'not-compilation', reason: 'link' });
  const source = findSource(draft);
  if ('reason' in source) return failure(source);
  const { path: input, language } = source;
  const object = objectPath(draft, input, language);
  const outputs = planOutputs(draft, object);
  if ('reason' in outputs) return failure(outputs);
  const plan = planDependencies(draft, wrapped, input, object);
  if ('reason' in plan) return failure(plan);
  const dependencyFile = isPreprocessed(language) ? undefined : plan.file;
  addUnusedDependencyOptions(draft, language);
  return success({
    mode: draft.assemble ? 'assembly' : 'object',
    language,
    input,
    outputs,
    dependencyFile,
    keyArguments: draft.key,
    probeArguments: draft.probe,
    inputFiles: draft.inputFiles,
    forcedIncludes: draft.forcedIncludes,
    ...embedding(draft),
    prefixMaps: draft.prefixMaps,
    colour: draft.colour,
    native: draft.native,
    externalAssembler: draft.externalAssembler,
    printsHeaders: draft.printsHeaders,
  });
}

/** The one source and its language. */
function findSource(draft: Draft): { path: ByteString; language: Language } | Refusal {
  const [source, ...others] = draft.inputs;
  if (others.length > 0) return cannotCache('multiple input files');
  if (source === undefined) return cannotCache('no input file');
  if (draft.architectures.size > 1) {
    return cannotCache('multiple different -arch, and SCCACHE_CACHE_MULTIARCH not set');
  }
  const named = source.language;
  const language =
    named === undefined ? languageOfFile(source.path, draft.options.plusplus) : isLanguage(named) ? named : undefined;
  if (language === undefined) return cannotCache('unknown source language');
  // clang notes the headers' times in a precompiled header and refuses it when they differ: a restored one is useless.
  if (draft.kind === 'clang' && isHeader(language) && (draft.pchTimestamp || draft.output === undefined)) {
    return cannotCache('precompiled header');
  }
  if (draft.emitsLlvm && draft.output === undefined) return cannotCache('-emit-llvm');
  const variable = refusingEnvironment.find((name) => draft.options.environment.has(name));
  return variable === undefined ? { path: source.path, language } : cannotCache(variable);
}

/** clang warns about the options of a dependency file that it does not use, so there they decide its messages. */
function addUnusedDependencyOptions(draft: Draft, language: Language): void {
  const kinds = new Set(draft.dependency.map(({ flag }) => flag).filter((flag) => flag === 'MD' || flag === 'MMD'));
  if (draft.kind !== 'clang' || (kinds.size === 1 && !isPreprocessed(language))) return;
  for (const { flag, value } of draft.dependency) draft.key.push(`-${flag}`, value);
}

/** What the object may tell about where and how it was made. gcc records the switches in its debug information. */
function embedding(draft: Draft): Pick<ParsedArguments, 'embedsDirectory' | 'embedsOutputPath' | 'recordsSwitches'> {
  const gcc = draft.kind === 'gcc';
  const lto = gcc && draft.linkTimeOptimisation;
  return {
    embedsDirectory: draft.embedsDirectory || draft.debugInformation || lto || draft.recordsWords,
    embedsOutputPath: draft.embedsOutputPath || draft.recordsWords,
    recordsSwitches: draft.recordsSwitches || lto || (gcc && draft.debugInformation),
  };
}
