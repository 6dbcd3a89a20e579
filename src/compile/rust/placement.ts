import type { PathRemap, RustArguments } from '../../compilers/rustc/arguments.ts';
import { PLACE_NAMES, Places, RECORDED_BUILD } from '../../key/places.ts';
import type { ByteString } from '../../util/bytes.ts';
import { commonDirectory, directoryOf, isIn, joinPath, resolveFrom } from '../../util/path.ts';
import type { Request } from '../request.ts';

/** Where a crate is compiled, and under which names rustc records that. */
export interface Placement {
  readonly places: Places;
  /** What rustc is told in addition, because the user agreed to it by `SCCACHE_BASEDIRS`. */
  readonly addedRemaps: readonly PathRemap[];
  /** What the caller's remappings make of the places, in their order. */
  readonly remapping: readonly ByteString[];
  /** A path as the output has it; undefined where no remapping changes it. */
  recorded(path: ByteString): ByteString | undefined;
  /** Whether a source is in no place, so that `remapping` does not tell under which name it is recorded. */
  hasElsewhere(sources: readonly ByteString[]): boolean;
}

/** The name of the aspect: all remappings of the caller. */
export const REMAPPINGS = 'remapping of paths elsewhere';

/**
 * @param sysroot has sources too, which rustc remaps where they are installed
 * @param bases `SCCACHE_BASEDIRS`: absolute, without a slash at the end
 */
export function placementOf(
  request: Request,
  parsed: RustArguments,
  sysroot: ByteString,
  bases: readonly ByteString[],
): Placement {
  const { cwd } = request;
  const build = buildDirectory(parsed);
  const named = [cwd, ...(parsed.input.startsWith('/') ? [parsed.input] : []), ...(build === undefined ? [] : [build])];
  const covering = longestFirst(bases.filter((base) => base !== '/' && named.some((path) => isIn(path, base))));
  // The caller's own win, so they come last; and the longest of ours before a shorter one.
  const addedRemaps = covering
    .filter((base) => named.some((path) => isIn(path, base) && remapOf(parsed.remaps, path) === undefined))
    .map((from) => ({ from, to: '.' }))
    .reverse();
  const remaps = [...addedRemaps, ...parsed.remaps];
  const checkout = covering.find((base) => isIn(cwd, base)) ?? remapOf(parsed.remaps, cwd)?.from ?? covering[0];
  const recorded = (path: ByteString): ByteString | undefined => remapped(remaps, path);
  const places = new Places({
    checkout: checkout?.replace(/\/+$/, ''),
    build,
    directory: cwd,
    [RECORDED_BUILD]: build === undefined ? undefined : recorded(build),
  });
  return {
    places,
    addedRemaps,
    remapping: parsed.remaps.flatMap((remap) => remappingOf(remap, places, sysroot)),
    recorded,
    hasElsewhere: (sources) => sources.some((path) => path.startsWith('/') && places.abstract(path) === path),
  };
}

/**
 * What one remapping comes to: it as it stands, but for the name of the place that it begins in; where places are in what it
 * changes, the names that these get. One that meets neither changes nothing (seen by bytes with rustc 1.95 and 1.97: what other
 * crates recorded of their sources stays), but for a source elsewhere.
 */
function remappingOf({ from, to }: PathRemap, places: Places, sysroot: ByteString): readonly ByteString[] {
  const directory = withoutSlash(from);
  const inPlace = places.abstract(directory);
  const isPlain = directory.length > 1 && directory.startsWith('/') && !/\/(?:\.?\/|\.$)/.test(directory);
  const meetsSysroot = isIn(sysroot, directory) || isIn(directory, sysroot);
  if (inPlace !== directory || !isPlain || meetsSysroot) return [inPlace, to];
  return PLACE_NAMES.flatMap((name) => {
    const place = places.directoryOf(name);
    const now = place === undefined ? undefined : remapped([{ from, to }], place);
    return now === undefined ? [] : [name, now];
  });
}

/** All remappings of the caller, but for the name of the place that one begins in. */
export function remappingsOf({ remaps }: Pick<RustArguments, 'remaps'>, places: Places): ByteString {
  return remaps.map(({ from, to }) => `${places.abstract(withoutSlash(from))}=${to}`).join('\n');
}

/** The arguments by which rustc is told. */
export function remapArguments(remaps: readonly PathRemap[]): readonly ByteString[] {
  return remaps.map(({ from, to }) => `--remap-path-prefix=${from}=${to}`);
}

/** As rustc applies them, by whole parts of a path (rustc_span `source_map.rs`, `FilePathMapping::map_prefix`). */
function remapped(remaps: readonly PathRemap[], path: ByteString): ByteString | undefined {
  const remap = remapOf(remaps, path);
  if (remap === undefined) return undefined;
  const rest = path.slice(withoutSlash(remap.from).length).replace(/^\/+/, '');
  return rest === '' ? remap.to : joinPath(remap.to, rest);
}

function remapOf(remaps: readonly PathRemap[], path: ByteString): PathRemap | undefined {
  return remaps.findLast(({ from }) => isIn(path, withoutSlash(from)));
}

function withoutSlash(path: ByteString): ByteString {
  return path.replace(/(?<=.)\/+$/, '');
}

function longestFirst(paths: readonly ByteString[]): ByteString[] {
  return [...paths].sort((one, other) => other.length - one.length);
}

/**
 * cargo's directory of a profile, or of all profiles where crates for the host and for another target meet: what the
 * directories for outputs and for crates have in common. Else the directory of the outputs. Undefined where it is relative.
 */
function buildDirectory(parsed: RustArguments): ByteString | undefined {
  const output = parsed.outputFile === undefined ? parsed.outputDirectory : directoryOf(parsed.outputFile);
  if (!output.startsWith('/')) return undefined;
  const own = profileDirectory(resolveFrom('/', output));
  const crates = parsed.searchPaths.filter(({ kind, path }) => kind === 'dependency' && path.startsWith('/'));
  const common = crates.map(({ path }) => profileDirectory(resolveFrom('/', path))).reduce(commonDirectory, own);
  return /^\/[^/]+\/[^/]/.test(common) ? common : own;
}

/** cargo puts everything into `deps`, `examples` and `build/NAME` of a profile's directory. */
function profileDirectory(path: ByteString): ByteString {
  return path.replace(/\/+$/, '').replace(/\/(?:deps|examples|build\/[^/]+)$/, '');
}
