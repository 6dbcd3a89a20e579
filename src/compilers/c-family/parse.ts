import type { ByteString } from '../../util/bytes.ts';
import { baseName, joinPath, resolveFrom } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { DependencyFile, Language, ParsedArguments, Refusal } from '../arguments.ts';
import { clangOptions } from '../clang/options.ts';
import { gccOptions } from '../gcc/options.ts';
import { type OptionTable, optionTable, type ReadArgument, readArguments } from '../option-table.ts';
import type { Action } from './actions.ts';
import { applyOption, applyUnknown } from './apply-option.ts';
import { readClangWords } from './clang-words.ts';
import { planDependencies, planVariable } from './dependency-options.ts';
import { type CompilerKind, cannotCache, type Draft, emptyDraft, type ParseOptions } from './draft.ts';
import { isHeader, isModule, isPreprocessed } from './languages.ts';
import { longSpellings, shortWords } from './long-spellings.ts';
import { objectPath, planDumps, planOutputs, withExtension } from './outputs.ts';
import { expandResponseFiles } from './response-file.ts';
import { findSource, isCompile, type Source } from './source.ts';
import { readAssemblerWords, readPreprocessorWords } from './wrapped-words.ts';

const gccTable = optionTable<Action>([...gccOptions, ...longSpellings]);
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
      if (isEmptyWord(argument)) return cannotCache(argument.row.flag);
      if (argument.row.kind !== 'flag' && argument.value.startsWith('@')) return cannotCache('@');
      if (argument.row.action === 'long-spelling') return readLongSpelling(draft, argument.row.flag, argument.value);
      if (argument.row.action === 'host-option') return readHostOption(draft, argument.row.flag, argument.value);
      return applyOption(draft, argument.row, argument.value);
  }
}

/** Messages may have the option as it was spelled. */
function readLongSpelling(draft: Draft, flag: string, value: ByteString): Refusal | undefined {
  const words = shortWords(flag, value);
  if (words === undefined) return cannotCache(flag);
  draft.outputKey.push(flag);
  return readWords(draft, readArguments(tablesOf[draft.kind], words, false));
}

/** What the driver does not look at before it takes the option for one of this compile. */
const HOST_OPTION = /^-(?:[DUIOWgf]|std=)./s;

function readHostOption(draft: Draft, flag: string, value: ByteString): Refusal | undefined {
  const read = readArguments(tablesOf[draft.kind], [value], false);
  const isPlain = read.every(
    (argument) =>
      argument.type === 'unknown' || (argument.type === 'option' && /^(?:key|probe)$/.test(argument.row.action)),
  );
  if (!isPlain || !HOST_OPTION.test(value)) return cannotCache(flag);
  draft.outputKey.push(flag);
  return readWords(draft, read);
}

/**
 * `-I ''`: joined, the option would take the next word. Where the command line ends behind the option, it would take what
 * we append.
 */
function isEmptyWord({ row, value }: Extract<ReadArgument<Action>, { type: 'option' }>): boolean {
  const takesWord = row.kind === 'separated' || row.kind === 'either';
  return takesWord && row.delimiter === undefined && value === '';
}

/** What can only be said once every argument was seen. */
function finish(draft: Draft): Result<ParsedArguments, Refusal> {
  const wrapped = readPreprocessorWords(draft);
  if ('kind' in wrapped) return failure(wrapped);
  if (draft.query !== undefined) return failure({ kind: 'not-compilation', reason: draft.query });
  if (!isCompile(draft)) return failure({ kind: 'not-compilation', reason: 'link' });
  const source = findSource(draft);
  if ('reason' in source) return failure(source);
  const { path: input, language, search } = source;
  if (isOverlaid(draft, input)) return failure(cannotCache('-ivfsoverlay'));
  const object = objectPath(draft, source);
  const outputs = planOutputs(draft, source, object);
  if ('reason' in outputs) return failure(outputs);
  const dumps = planDumps(draft, source, object);
  if ('reason' in dumps) return failure(dumps);
  const asked = planDependencies(draft, wrapped, input, object);
  const plan = 'reason' in asked || asked.file ? asked : planVariable(draft, language, input);
  if ('reason' in plan) return failure(plan);
  const dependencyFile = isPreprocessed(language) ? undefined : plan.file;
  addUnusedDependencyOptions(draft, language);
  addModuleKey(draft, source, plan);
  // gcc says then that it ignores the one for the other.
  if (draft.pipe && draft.savesTemporaries !== undefined) draft.outputKey.push('-pipe');
  return success({
    mode: modeOf(draft),
    language,
    input,
    outputs,
    standardOutput: draft.standardOutput || (object === '-' && !draft.syntaxOnly),
    listing: draft.listing,
    dumpPrefix: dumps.prefix,
    dependencyFile,
    keyArguments: draft.key,
    outputArguments: draft.outputKey,
    probeArguments: draft.probe,
    inputFiles: draft.inputFiles,
    optionalInputFiles: [...draft.optionalInputFiles, ...objectProfiles(draft, object)],
    moduleDirectories: draft.importsModules || language === 'pcm' ? draft.moduleDirectories : undefined,
    gccModules: draft.gccModules !== undefined,
    sourceSearch: search,
    notesTimes: draft.kind === 'clang' && isHeader(language) && draft.pchTimestamp && !draft.syntaxOnly,
    forcedIncludes: draft.forcedIncludes,
    textIncludes: draft.textIncludes,
    clangWords: draft.clangWords,
    clangMeanings: draft.clangMeanings,
    ...embedding(draft, language),
    prefixMaps: draft.prefixMaps,
    colour: draft.colour,
    native: draft.native,
    externalAssembler: draft.externalAssembler,
    printsHeaders: draft.printsHeaders,
  });
}

/** Whether another file may stand for the source, or for one that an option names. */
function isOverlaid(draft: Draft, input: ByteString): boolean {
  const overlays = new Set(draft.overlays);
  return [input, ...draft.inputFiles].some((path) => overlays.has(baseName(path)));
}

function modeOf(draft: Draft): ParsedArguments['mode'] {
  if (draft.syntaxOnly) return 'syntax';
  if (draft.precompile) return 'module';
  return draft.assemble ? 'assembly' : 'object';
}

/** Rules about modules have targets and names in several places: such a dependency file is kept as it was written. */
function addModuleKey(draft: Draft, { search }: Source, { file }: { readonly file: DependencyFile | undefined }): void {
  if (draft.gccModules === undefined) return;
  if (search !== undefined) draft.outputKey.push(`searched as with ${search}`);
  if (file !== undefined) draft.outputKey.push('targets', ...file.targets, file.phony ? 'and headers' : 'only');
}

/** clang warns about the options of a dependency file that it does not use, so there they decide its messages. */
function addUnusedDependencyOptions(draft: Draft, language: Language): void {
  const kinds = new Set(draft.dependency.map(({ flag }) => flag).filter((flag) => flag === 'MD' || flag === 'MMD'));
  if (draft.kind !== 'clang' || (kinds.size === 1 && !isPreprocessed(language))) return;
  for (const { flag, value } of draft.dependency) draft.key.push(`-${flag}`, value);
}

/** What the object may tell about where and how it was made. gcc records the switches in its debug information. */
function embedding(
  draft: Draft,
  language: Language,
): Pick<ParsedArguments, 'embedsDirectory' | 'embedsOutputPath' | 'recordsSwitches'> {
  const gcc = draft.kind === 'gcc';
  const lto = gcc && draft.linkTimeOptimisation;
  // clang notes its directory, that of the file and the options about messages in what it precompiles.
  const precompiled = !gcc && (isModule(language) || isHeader(language));
  return {
    embedsDirectory: draft.embedsDirectory || draft.debugInformation || lto || draft.recordsWords || precompiled,
    embedsOutputPath: draft.embedsOutputPath || draft.recordsWords || precompiled,
    recordsSwitches: draft.recordsSwitches || lto || (gcc && draft.debugInformation) || precompiled,
  };
}

/**
 * Where gcc may look for the counts of a profiled run: beside the object, or under the object's mangled absolute name
 * (`#` for `/`, `^` for `..`; gcov's `mangle_path`) in the directories that were given, which may also be the file itself.
 */
function objectProfiles(draft: Draft, object: ByteString): ByteString[] {
  if (draft.profileUses.length === 0) return [];
  const counts = withExtension(object, 'gcda');
  const { cwd, environment } = draft.options;
  const absolute = [cwd, environment.get('PWD') ?? cwd].map((directory) => resolveFrom(directory, counts));
  const mangled = absolute.map((path) =>
    path
      .replace(/\/\.(?=\/)/g, '')
      .replace(/(?<=\/)\.\.(?=\/)/g, '^')
      .replaceAll('/', '#'),
  );
  const named = draft.profileUses.filter((directory) => directory !== '');
  const under = named.flatMap((directory) => mangled.map((name) => joinPath(directory, name)));
  return [...new Set([counts, ...named, ...under])];
}
