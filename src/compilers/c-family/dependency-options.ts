import type { ByteString } from '../../util/bytes.ts';
import { baseName } from '../../util/path.ts';
import { DEPENDENCY_VARIABLES, type DependencyFile, type Language, type Refusal } from '../arguments.ts';
import { quoteForMake, withoutLeadingDots } from '../dependency-file.ts';
import { cannotCache, type DependencyOption, type Draft } from './draft.ts';
import { isHeader, isPreprocessed } from './languages.ts';
import { stem, withExtension } from './outputs.ts';

/** The dependency file, or undefined when the command line asks for none. */
export type DependencyPlan = { readonly file: DependencyFile | undefined } | Refusal;

/** Files that are streams, not files to keep. */
const STREAMS: ReadonlySet<string> = new Set(['-', '/dev/stdout', '/dev/stderr']);

/**
 * What the driver makes of `-MD` and its like.
 *
 * @param wrapped those among the words for the preprocessor (`-Wp,-MD,f`).
 */
export function planDependencies(
  draft: Draft,
  wrapped: readonly DependencyOption[],
  input: ByteString,
  object: ByteString,
): DependencyPlan {
  const own = draft.dependency;
  const kinds = [...own, ...wrapped].filter(({ flag }) => flag === 'MD' || flag === 'MMD');
  const first = kinds[0];
  if (first === undefined) return { file: undefined };
  const inner = wrapped.find(({ flag }) => flag === 'MD' || flag === 'MMD');
  if (wrapped.filter(({ flag }) => flag === 'MD' || flag === 'MMD').length > 1) return cannotCache('-Wp');
  if (draft.kind === 'clang' && wrapped.some(({ flag }) => flag === 'MQ')) return cannotCache('-Wp');
  // gcc passes the words of -Wp behind its own.
  const given = inner?.value ?? own.findLast(({ flag }) => flag === 'MF')?.value;
  if (given === undefined && object === '/dev/null') return cannotCache(`-${first.flag}`);
  const path = given ?? withExtension(draft.output ?? baseName(input), 'd');
  if (STREAMS.has(path)) return cannotCache('-MF');
  return {
    file: {
      // Whatever the order of the driver's own, -MMD counts.
      kind: (inner === undefined ? kinds.some(({ flag }) => flag === 'MMD') : inner.flag === 'MMD') ? 'MMD' : 'MD',
      path,
      targets: draft.kind === 'gcc' ? gccTargets(draft, wrapped, input) : clangTargets(draft, wrapped, input),
      phony: [...own, ...wrapped].some(({ flag }) => flag === 'MP'),
    },
  };
}

/**
 * What gcc makes of `DEPENDENCIES_OUTPUT` and `SUNPRO_DEPENDENCIES`, which no option of the command line overrides: `FILE` or
 * `FILE TARGET` (`check_deps_environment_vars` in gcc's `c-opts.cc`). clang does not know them.
 */
export function planVariable(draft: Draft, language: Language, input: ByteString): DependencyPlan {
  const variable = DEPENDENCY_VARIABLES.find((name) => draft.options.environment.has(name));
  if (draft.kind !== 'gcc' || variable === undefined || language === 'assembler') return { file: undefined };
  const [path = '', ...target] = (draft.options.environment.get(variable) ?? '').split(' ');
  // Where gcc reads a text twice, or keeps the list for others, it is not known what it would add.
  const isPlain = !isPreprocessed(language) && !isHeader(language) && draft.savesTemporaries === undefined;
  const isAlone =
    draft.dependency.length === 0 && draft.preprocessorWords.length === 0 && draft.gccModules === undefined;
  if (!isPlain || !isAlone || path === '' || STREAMS.has(path)) return cannotCache(variable);
  const named = target.length > 0 ? target.join(' ') : quoteForMake(`${stem(baseName(input))}.o`);
  const kind = variable === 'DEPENDENCIES_OUTPUT' ? 'MMD' : 'MD';
  return { file: { kind, path, targets: [withoutLeadingDots(named)], phony: false, variable } };
}

/** The name of the object as the dependency file has it when the command line gives no target. */
function defaultTarget(draft: Draft, input: ByteString): ByteString {
  return draft.output ?? `${stem(baseName(input))}.o`;
}

/** clang: as given, in order; `-MT` verbatim, `-MQ` and the default quoted. Those of `-Wp` come besides. */
function clangTargets(draft: Draft, wrapped: readonly DependencyOption[], input: ByteString): ByteString[] {
  const targets: ByteString[] = [];
  for (const { flag, value } of draft.dependency) {
    if (flag === 'MT') targets.push(value);
    else if (flag === 'MQ') targets.push(quoteForMake(value));
  }
  if (targets.length === 0) targets.push(quoteForMake(defaultTarget(draft, input)));
  return [...targets, ...wrapped.filter(({ flag }) => flag === 'MT').map(({ value }) => value)];
}

/**
 * gcc: its specs pass all `-MQ` before all `-MT`, then come the words of `-Wp`; and libcpp (`deps_add_target`) keeps
 * the unquoted ones in front by exchanging them with the first quoted one. The name of the object is a target (as if
 * by `-MQ`) only for the driver's own `-MD`; behind `-Wp,-MD` libcpp takes the input's name, whatever `-o` says.
 */
function gccTargets(draft: Draft, wrapped: readonly DependencyOption[], input: ByteString): ByteString[] {
  const own = draft.dependency;
  const named = own.some(({ flag }) => flag === 'MT' || flag === 'MQ');
  const byDriver = !named && draft.output !== undefined && own.some(({ flag }) => flag === 'MD' || flag === 'MMD');
  const passed: DependencyOption[] = [
    ...(byDriver ? [{ flag: 'MQ', value: draft.output ?? '' }] : []),
    ...own.filter(({ flag }) => flag === 'MQ'),
    ...own.filter(({ flag }) => flag === 'MT'),
    ...wrapped.filter(({ flag }) => flag === 'MT' || flag === 'MQ'),
  ];
  if (passed.length === 0) passed.push({ flag: 'MQ', value: `${stem(baseName(input))}.o` });
  const targets: ByteString[] = [];
  let unquoted = 0;
  for (const { flag, value } of passed) {
    const target = withoutLeadingDots(value);
    const displaced = flag === 'MT' ? targets[unquoted] : undefined;
    if (flag === 'MQ') targets.push(quoteForMake(target));
    else {
      if (displaced !== undefined) targets.push(displaced);
      targets[unquoted++] = target;
    }
  }
  return targets;
}
