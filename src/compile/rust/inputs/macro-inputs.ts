import { type RecordedCircumstance, variableValue } from '../../../key/circumstances.ts';
import { mentionedVariables } from '../../../key/mentioned-variables.ts';
import { countingNames, type PackageFiles, packageFiles } from '../../../key/package-files.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { isIn, joinPath, resolveFrom } from '../../../util/path.ts';
import { failure, type Result, success } from '../../../util/result.ts';
import type { Reason } from '../../outcome.ts';
import type { Request } from '../../request.ts';
import type { AbleMacro } from './macros.ts';

/** What procedural macros may have looked at. */
export interface MacroInputs {
  readonly files: readonly ByteString[];
  readonly circumstances: readonly RecordedCircumstance[];
}

/** A package from a registry is what it is. */
const FIXED_PACKAGE = /\/registry\/src\/|\/git\/checkouts\//;

/**
 * A macro that can read files may read any of its package's, and those at the root of the workspace; one that can read variables
 * those whose names are in it. Who names files in `SCCACHE_EXTRAFILES` has said which these are.
 *
 * @param sources of the crate: what a macro is told of is written there
 * @param writes the compile's own outputs, absolute
 */
export function macroInputs(
  request: Request,
  macros: readonly AbleMacro[],
  sources: readonly ByteString[],
  writes: ReadonlySet<ByteString>,
  files: SourceFiles,
): Result<MacroInputs, Reason> {
  const { cwd, environment } = request;
  const circumstances: RecordedCircumstance[] = [];
  const mentioning = new Set(macros.flatMap(({ path, readsVariables }) => (readsVariables ? [path, ...sources] : [])));
  if (macros.some(({ listsVariables }) => listsVariables)) mentioning.add('');
  for (const path of mentioning) {
    const value = mentionedVariables(path, environment, files);
    if (value !== undefined) circumstances.push({ kind: 'macro variables', path, value });
  }
  if (macros.some(({ readsTemporaryDirectory }) => readsTemporaryDirectory)) {
    circumstances.push({ kind: 'variable', path: 'TMPDIR', value: variableValue(environment.get('TMPDIR')) });
  }
  const declared = (environment.get('SCCACHE_EXTRAFILES') ?? '') !== '';
  if (!declared && macros.some(({ startsPrograms }) => startsPrograms)) return failure('macro-starts-programs');
  if (!declared && macros.some(({ writesFiles }) => writesFiles)) return failure('macro-writes-files');
  if (macros.some(({ readsArguments }) => readsArguments)) return failure('macro-reads-arguments');
  const root = resolveFrom(cwd, environment.get('CARGO_MANIFEST_DIR') ?? cwd);
  if (declared || FIXED_PACKAGE.test(`${root}/`) || !macros.some(({ readsFiles }) => readsFiles)) {
    return success({ files: [], circumstances });
  }
  const found = packageFiles(root, writes, files);
  const elsewhere = filesElsewhere(root, cwd, sources, writes, files);
  if (elsewhere === undefined) return failure('macro-reads-much');
  const settings = isIn(cwd, root) ? undefined : packageFiles(`${cwd}/.sqlx`, writes, files);
  if (found === undefined) return failure('macro-reads-much');
  const above = isIn(cwd, root) ? [] : filesIn(cwd, writes, files);
  for (const { path, names } of [...found.directories, ...elsewhere.directories, ...(settings?.directories ?? [])]) {
    circumstances.push({ kind: 'sources', path, value: names.join('/') });
  }
  return success({ files: [...found.files, ...elsewhere.files, ...above, ...(settings?.files ?? [])], circumstances });
}

/** `"../static"` and `"$CARGO_MANIFEST_DIR/../static"`. */
const UPWARDS = /"(?:\$CARGO_MANIFEST_DIR\/)?([^"\n\\]*\.\.\/[^"\n\\]*)"/g;

/** What sources name to a macro outside of the package, from there or from where rustc is called; undefined when that is too much. */
function filesElsewhere(
  root: ByteString,
  cwd: ByteString,
  sources: readonly ByteString[],
  writes: ReadonlySet<ByteString>,
  files: SourceFiles,
): PackageFiles | undefined {
  const texts = sources.map((path) => fromBuffer(files.read(path)?.bytes ?? Buffer.alloc(0)));
  const named = texts.flatMap((text) => [...text.matchAll(UPWARDS)].map(([, path = '']) => path));
  const found: { files: ByteString[]; directories: PackageFiles['directories'][number][] } = {
    files: [],
    directories: [],
  };
  for (const path of new Set(named.flatMap((name) => [resolveFrom(root, name), resolveFrom(cwd, name)]))) {
    const kind = files.stat(path)?.kind;
    if (kind === 'file') found.files.push(path);
    if (kind !== 'directory') continue;
    const below = packageFiles(path, writes, files);
    if (below === undefined) return undefined;
    found.files.push(...below.files);
    found.directories.push(...below.directories);
  }
  return found;
}

function filesIn(directory: ByteString, writes: ReadonlySet<ByteString>, files: SourceFiles): readonly ByteString[] {
  return countingNames(directory, files.list(directory) ?? [], writes)
    .map((name) => joinPath(directory, name))
    .filter((path) => files.stat(path)?.kind === 'file');
}
