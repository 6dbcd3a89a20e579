import type { ParsedArguments } from '../../compilers/arguments.ts';
import { parseMakeDependencies, renderDependencyFile } from '../../compilers/dependency-file.ts';
import type { Step } from '../../protocol/steps.ts';
import type { SourceFiles } from '../../system/source-files.ts';
import { directoryOf, resolveFrom } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Reason } from '../outcome.ts';
import { NOWHERE } from '../outputs.ts';
import type { Request } from '../request.ts';
import { DEPENDENCY_LIST, DEPENDENCY_TEXT, encodeList } from './hit.ts';
import type { HeaderReport } from './inputs/header-report.ts';
import type { CompilerKind } from './toolchain/toolchain.ts';

/**
 * What the compile has just written into the dependency file; for a variable that is a file of ours, for the caller's may have
 * more rules, and others may add to it.
 */
export function writtenRule(
  { cwd }: Request,
  { dependencyFile: file }: ParsedArguments,
  report: HeaderReport,
  files: SourceFiles,
): Buffer | undefined {
  const path = file?.variable === undefined ? file?.path : report.file;
  return path === undefined ? undefined : files.read(resolveFrom(cwd, path))?.bytes;
}

/** Adds the rule to the file that a variable names; gcc does so also where the compile fails. */
export function appendSteps({ dependencyFile: file }: ParsedArguments, rule: Buffer | undefined): readonly Step[] {
  if (file?.variable === undefined || file.path === NOWHERE || rule === undefined) return [];
  const source = { kind: 'inline', bytes: rule } as const;
  return [{ step: 'place', files: [{ path: file.path, mode: 0o666, method: 'append', source }] }];
}

/** gcc writes no object where it cannot open the file of a variable. */
export function mayAppend({ cwd }: Request, { dependencyFile }: ParsedArguments, files: SourceFiles): boolean {
  if (dependencyFile?.variable === undefined || dependencyFile.path === NOWHERE) return true;
  const path = resolveFrom(cwd, dependencyFile.path);
  const kind = files.stat(path)?.kind;
  return kind === undefined ? files.stat(directoryOf(path))?.kind === 'directory' : kind === 'file';
}

/** What an entry keeps for dependency files. */
export interface KeptDependencies {
  readonly role: typeof DEPENDENCY_LIST | typeof DEPENDENCY_TEXT;
  readonly bytes: Buffer;
}

/** What to write into dependency files on hits; only if we would have written the very bytes that are there. */
export function dependencyList(
  kind: CompilerKind,
  parsed: ParsedArguments,
  text: Buffer | undefined,
): Result<KeptDependencies | undefined, Reason> {
  const file = parsed.dependencyFile;
  if (file === undefined || file.path === NOWHERE) return success(undefined);
  if (text === undefined) return failure('output-not-a-file');
  if (parsed.gccModules) return success({ role: DEPENDENCY_TEXT, bytes: text });
  const dependencies = parseMakeDependencies(text)?.dependencies;
  if (dependencies === undefined) return failure('dependency-file-format');
  const ours = renderDependencyFile(kind, file.targets, dependencies, file.phony);
  return ours.equals(text)
    ? success({ role: DEPENDENCY_LIST, bytes: encodeList(dependencies) })
    : failure('dependency-file-format');
}
