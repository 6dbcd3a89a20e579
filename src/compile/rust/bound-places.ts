import type { RustDependencies } from '../../compilers/rustc/dep-info.ts';
import type { RecordedCircumstance } from '../../key/circumstances.ts';
import type { Inputs } from '../../key/manifest.ts';
import { PLACE_NAMES, type PlaceName, RECORDED_BUILD } from '../../key/places.ts';
import { isIn } from '../../util/path.ts';
import type { RustParts } from './parts.ts';
import { REMAPPINGS, remappingsOf } from './placement.ts';

/** A directory of these characters stands as it is in messages of any format, and in debug information. */
const PLAIN = /^[\w/.+@~,=: -]+$/;

/** Which paths are remapped: all where nothing is said. */
const REMAP_SCOPE = /remap-path-scope[= ](\S+)/g;

/** By the assembler, the linker, or rustc itself. (Crates and features have `compress` in their names, too.) */
const COMPRESSES = /compress-debug|debuginfo[-_]compression/;

/** Debug information and coverage among them (rustc_session `config.rs`, `RemapPathScopeComponents`). */
const WITH_OBJECTS = /(?:^|,)(?:all|object)(?:,|$)/;

/**
 * The places whose names may be in what a compile left, so that it is right there alone.
 *
 * Mostly the outputs show it: neither metadata nor debug information are compressed, and a directory in them is written out
 * (seen with rustc 1.95 for each crate type, with and without `-g`). Where they may not, the place counts as named.
 *
 * @param runsMacros a procedural macro may look around where it is run
 * @param bytes all that the compile wrote and said
 */
export function boundPlaces(
  { parsed, placement, linking }: Pick<RustParts, 'parsed' | 'placement' | 'linking'>,
  dependencies: RustDependencies,
  runsMacros: boolean,
  bytes: readonly Buffer[],
): readonly PlaceName[] {
  const { places, recorded } = placement;
  const named = new Set(places.namedBy(bytes));
  const debugInformation = parsed.keyArguments.some((argument) => /^(?:-g|debuginfo=(?!0$|none$).*)$/.test(argument));
  const compressed = parsed.keyArguments.some((argument) => COMPRESSES.test(argument));
  const coverage = parsed.keyArguments.some((argument) =>
    /^instrument-coverage(?:=(?!n$|no$|off$|0$|false$).*)?$/.test(argument),
  );
  const scopes = [...parsed.keyArguments.join(' ').matchAll(REMAP_SCOPE)].map(([, scope = '']) => scope);
  const scoped = scopes.some((scope) => !WITH_OBJECTS.test(scope));
  // The directory and the files' names are in either: what maps coverage is compressed, and a linker may do so with debug information.
  const packed = coverage || (linking !== undefined && debugInformation);
  for (const name of PLACE_NAMES) {
    const directory = places.directoryOf(name);
    if (directory === undefined) continue;
    const remapped = recorded(directory) !== undefined;
    if (!PLAIN.test(directory) || compressed) named.add(name);
    const inside = name === 'directory' || dependencies.files.some((path) => isIn(path, directory));
    if (packed && inside && (!remapped || scoped)) named.add(name);
    if (packed && inside && remapped && name === 'build') named.add(RECORDED_BUILD);
    // Who remaps the directory says that no result hangs on it.
    if (name === 'directory' && runsMacros && !remapped) named.add(name);
  }
  return [...named];
}

/** Inputs of a result that is right only where those places are, and for these remappings where others may change a source's path. */
export function withBonds(
  inputs: Inputs,
  bound: readonly PlaceName[],
  { parsed, placement }: Pick<RustParts, 'parsed' | 'placement'>,
  dependencies: RustDependencies,
): Inputs {
  const { places } = placement;
  const bonds: RecordedCircumstance[] = bound.map((path) => ({
    kind: 'place',
    path,
    value: places.directoryOf(path) ?? '',
  }));
  if (placement.hasElsewhere(dependencies.files)) {
    bonds.push({ kind: 'aspect', path: REMAPPINGS, value: remappingsOf(parsed, places) });
  }
  return bonds.length === 0 ? inputs : { ...inputs, circumstances: [...inputs.circumstances, ...bonds] };
}
