import { withoutLeadingDots } from '../../../compilers/dependency-file.ts';
import type { Checkout } from '../../../key/checkout.ts';
import type { EquivalentSet } from '../../../key/equivalents.ts';
import { namesOnRoute, type SpelledTwice } from '../../../key/search-routes.ts';
import type { StoredFile, StoredResult } from '../../../storage/storage.ts';
import { type ByteString, fromBuffer, toBuffer } from '../../../util/bytes.ts';
import { withoutDots } from '../../../util/path.ts';
import type { EquivalentResult } from '../../compilation.ts';
import type { CompileServices } from '../../services.ts';
import { DEPENDENCY_LIST, decodeList, encodeList } from '../hit.ts';
import { type EquivalenceParts, mapRoute, type Terms } from './equivalence-terms.ts';

/** Another way to the same files. */
export interface OtherRoute {
  isRenamed(path: ByteString): boolean;
  readonly translate: EquivalentResult['translate'];
}

export const SAME_ROUTE: OtherRoute = { isRenamed: () => false, translate: undefined };

/** Undefined where the two ways may lead to different files, or names that differ are shown. */
export function otherRoute(
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
    const [before, now] = [withoutLeadingDots(first), withoutLeadingDots(second)];
    return path === before && isPlain(before) && isPlain(now) ? now : undefined;
  };
  if (parsed.dependencyFile && set.paths.some((path) => newName(path) === undefined)) return undefined;
  return { isRenamed, translate: (result) => withDependencies(result, newName) };
}

const NO_NAMES: SpelledTwice = { first: '', second: '' };

function isPlain(path: ByteString): boolean {
  return path === withoutDots(path) && !path.split('/').includes('..');
}

export function concreteSet(set: EquivalentSet, checkout: Checkout | undefined): EquivalentSet {
  const concrete = (path: ByteString): ByteString => checkout?.concrete(path) ?? path;
  const { paths, absent, route } = set;
  return { ...set, paths: paths.map(concrete), absent: absent.map(concrete), route: mapRoute(route, concrete) };
}

/** Makes a result of one checkout one of another, where neither object nor side files name the first. */
export function translation(from: Checkout, to: Checkout | undefined): EquivalentResult['translate'] {
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
