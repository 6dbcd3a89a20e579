import { parseRustDependencies, renderRustDependencies } from '../../compilers/rustc/dep-info.ts';
import { BY_UNIT, type RustOutputs } from '../../compilers/rustc/outputs.ts';
import type { Places } from '../../key/places.ts';
import type { PlacedFile, PlaceMethod, PlaceSource, Step } from '../../protocol/steps.ts';
import type { StoredContent, StoredResult } from '../../storage/storage.ts';
import { type ByteString, fromBuffer, fromText } from '../../util/bytes.ts';
import { joinPath } from '../../util/path.ts';
import { type UnnamedOutputs, unnamedKept } from '../unnamed-outputs.ts';
import { concreteDependencies } from './dependencies.ts';
import { withPaths } from './messages.ts';
import { temporariesKept } from './saved-temporaries.ts';

/** The role under which an entry keeps what was read: a dependency file without rules. */
export const DEPENDENCIES = 'dependencies';

/** The role under which it keeps the names of objects that were taken in and removed. */
export const REMOVED = 'removed';

/**
 * The steps that leave behind what the compile would have; undefined when the entry lacks something that this command
 * line asks for.
 */
export function rustHitSteps(
  outputs: RustOutputs,
  outputDirectory: ByteString,
  places: Places,
  result: StoredResult,
): readonly Step[] | undefined {
  const files: PlacedFile[] = [];
  const listed = outputs.files.find(({ kind }) => kind === 'dep-info');
  if (listed !== undefined) {
    const bytes = dependencyFile(outputs, places, result);
    if (bytes === undefined) return undefined;
    files.push({ path: listed.path, mode: 0o666, method: 'truncate', source: { kind: 'inline', bytes } });
  }
  // As rustc does it: dep-info is written first, and an error where the directory is missing. Where it is all, none is made.
  if (outputDirectory !== '' && outputs.files.some((output) => output !== listed)) {
    files.push({ path: outputDirectory, mode: 0o777, method: 'directory', source: { kind: 'inline', bytes: NOTHING } });
  }
  const roles = result.files.map(({ role }) => role);
  const temporaries = temporariesKept(outputs.temporaries ?? '', roles);
  files.push(...temporaries.directories);
  for (const output of [...outputs.files, ...unnamedKept(unitFiles(outputs), roles), ...temporaries.outputs]) {
    if (output === listed) continue;
    const stored = result.files.find(({ role }) => role === output.role);
    if (stored !== undefined) {
      files.push({ path: output.path, mode: stored.mode, method: methodOf(output), source: sourceOf(stored.content) });
    } else if (!output.optional) return undefined;
  }
  files.push(...leftObjects(outputs, result));
  const steps: Step[] = [{ step: 'place', files }];
  const stderr = withPaths(result.stderr, outputs.files);
  if (result.stdout.length + stderr.length > 0) steps.push({ step: 'print', stdout: result.stdout, stderr });
  steps.push({ step: 'exit', kind: 'code', value: 0 });
  return steps;
}

const NOTHING = Buffer.alloc(0);

/** A compile that failed left its objects, and one that comes to an end removes its own. */
function leftObjects({ directory }: RustOutputs, result: StoredResult): readonly PlacedFile[] {
  const names = result.files.find(({ role }) => role === REMOVED);
  if (names?.content.kind !== 'inline' || names.content.bytes.length === 0) return [];
  const source = { kind: 'inline', bytes: NOTHING } as const;
  return fromBuffer(names.content.bytes)
    .split('\n')
    .map((name) => ({ path: joinPath(directory, name), mode: 0, method: 'remove', source }));
}

/** `.a.0123456789abcdef-cgu.0.rcgu.o`: a unit's object or listing, or its debug information. */
const UNIT_SUFFIX = /^[\w.-]+\.(?:o|s|ll|bc|dwo)$/;

/** The files that are called after units of code, where an option asks for such. */
export function unitFiles({ unitPrefix }: RustOutputs): UnnamedOutputs<'unit '> | undefined {
  return unitPrefix === undefined ? undefined : { prefix: unitPrefix, suffix: UNIT_SUFFIX, role: 'unit ' };
}

/** Written for this checkout's paths: an entry has only the list. */
function dependencyFile({ listed }: RustOutputs, places: Places, result: StoredResult): Buffer | undefined {
  const list = result.files.find(({ role }) => role === DEPENDENCIES);
  const stored = list?.content.kind === 'inline' ? parseRustDependencies(list.content.bytes) : undefined;
  const dependencies = stored && concreteDependencies(stored, places);
  return dependencies && renderRustDependencies(listed, dependencies);
}

/**
 * As rustc 1.95 does it: libraries, metadata and programs are renamed into place unless that is read-only, the one object or
 * listing of a crate is copied from its unit's, all else is written over.
 */
function methodOf({ role }: { readonly role: string }): PlaceMethod {
  if (role.startsWith('link ') || role === 'metadata') return 'rename-writable';
  return BY_UNIT.has(role) ? 'copy' : 'truncate';
}

function sourceOf(content: StoredContent): PlaceSource {
  return content.kind === 'inline'
    ? { kind: 'inline', bytes: content.bytes }
    : { kind: 'file', file: fromText(content.file), offset: 0, length: content.length };
}
