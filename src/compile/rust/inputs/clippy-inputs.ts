import { isMarked, type Places } from '../../../key/places.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';
import type { RustQuestion } from '../question.ts';

/** The name of the aspect: where clippy goes on searching its settings when there are none in the checkout. */
export const CLIPPY_ABOVE = "directory above, with clippy's settings";

/** What lies around the place in which the search begins; '' where it begins in none. */
export function directoryAbove(request: Request, places: Places): ByteString {
  const mark = places.abstract(searchStart(request)).slice(0, 1);
  return isMarked(mark) ? directoryOf(places.concrete(mark) ?? '') : '';
}

/** Clippy takes its settings from the nearest of these upwards. */
export function clippySettings(request: Request): readonly ByteString[] {
  const names: ByteString[] = [];
  for (let at = searchStart(request); at !== ''; at = at === '/' ? '' : directoryOf(at)) {
    names.push(joinPath(at, '.clippy.toml'), joinPath(at, 'clippy.toml'));
  }
  return names;
}

function searchStart({ cwd, environment }: Request): ByteString {
  return resolveFrom(cwd, environment.get('CLIPPY_CONF_DIR') ?? environment.get('CARGO_MANIFEST_DIR') ?? cwd);
}

/** The group of lints that runs `cargo metadata` (clippy_lints `cargo/mod.rs`), and those in it. */
const LINTS_OF_CARGO =
  /clippy::(?:cargo\b|cargo_common_metadata|multiple_crate_versions|negative_feature_names|redundant_feature_names|wildcard_dependencies)/;

/** The manifests and the lock file, where a lint of the command line or the sources looks at them. Clippy lists but `./Cargo.toml`. */
export function clippyManifests(
  { request, parsed, dependencies }: RustQuestion,
  files: SourceFiles,
): readonly ByteString[] {
  const { cwd, environment } = request;
  const isAsked = (text: ByteString): boolean => LINTS_OF_CARGO.test(text.replaceAll('-', '_'));
  const asked =
    isAsked(`${parsed.keyArguments.join(' ')} ${environment.get('CLIPPY_ARGS') ?? ''}`) ||
    dependencies.files.some((path) => {
      const text = path.endsWith('.rs') ? files.read(resolveFrom(cwd, path))?.bytes : undefined;
      return text !== undefined && isAsked(fromBuffer(text));
    });
  if (!asked) return [];
  const package_ = resolveFrom(cwd, environment.get('CARGO_MANIFEST_DIR') ?? cwd);
  const names = [package_, cwd].flatMap((at) => [joinPath(at, 'Cargo.toml'), joinPath(at, 'Cargo.lock')]);
  return names.filter((path) => files.stat(path)?.kind === 'file');
}
