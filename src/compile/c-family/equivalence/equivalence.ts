import { definedName } from '../../../compilers/c-family/equivalent-arguments.ts';
import { Checkout, isBelow } from '../../../key/checkout.ts';
import type { Speech } from '../../../key/equivalents.ts';
import type { Inputs } from '../../../key/manifest.ts';
import { sameNames } from '../../../key/search-routes.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';
import type { Spoken } from '../../answer.ts';
import type { Equivalence, EquivalentResult } from '../../compilation.ts';
import type { WrittenOutput } from '../../outputs.ts';
import type { CompileServices } from '../../services.ts';
import { CurrentTexts } from './current-texts.ts';
import { type EquivalenceParts, termsOf } from './equivalence-terms.ts';
import { concreteSet, otherRoute, SAME_ROUTE, translation } from './other-names.ts';
import { compareFiles, differingDefines, isInvisible } from './visible-differences.ts';

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
