import { randomBytes } from 'node:crypto';
import type { PlacedFile } from '../../protocol/steps.ts';
import type { SourceFiles } from '../../system/source-files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { joinPath, resolveFrom } from '../../util/path.ts';
import type { Output } from '../outputs.ts';
import type { Request } from '../request.ts';

/** What `-C save-temps` leaves of rustc's temporary directories: six letters of chance end their names. */
const DIRECTORY = /^(rmeta|rustc)[A-Za-z0-9]{6}$/;
const ROLE = 'temporary ';

/** The names of such directories that are there. */
export function temporariesThere(request: Request, directory: ByteString, files: SourceFiles): ReadonlySet<ByteString> {
  const names = files.list(resolveFrom(request.cwd, directory === '' ? '.' : directory)) ?? [];
  return new Set(names.filter((name) => DIRECTORY.test(name)));
}

/** What is in those that are new. */
export interface SavedTemporaries {
  readonly outputs: readonly Output[];
  /** The roles of directories in them. */
  readonly directories: readonly string[];
}

/**
 * What is in those that are new; undefined where another compile may have left one of them.
 *
 * @param most how many of `rustc…` one compile leaves at most: one for each type of the crate; of `rmeta…` it is one
 */
export function temporariesSaved(
  request: Request,
  directory: ByteString,
  before: ReadonlySet<ByteString>,
  most: number,
  files: SourceFiles,
): SavedTemporaries | undefined {
  const outputs: Output[] = [];
  const directories: string[] = [];
  const counts = { rmeta: 0, rustc: 0 };
  for (const name of temporariesThere(request, directory, files)) {
    if (before.has(name)) continue;
    const kind = name.startsWith('rmeta') ? 'rmeta' : 'rustc';
    const role = `${ROLE}${kind} ${counts[kind]++}/`;
    const path = joinPath(directory, name);
    directories.push(role);
    for (const inside of files.list(resolveFrom(request.cwd, path)) ?? []) {
      const isDirectory = files.stat(resolveFrom(request.cwd, `${path}/${inside}`))?.kind === 'directory';
      if (isDirectory) directories.push(`${role}${inside}/`);
      else outputs.push({ role: role + inside, path: `${path}/${inside}`, optional: false });
    }
  }
  return counts.rmeta > 1 || counts.rustc > most ? undefined : { outputs, directories };
}

/** Those in an entry, each in a directory with a name of chance: in the order in which they are to be made. */
export function temporariesKept(
  directory: ByteString,
  roles: readonly string[],
): { readonly directories: readonly PlacedFile[]; readonly outputs: readonly Output[] } {
  const names = new Map<string, ByteString>();
  const directories: PlacedFile[] = [];
  const outputs: Output[] = [];
  for (const role of roles) {
    const [, kind, number, inside] = /^temporary (rmeta|rustc) (\d+)\/(.*)$/s.exec(role) ?? [];
    if (kind === undefined || number === undefined || inside === undefined) continue;
    const name = names.get(kind + number) ?? joinPath(directory, kind + lettersOfChance());
    names.set(kind + number, name);
    const path = inside === '' ? name : `${name}/${inside}`;
    if (inside === '' || inside.endsWith('/'))
      directories.push({ path, mode: 0o777, method: 'directory', source: EMPTY });
    else outputs.push({ role, path, optional: false });
  }
  return { directories, outputs };
}

const EMPTY = { kind: 'inline', bytes: Buffer.alloc(0) } as const;

function lettersOfChance(): ByteString {
  return randomBytes(32).toString('base64').replace(/[+/=]/g, '').slice(0, 6);
}
