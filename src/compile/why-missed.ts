import type { Difference } from '../key/difference.ts';
import { fileDifferences } from '../key/file-differences.ts';
import { sectionDifferences } from '../key/section-differences.ts';
import { parseSections } from '../key/sections.ts';
import type { Missed, OtherMiss } from '../stats/journal/missed.ts';
import { toText } from '../util/bytes.ts';
import type { Compilation } from './compilation.ts';
import { outputOf } from './history.ts';
import { type Request, surroundingsOf } from './request.ts';
import type { CompileServices } from './services.ts';

/** How a look-up ended without a hit. `no-result`: no set of files that was seen holds. `forced`: nobody looked. */
export type LookUpFailure =
  | 'no-result'
  | Extract<OtherMiss, 'result-gone' | 'result-damaged' | 'result-incomplete' | 'special-file' | 'forced'>;

/** A branch that touched a hundred headers is known by the first few. */
const MOST_CAUSES = 8;
/** Sets of files that are compared: one costs up to a millisecond for the headers of a C++ source. */
const MOST_RESULTS = 4;

/** Compares a compile that missed with the nearest earlier one. Reads files, but not their contents where stamps hold. */
export async function whyMissed(
  failure: LookUpFailure,
  request: Request,
  compilation: Compilation,
  services: CompileServices,
): Promise<Missed> {
  if (failure !== 'no-result') return { kind: failure };
  const seen = surroundingsOf(request, services.wallClock(), compilation);
  const results = await services.manifests.results(compilation.manifestKey, seen.places);
  if (results.length > 0) {
    const { records, absences, files } = services;
    const differences = results
      .slice(0, MOST_RESULTS)
      .map((result) => fileDifferences(result, seen, records, absences, files));
    return differing(fewest(differences) ?? [], undefined);
  }
  return comparedWithHistory(request, compilation, services);
}

async function comparedWithHistory(
  request: Request,
  compilation: Compilation,
  { history }: CompileServices,
): Promise<Missed> {
  const sections = parseSections(compilation.keyText) ?? [];
  const compared = (await history.before(request, compilation)).map(({ output, key }) => ({
    output,
    differences: sectionDifferences(parseSections(key) ?? [], sections),
  }));
  const least = fewest(compared.map(({ differences }) => differences));
  const nearest = compared.find(({ differences }) => differences === least);
  if (nearest === undefined) return { kind: 'first-compile' };
  if (nearest.differences.length === 0) return { kind: 'result-gone' };
  const elsewhere = nearest.output === outputOf(request, compilation) ? undefined : toText(nearest.output);
  return differing(nearest.differences, elsewhere);
}

/** The first one of the shortest. */
function fewest(all: readonly (readonly Difference[])[]): readonly Difference[] | undefined {
  return all.reduce<readonly Difference[] | undefined>(
    (least, one) => (least === undefined || one.length < least.length ? one : least),
    undefined,
  );
}

function differing(differences: readonly Difference[], comparedWith: string | undefined): Missed {
  if (differences.length === 0) return { kind: 'unsettled' }; // they changed back while we looked
  const causes = differences.slice(0, MOST_CAUSES);
  const more = differences.length - causes.length;
  return { kind: 'differs', causes, more, ...(comparedWith !== undefined && { comparedWith }) };
}
