import type { RecordedCircumstance } from '../../key/circumstances.ts';
import { mentionedVariables } from '../../key/mentioned-variables.ts';
import { countingNames, packageFiles } from '../../key/package-files.ts';
import type { SourceFiles } from '../../system/source-files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { isIn, joinPath, resolveFrom } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Reason } from '../outcome.ts';
import type { Request } from '../request.ts';
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
 * @param writes the compile's own outputs, absolute
 */
export function macroInputs(
  request: Request,
  macros: readonly AbleMacro[],
  writes: ReadonlySet<ByteString>,
  files: SourceFiles,
): Result<MacroInputs, Reason> {
  const { cwd, environment } = request;
  const circumstances: RecordedCircumstance[] = [];
  for (const { path, readsVariables } of macros) {
    const value = readsVariables ? mentionedVariables(path, environment, files) : undefined;
    if (value !== undefined) circumstances.push({ kind: 'macro variables', path, value });
  }
  const declared = (environment.get('SCCACHE_EXTRAFILES') ?? '') !== '';
  if (!declared && macros.some(({ startsPrograms }) => startsPrograms)) return failure('macro-starts-programs');
  const root = resolveFrom(cwd, environment.get('CARGO_MANIFEST_DIR') ?? cwd);
  if (declared || FIXED_PACKAGE.test(`${root}/`) || !macros.some(({ readsFiles }) => readsFiles)) {
    return success({ files: [], circumstances });
  }
  const found = packageFiles(root, writes, files);
  const settings = isIn(cwd, root) ? undefined : packageFiles(`${cwd}/.sqlx`, writes, files);
  if (found === undefined) return failure('macro-reads-much');
  const above = isIn(cwd, root) ? [] : filesIn(cwd, writes, files);
  for (const { path, names } of [...found.directories, ...(settings?.directories ?? [])]) {
    circumstances.push({ kind: 'sources', path, value: names.join('/') });
  }
  return success({ files: [...found.files, ...above, ...(settings?.files ?? [])], circumstances });
}

function filesIn(directory: ByteString, writes: ReadonlySet<ByteString>, files: SourceFiles): readonly ByteString[] {
  return countingNames(directory, files.list(directory) ?? [], writes)
    .map((name) => joinPath(directory, name))
    .filter((path) => files.stat(path)?.kind === 'file');
}
