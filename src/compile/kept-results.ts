import { abstractInputs } from '../key/placed-inputs.ts';
import { NO_PLACES, type Places } from '../key/places.ts';
import { SectionHash } from '../key/section-hash.ts';
import type { Kept } from './compilation.ts';
import type { StoreOutcome } from './outcome.ts';
import type { CompileServices } from './services.ts';

/** What is told of a result beside its files. */
export interface ResultFacts {
  readonly compilerMicros: number;
  /** As statistics name it. */
  readonly language: string;
}

/** Stores the result, then the manifest that leads to it: never a manifest without a result. */
export async function keepResult(
  manifestKey: string,
  kept: Kept,
  facts: ResultFacts,
  { storage, manifests, equivalents, now }: CompileServices,
  places: Places = NO_PLACES,
): Promise<StoreOutcome> {
  const started = now();
  const { files, stdout, stderr, equivalence } = kept;
  const inputs = abstractInputs(kept.inputs, places);
  const resultKey = new SectionHash()
    .add('manifest key', manifestKey)
    .addAll('paths', inputs.paths)
    .addAll('digests', inputs.digests)
    .addAll('absent', inputs.absent)
    .addAll(
      'circumstances',
      inputs.circumstances.flatMap(({ kind, path, value }) => [kind, path, value]),
    )
    .digest();
  const put = await storage.putResult(resultKey, { stdout, stderr, facts: { ...facts }, files });
  if (!put.ok) return { kind: 'store-failed', detail: put.error.detail };
  const added = await manifests.add(manifestKey, { ...inputs, resultKey });
  if (!added.ok) return { kind: 'store-failed', detail: added.error.detail };
  if (equivalence) await equivalents.add(equivalence.key, { resultKey, ...equivalence.set });
  return { kind: 'stored', micros: Math.round((now() - started) * 1000), bytes: put.value.bytes };
}
