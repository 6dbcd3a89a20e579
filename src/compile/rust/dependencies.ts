import type { RustDependencies } from '../../compilers/rustc/dep-info.ts';
import type { Places } from '../../key/places.ts';

/** What an entry keeps of a compile's dependency file: no names of places, in paths and in variables. */
export function abstractDependencies({ files, variables }: RustDependencies, places: Places): RustDependencies {
  return {
    files: files.map((path) => places.abstract(path)),
    variables: variables.map(({ name, value }) => ({
      name,
      value: value === undefined ? undefined : places.abstract(value),
    })),
  };
}

/** The same for a compile here; undefined where it has something of a place that this compile has not. */
export function concreteDependencies(
  { files, variables }: RustDependencies,
  places: Places,
): RustDependencies | undefined {
  const here = {
    files: files.flatMap((path) => places.concrete(path) ?? []),
    variables: variables.flatMap(({ name, value }) => {
      const concrete = value === undefined ? undefined : places.concrete(value);
      return (concrete === undefined) === (value === undefined) ? [{ name, value: concrete }] : [];
    }),
  };
  const whole = here.files.length === files.length && here.variables.length === variables.length;
  return whole ? here : undefined;
}
