import { type FileStamp, type SourceFiles, sameStamp } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { baseName, directoryOf, resolveFrom } from '../util/path.ts';
import type { Output } from './outputs.ts';
import type { Request } from './request.ts';

/** Outputs whose names only the compiler knows: gcc's dumps by pass, rustc's objects by unit of code. */
export interface UnnamedOutputs<Role extends string> {
  /** What their paths begin with, as the compiler spells it. */
  readonly prefix: ByteString;
  /** The form of the rest. */
  readonly suffix: RegExp;
  /** What stands before the rest in the role of each. */
  readonly role: Role;
}

/** One of them, with its name. */
export interface NamedOutput<Role extends string> extends Output {
  readonly role: `${Role}${string}`;
}

/** Those that are there, by what follows the common part of their names. */
export type UnnamedThere = ReadonlyMap<ByteString, FileStamp>;

/** The files that have such names. */
export function unnamedThere(
  request: Request,
  which: UnnamedOutputs<string> | undefined,
  files: SourceFiles,
): UnnamedThere {
  const found = new Map<ByteString, FileStamp>();
  if (which === undefined) return found;
  const { prefix } = which;
  const start = baseName(prefix);
  for (const name of files.list(resolveFrom(request.cwd, directoryOf(prefix))) ?? []) {
    const rest = name.startsWith(start) ? name.slice(start.length) : '';
    if (!which.suffix.test(rest)) continue;
    const stamp = files.stat(resolveFrom(request.cwd, prefix + rest));
    if (stamp !== undefined) found.set(rest, stamp);
  }
  return found;
}

/** The outputs among `now`: what was there before and did not change was not written by this compile. */
export function unnamedWritten<Role extends string>(
  which: UnnamedOutputs<Role> | undefined,
  before: UnnamedThere,
  now: UnnamedThere,
): readonly NamedOutput<Role>[] {
  if (which === undefined) return [];
  const written = [...now].filter(([rest, stamp]) => {
    const old = before.get(rest);
    return old === undefined || !sameStamp(old, stamp);
  });
  return written.map(([rest]) => unnamed(which, rest));
}

/** Those in an entry, with the names that they have for this command line. */
export function unnamedKept<Role extends string>(
  which: UnnamedOutputs<Role> | undefined,
  roles: readonly string[],
): readonly NamedOutput<Role>[] {
  if (which === undefined) return [];
  const rests = roles.filter((role) => role.startsWith(which.role)).map((role) => role.slice(which.role.length));
  return rests.filter((rest) => which.suffix.test(rest)).map((rest) => unnamed(which, rest));
}

function unnamed<Role extends string>({ prefix, role }: UnnamedOutputs<Role>, rest: ByteString): NamedOutput<Role> {
  return { role: `${role}${rest}`, path: prefix + rest, optional: false };
}
