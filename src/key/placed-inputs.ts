import type { ByteString } from '../util/bytes.ts';
import type { RecordedCircumstance } from './circumstances.ts';
import type { Inputs, ManifestResult } from './manifest.ts';
import type { Places } from './places.ts';

/** Inputs as a manifest keeps them: without the names of places. */
export function abstractInputs<Some extends Inputs>(inputs: Some, places: Places): Some {
  if (places.none) return inputs;
  const abstract = (path: ByteString): ByteString => places.abstract(path);
  return {
    ...inputs,
    paths: inputs.paths.map(abstract),
    absent: inputs.absent.map(abstract),
    circumstances: inputs.circumstances.map((circumstance) => ({ ...circumstance, path: abstract(circumstance.path) })),
  };
}

/** A result of a manifest as it is to be looked for here; undefined where it lies in a place that this compile has not. */
export function concreteResult(result: ManifestResult, places: Places): ManifestResult | undefined {
  const paths = result.paths.map((path) => places.concrete(path));
  const absent = result.absent.map((path) => places.concrete(path));
  const circumstances = result.circumstances.map((circumstance) => concreteCircumstance(circumstance, places));
  if (!paths.every(isDefined) || !absent.every(isDefined) || !circumstances.every(isDefined)) return undefined;
  return { ...result, paths, absent, circumstances };
}

/** A variable whose value only has to be the same within a place has its value marked. */
function concreteCircumstance(circumstance: RecordedCircumstance, places: Places): RecordedCircumstance | undefined {
  const path = places.concrete(circumstance.path);
  if (path === undefined) return undefined;
  if (circumstance.kind !== 'variable' || circumstance.value === '') return { ...circumstance, path };
  const value = places.concrete(circumstance.value.slice(1));
  return value === undefined ? undefined : { ...circumstance, value: `=${value}` };
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
