import { definedName } from '../../compilers/c-family/equivalent-arguments.ts';
import { Checkout, isBelow } from '../../key/checkout.ts';
import type { EquivalentSet, Speech } from '../../key/equivalents.ts';
import type { Inputs } from '../../key/manifest.ts';
import { namesOnRoute, type SpelledTwice, sameNames } from '../../key/search-routes.ts';
import { ShownPositions } from '../../key/shown-positions.ts';
import { INDENTED_STATEMENTS, keepsColumns, sourceForm } from '../../key/source-form.ts';
import type { StoredFile, StoredResult } from '../../storage/storage.ts';
import { type ByteString, fromBuffer, toBuffer } from '../../util/bytes.ts';
import { resolveFrom, withoutDots } from '../../util/path.ts';
import type { Spoken } from '../answer.ts';
import type { Equivalence, EquivalentResult } from '../compilation.ts';
import type { WrittenOutput } from '../outputs.ts';
import type { CompileServices } from '../services.ts';
import { CurrentTexts } from './current-texts.ts';
import { type EquivalenceParts, mapRoute, type Terms, termsOf } from './equivalence-terms.ts';
import { DEPENDENCY_LIST, decodeList, encodeList } from './hit.ts';

/**
 * The second look, when the manifest has nothing: a result of other bytes is this compile's too when all that differs
 * cannot be seen in it. That is comments and blanks, definitions that nothing mentions, the order of options that do not
 * know of each other, the name of the checkout, and the names by which the same files are searched.
 *
 * Only command lines all of whose options are known take part (`equivalent-arguments.ts`). The ordinary hit never comes
 * here.
 */

/** A finished compile, as far as others may be like it. */
interface Finished extends Spoken {
  readonly inputs: Inputs;
  readonly sources: ReadonlySet<ByteString>;
  readonly outputs: readonly WrittenOutput[];
}

/** Headers of the system change with their packages only: their forms are not worth the time of reading them. */
const SYSTEM_HEADER = /^\/(?:usr|opt|nix|lib\w*)\//;

/** Sections of an object that show positions, should anything unknown to us have asked for them. */
const POSITIONS_IN_OBJECT = ['.debug_line', '.gnu.lto_', '__llvm_', '__gcov_'];

/** `#pragma GCC diagnostic warning`: then the options do not tell what is warned of. */
const RAISES_WARNINGS = /\bdiagnostic\s+(?:warning|error)\b/;

/** What a finished compile says to equivalent ones; undefined when it says nothing. */
export function equivalenceOf(
  finished: Finished,
  parts: EquivalenceParts,
  services: CompileServices,
): Equivalence | undefined {
  if (finished.inputs.circumstances.length > 0) return undefined;
  const terms = termsOf(parts, services);
  if (terms === undefined) return undefined;
  const { layout, lastLine, options, checkout, route, maps } = terms;
  const showsPositions = finished.outputs.some(({ bytes }) => POSITIONS_IN_OBJECT.some((name) => bytes.includes(name)));
  if (showsPositions && !options.debugInformation) return undefined;
  const { inputs, sources } = finished;
  const paths = [parts.parsed.input, ...inputs.paths];
  const digests = [parts.key.sourceDigest, ...inputs.digests];
  const forms = paths.map((path, index) => {
    if (!sources.has(path) || SYSTEM_HEADER.test(path)) return { numbered: '', unnumbered: '', tight: '' };
    return services.forms.of(resolveFrom(parts.request.cwd, path), digests[index] ?? '', layout, lastLine);
  });
  const abstract = (path: ByteString): ByteString => checkout?.abstract(path) ?? path;
  const set = {
    checkout: checkout?.directory ?? '',
    fixed: checkout === undefined || (options.debugInformation && !maps.debug) || names(finished, checkout),
    speech: speechOf(finished),
    paths: paths.map(abstract),
    digests,
    numbered: forms.map(({ numbered }) => numbered),
    unnumbered: forms.map(({ unnumbered }) => unnumbered),
    tight: forms.map(({ tight }) => tight),
    absent: inputs.absent.map(abstract),
    defines: options.defines,
    route,
  };
  return { key: terms.key, set };
}

/** gcc suggests macros too where a name is unknown. */
const SUGGESTS = /did you mean|-Wimplicit|-fpermissive/;

function speechOf({ stdout, stderr }: Spoken): Speech {
  if (stdout.length + stderr.length === 0) return 'silent';
  return [stdout, stderr].some((stream) => SUGGESTS.test(fromBuffer(stream))) ? 'suggests' : 'speaks';
}

/** Whether the result has the checkout's name where it cannot be replaced. */
function names({ outputs, stdout, stderr }: Finished, checkout: Checkout): boolean {
  if (outputs.some(({ bytes }) => bytes.includes(checkout.directory, 'latin1'))) return true;
  return [stdout, stderr].some((stream) => checkout.translate(fromBuffer(stream), checkout) === undefined);
}

/** A result that can be told to be this compile's, with the inputs as they are now. */
export async function findEquivalent(
  parts: EquivalenceParts,
  services: CompileServices,
): Promise<EquivalentResult | undefined> {
  const terms = termsOf(parts, services);
  if (terms === undefined) return undefined;
  const texts = new CurrentTexts(parts.request.cwd, services.files);
  for (const abstract of await services.equivalents.find(terms.key)) {
    // Where the source itself has the name, nothing else need be looked at: the most frequent case, and half a second for a
    // list of C++ compiles if it were.
    const names = differingDefines(abstract.defines, terms.options.defines).map(definedName);
    if (names.some((name) => texts.words([parts.parsed.input], []).mayName(name))) continue;
    const elsewhere = abstract.checkout !== terms.checkout?.directory;
    if (elsewhere && abstract.fixed) continue;
    const set = concreteSet(abstract, terms.checkout);
    const comparison = compareFiles(set, terms, parts, services);
    if (comparison === undefined) continue;
    if (services.absences.firstPresent(set.absent, parts.request.cwd) !== undefined) continue;
    const route =
      elsewhere || sameNames(abstract.route, terms.route) ? SAME_ROUTE : otherRoute(set, parts, terms, services);
    if (route === undefined || (elsewhere && !sameNames(abstract.route, terms.route))) continue;
    const moved = elsewhere ? abstract.paths.map(isBelow) : set.paths.map((path) => route.isRenamed(path));
    if (!isInvisible({ ...comparison, moved, elsewhere }, set, terms, parts, texts)) continue;
    const { resultKey, paths, absent } = set;
    const digests = comparison.digests.slice(1);
    return {
      found: { resultKey, paths: paths.slice(1), digests, absent, circumstances: [] },
      translate: elsewhere ? translation(new Checkout(abstract.checkout), terms.checkout) : route.translate,
      searchedAnew: route !== SAME_ROUTE,
    };
  }
  return undefined;
}

/** Another way to the same files. */
interface OtherRoute {
  isRenamed(path: ByteString): boolean;
  readonly translate: EquivalentResult['translate'];
}

const SAME_ROUTE: OtherRoute = { isRenamed: () => false, translate: undefined };

/** Undefined where the two ways may lead to different files, or names that differ are shown. */
function otherRoute(
  set: EquivalentSet,
  { parsed }: EquivalenceParts,
  { route, checkout, options }: Terms,
  { records, files }: CompileServices,
): OtherRoute | undefined {
  const here = mapRoute(route, (path) => checkout?.concrete(path) ?? path);
  const names = namesOnRoute(set.route, here, parsed.forcedIncludes, records, files);
  const spelled = (path: ByteString): SpelledTwice | undefined => names?.get(withoutDots(path));
  if (set.paths.some((path) => spelled(path) === undefined)) return undefined;
  const isRenamed = (path: ByteString): boolean => spelled(path)?.first !== spelled(path)?.second;
  if (!set.paths.some(isRenamed)) return { isRenamed, translate: undefined };
  if (set.speech !== 'silent' || options.debugInformation) return undefined;
  const newName = (path: ByteString): ByteString | undefined => {
    if (!isRenamed(path)) return path;
    // Each compiler has its own way of writing a name with dots.
    const { first, second } = spelled(path) ?? NO_NAMES;
    return path === first && isPlain(first) && isPlain(second) ? second : undefined;
  };
  if (parsed.dependencyFile && set.paths.some((path) => newName(path) === undefined)) return undefined;
  return { isRenamed, translate: (result) => withDependencies(result, newName) };
}

const NO_NAMES: SpelledTwice = { first: '', second: '' };

function isPlain(path: ByteString): boolean {
  return path === withoutDots(path) && !path.split('/').includes('..');
}

function concreteSet(set: EquivalentSet, checkout: Checkout | undefined): EquivalentSet {
  const concrete = (path: ByteString): ByteString => checkout?.concrete(path) ?? path;
  const { paths, absent, route } = set;
  return { ...set, paths: paths.map(concrete), absent: absent.map(concrete), route: mapRoute(route, concrete) };
}

/** Makes a result of one checkout one of another, where neither object nor side files name the first. */
function translation(from: Checkout, to: Checkout | undefined): EquivalentResult['translate'] {
  return (result) => {
    if (to === undefined) return undefined;
    const [stdout, stderr] = [result.stdout, result.stderr].map((stream) => from.translate(fromBuffer(stream), to));
    if (stdout === undefined || stderr === undefined) return undefined;
    const moved = withDependencies(result, (path) => to.concrete(from.abstract(path)));
    return moved && { ...moved, stdout: toBuffer(stdout), stderr: toBuffer(stderr) };
  };
}

/** The result with other names in its list for dependency files; undefined where one of them has none. */
function withDependencies(
  result: StoredResult,
  rename: (path: ByteString) => ByteString | undefined,
): StoredResult | undefined {
  const files: StoredFile[] = [];
  for (const file of result.files) {
    if (file.role !== DEPENDENCY_LIST || file.content.kind !== 'inline') {
      files.push(file);
      continue;
    }
    const names = decodeList(file.content.bytes).map(rename);
    const known = names.flatMap((name) => name ?? []);
    if (known.length < names.length) return undefined;
    files.push({ ...file, content: { kind: 'inline', bytes: encodeList(known) } });
  }
  return { ...result, files };
}

/** How a file differs from what was compiled. */
interface ChangedFile {
  readonly path: ByteString;
  readonly shift: 'columns' | 'lines' | 'blanks';
}

interface Comparison {
  /** Of all files of the set, as they are now. */
  readonly digests: readonly string[];
  readonly changed: readonly ChangedFile[];
}

interface Differences extends Comparison {
  /** For each file of the set, whether it has another name here. */
  readonly moved: readonly boolean[];
  /** In another checkout. */
  readonly elsewhere: boolean;
}

/** Compares each file by content, else by form; undefined when one has other tokens. */
function compareFiles(
  set: EquivalentSet,
  { layout, lastLine, options }: Terms,
  { request }: EquivalenceParts,
  services: CompileServices,
): Comparison | undefined {
  const digests: string[] = [];
  const changed: ChangedFile[] = [];
  for (const [index, path] of set.paths.entries()) {
    const absolute = resolveFrom(request.cwd, path);
    const digest = services.records.digest(absolute);
    if (digest === undefined) return undefined;
    digests.push(digest);
    if (digest === set.digests[index]) continue;
    if (set.unnumbered[index] === '' || options.showsSources) return undefined;
    const form = services.forms.of(absolute, digest, layout, lastLine);
    if (form.numbered === set.numbered[index]) changed.push({ path, shift: 'columns' });
    else if (options.debugInformation) return undefined;
    else if (form.unnumbered === set.unnumbered[index]) changed.push({ path, shift: 'lines' });
    else if (form.tight === set.tight[index]) changed.push({ path, shift: 'blanks' });
    else return undefined;
  }
  return { digests, changed };
}

/** Whether nothing that differs can be seen in the result. */
function isInvisible(
  { changed, digests, moved, elsewhere }: Differences,
  set: EquivalentSet,
  { layout, options, maps }: Terms,
  { parsed, toolchain }: EquivalenceParts,
  current: CurrentTexts,
): boolean {
  const defines = differingDefines(set.defines, options.defines);
  if (changed.length === 0 && defines.length === 0 && !moved.includes(true)) return true;
  if (set.speech !== 'silent' && changed.length > 0) return false;
  if (set.speech === 'suggests' && defines.length > 0) return false;
  // A precompiled header is bound to macros and to files that it does not show.
  if (set.paths.some((path) => /\.(?:gch|pch|pcm)$/.test(path))) return false;
  const texts = current.of(set.paths);
  if (texts === undefined) return false;
  if (defines.length > 0) {
    const values = parsed.keyArguments
      .filter((word) => word.startsWith('-D'))
      .map((word) => word.replace(/^-D\w+/, ''));
    const mentioned = current.words(set.paths, values);
    if (defines.some((define) => mentioned.mayName(definedName(define)))) return false;
  }
  const definitions = parsed.keyArguments.filter((word) => word.startsWith('-D')).map(asDefinition);
  const shown = new ShownPositions([...texts, ...definitions], toolchain.kind === 'clang');
  const code = (text: ByteString): ByteString => sourceForm(text, 'free')?.unnumbered ?? text;
  if (moved.includes(true)) {
    // An absolute name in a text is not another one here.
    if (elsewhere && [...texts, ...definitions].some((text) => text.includes(set.checkout))) return false;
    const isShown = (text: ByteString, index: number): boolean =>
      moved[index] === true && shown.ofName(code(text), index === 0);
    if (!(elsewhere && maps.macro) && texts.some(isShown)) return false;
  }
  if (changed.length === 0) return true;
  // `#pragma once` knows a file by its contents: two equal ones are one, until one of them is edited.
  if (new Set(set.digests).size < digests.length || new Set(digests).size < digests.length) return false;
  if (texts.some((text) => RAISES_WARNINGS.test(text))) return false;
  return changed.every(({ path, shift }) => {
    const whole = texts[set.paths.indexOf(path)] ?? '';
    const sameColumns = keepsColumns(whole, layout);
    if (shift === 'columns' && sameColumns) return true;
    const text = code(whole);
    const statements = layout === 'guarded' || layout === 'loops' ? INDENTED_STATEMENTS[layout] : [];
    if (statements.length > 0 && !sameColumns && shown.ofStatements(statements, text)) return false;
    if (shift === 'blanks' && shown.ofBlanks(text)) return false;
    return !(shift === 'columns' ? shown.ofColumns(text) : shown.ofLines(text));
  });
}

/** Definitions that only one of the two has. */
function differingDefines(ones: readonly ByteString[], others: readonly ByteString[]): readonly ByteString[] {
  return [...ones.filter((define) => !others.includes(define)), ...others.filter((define) => !ones.includes(define))];
}

function asDefinition(option: ByteString): ByteString {
  return `#define ${option.slice(2).replace('=', ' ')}\n`;
}
