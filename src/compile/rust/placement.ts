import type { PathRemap, RustArguments } from '../../compilers/rustc/arguments.ts';
import { Places, RECORDED_BUILD } from '../../key/places.ts';
import type { ByteString } from '../../util/bytes.ts';
import { commonDirectory, directoryOf, isIn, joinPath, resolveFrom } from '../../util/path.ts';
import type { Request } from '../request.ts';

/** Where a crate is compiled, and under which names rustc records that. */
export interface Placement {
  readonly places: Places;
  /** What rustc is told in addition, because the user agreed to it by `SCCACHE_BASEDIRS`. */
  readonly addedRemaps: readonly PathRemap[];
  /** A path as the output has it; undefined where no remapping changes it. */
  recorded(path: ByteString): ByteString | undefined;
}

/**
 * @param bases `SCCACHE_BASEDIRS`: absolute, without a slash at the end
 */
export function placementOf(request: Request, parsed: RustArguments, bases: readonly ByteString[]): Placement {
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
  return {
    places: new Places({
      checkout: checkout?.replace(/\/+$/, ''),
      build,
      directory: cwd,
      [RECORDED_BUILD]: build === undefined ? undefined : recorded(build),
    }),
    addedRemaps,
    recorded,
  };
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
