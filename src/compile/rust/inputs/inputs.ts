import { parseMakeDependencies } from '../../../compilers/dependency-file.ts';
import type { RustDependencies } from '../../../compilers/rustc/dep-info.ts';
import { type RecordedCircumstance, variableValue } from '../../../key/circumstances.ts';
import type { FileRecords } from '../../../key/file-records.ts';
import { Links } from '../../../key/links.ts';
import type { Inputs } from '../../../key/manifest.ts';
import { isMarked } from '../../../key/places.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { baseName, directoryOf, isIn, joinPath, resolveFrom, withoutDots } from '../../../util/path.ts';
import { failure, type Result, success } from '../../../util/result.ts';
import type { Reason } from '../../outcome.ts';
import type { Request } from '../../request.ts';
import type { RustQuestion } from '../question.ts';
import { assembledFiles } from './assembler-files.ts';
import { CLIPPY_ABOVE, clippyManifests, clippySettings, directoryAbove } from './clippy-inputs.ts';
import { linkDirectories } from './link-search.ts';
import { macroInputs } from './macro-inputs.ts';
import {
  membersElsewhere,
  NATIVE_SEARCH_PATHS,
  type NativeLibraries,
  nativeLibraries,
  nativeSearchPaths,
} from './native-libraries.ts';
import { namesOnlyIncludedFiles } from './path-variables.ts';

/** All that a compile read; or the reason why the result must not be kept. */
export function rustInputs(question: RustQuestion, records: FileRecords, files: SourceFiles): Result<Inputs, Reason> {
  const { request, parsed, dependencies } = question;
  const circumstances = variables(question, files);
  if (circumstances === undefined) return failure('environment-differs');
  const linked = question.linkList ? linkedFiles(question.linkList, question, files) : [];
  if (linked === undefined) return failure('linker-cannot-list');
  const assembled = assembledFiles(question, files);
  if (assembled === undefined) return failure('assembler-include');
  const native = nativeLibraries(question, files);
  if (native === undefined) return failure('link-attribute');
  const { macros } = question;
  const writes = new Set(question.outputs.map(({ path }) => resolveFrom(request.cwd, path)));
  const sources = dependencies.files
    .filter((path) => path.endsWith('.rs'))
    .map((path) => resolveFrom(request.cwd, path));
  const ofMacros = macroInputs(request, macros, sources, writes, files);
  if (!ofMacros.ok) return ofMacros;
  const read = new Set([
    ...dependencies.files,
    ...assembled,
    ...linked,
    ...native.found,
    ...[...linked, ...native.found].flatMap((path) => membersElsewhere(path, request.cwd, files)),
    ...cratesBelow(question),
    ...ofMacros.value.files,
    ...(question.clippy ? clippyManifests(question, files) : []),
  ]);
  if ([...read].some(isMarked)) return failure('input-unreadable');
  const links = new Links(files);
  const digests: string[] = [];
  read.delete(parsed.input);
  for (const path of [parsed.input, ...read]) {
    const file = resolveFrom(request.cwd, path);
    const record = records.record(file);
    if (record === undefined) return failure('input-unreadable');
    const changed = Math.max(records.lastChangeMs(record.stamp), links.changedMs(file));
    if (path !== parsed.input) digests.push(record.digest);
    if (path === parsed.input ? record.digest !== question.sourceDigest : changed > question.startedMs) {
      return failure('modified-during-compile');
    }
  }
  const absent = [
    ...otherModuleFiles(dependencies.files),
    ...shadowing(linked, question, files),
    ...native.missing,
    ...(question.clippy ? clippySettings(request) : []),
  ].filter((path) => !read.has(path) && files.stat(resolveFrom(request.cwd, path)) === undefined);
  return success({
    paths: [...read],
    digests,
    absent: [...new Set(absent)],
    circumstances: [...circumstances, ...searches(question, native), ...ofMacros.value.circumstances],
  });
}

/** What must be in the search paths again: a crate or library that is still there may be in none of them. */
function searches(
  { request, parsed, places, crates, clippy }: RustQuestion,
  native: NativeLibraries,
): readonly RecordedCircumstance[] {
  const recorded: RecordedCircumstance[] = [...new Set(crates.map(directoryOf))].map((path) => ({
    kind: 'searched',
    path,
    value: '',
  }));
  if (native.found.length + native.missing.length > 0) {
    recorded.push({ kind: 'aspect', path: NATIVE_SEARCH_PATHS, value: nativeSearchPaths(parsed, places) });
  }
  if (clippy) recorded.push({ kind: 'aspect', path: CLIPPY_ABOVE, value: directoryAbove(request, places) });
  return recorded;
}

/**
 * Variables with their values, without the name of a place where that only leads to included files; undefined when the
 * compiler saw another environment than the caller's.
 */
function variables(
  { request, parsed, dependencies, places }: RustQuestion,
  files: SourceFiles,
): readonly RecordedCircumstance[] | undefined {
  const recorded: RecordedCircumstance[] = [];
  let sources: readonly ByteString[] | undefined;
  for (const { name, value } of dependencies.variables) {
    if (parsed.environment.has(name)) continue; // as `--env-set` has it
    if (request.environment.get(name) !== value || (value !== undefined && isMarked(value))) return undefined;
    let counting = value;
    if (value !== undefined && places.abstract(value) !== value) {
      sources ??= sourceTexts(request, dependencies, files);
      if (namesOnlyIncludedFiles(name, sources)) counting = places.abstract(value);
    }
    recorded.push({ kind: 'variable', path: name, value: variableValue(counting) });
  }
  return recorded;
}

function sourceTexts(request: Request, dependencies: RustDependencies, files: SourceFiles): readonly ByteString[] {
  return dependencies.files
    .filter((path) => path.endsWith('.rs'))
    .map((path) => fromBuffer(files.read(resolveFrom(request.cwd, path))?.bytes ?? Buffer.alloc(0)));
}

/** `mod foo` is `foo.rs` or `foo/mod.rs`, and an error where there are both. */
function otherModuleFiles(files: readonly ByteString[]): readonly ByteString[] {
  return files.slice(1).flatMap((path) => {
    if (!path.endsWith('.rs')) return [];
    if (baseName(path) === 'mod.rs') return [`${directoryOf(path)}.rs`];
    return [`${path.slice(0, -'.rs'.length)}/mod.rs`];
  });
}

/** rustc's own objects, in a directory made for one link, or beside the output for one compile. */
const TEMPORARY = /\/rustc[A-Za-z0-9]{6}\/|\.rcgu\.o$|\.rcgu\.rmeta$/;

/** What the linker read; undefined when something of it is gone that we cannot account for. */
function linkedFiles(
  list: Buffer,
  { request, parsed }: RustQuestion,
  files: SourceFiles,
): readonly ByteString[] | undefined {
  const { incrementalDirectory } = parsed;
  const isOwn = (path: ByteString): boolean =>
    TEMPORARY.test(path) || (incrementalDirectory !== undefined && isIn(path, incrementalDirectory));
  const names = parseMakeDependencies(list)?.dependencies.filter((path) => !isOwn(path));
  const gone = names?.some((path) => files.stat(resolveFrom(request.cwd, path))?.kind !== 'file') ?? true;
  return gone ? undefined : names;
}

/**
 * The crates below. Of each its metadata, which are there before any crate that needs them is compiled, and its library only
 * where that alone is there, or becomes part of the result.
 */
function cratesBelow({ request, outputs, crates, absorbsCrates }: RustQuestion): readonly ByteString[] {
  const own = new Set(outputs.map(({ path }) => withoutDots(resolveFrom(request.cwd, path))));
  const others = crates.filter((path) => !own.has(withoutDots(resolveFrom(request.cwd, path))));
  const there = new Set(others);
  return others.filter((path) => {
    if (path.endsWith('.rmeta')) return true;
    const stem = path.slice(0, path.lastIndexOf('.'));
    if (path.endsWith('.rlib')) return absorbsCrates || !there.has(`${stem}.rmeta`);
    return !there.has(`${stem}.rmeta`) && !there.has(`${stem}.rlib`);
  });
}

/** Names by which a library in an earlier search path would be taken instead of one that was linked. */
function shadowing(
  linked: readonly ByteString[],
  { request, parsed }: RustQuestion,
  files: SourceFiles,
): readonly ByteString[] {
  const directories = parsed.searchPaths
    .filter(({ kind }) => kind !== 'dependency' && kind !== 'crate')
    .map(({ path }) => path);
  const names = new Set(
    linked.flatMap((path) => {
      const name = baseName(path);
      const [, stem] = /^lib(.+?)\.(?:so|a)\b/.exec(name) ?? [];
      const asked = name.endsWith('.rlib') ? [] : [name]; // as `-l:NAME` does
      return stem === undefined ? asked : [`lib${stem}.so`, `lib${stem}.a`, ...asked];
    }),
  );
  return [...directories, ...linkDirectories(request, parsed, linked, files)].flatMap((directory) =>
    [...names].map((name) => joinPath(directory, name)),
  );
}
