import type { ParsedArguments } from '../../../compilers/arguments.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom, withoutDots } from '../../../util/path.ts';
import type { Request } from '../../request.ts';

/**
 * Which of the directories that are searched are one behind links, as `NAME = NAME`: compilers tell it by device and inode, and
 * then search in one of the two places only. Nearly always there are none.
 */
export function sameDirectories(
  directories: readonly ByteString[],
  { cwd }: Request,
  files: SourceFiles,
): readonly ByteString[] {
  const first = new Map<string, ByteString>();
  const same: ByteString[] = [];
  for (const path of directories) {
    const identity = files.identity(resolveFrom(cwd, path));
    if (identity === undefined) continue;
    const key = `${identity.device} ${identity.inode}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, path);
    else same.push(`${path} = ${earlier}`);
  }
  return same;
}

/** Options whose value is a word of its own, as the parser spells them. */
const SEPARATED = /^-(?:iquote|idirafter|(?:[a-z+-]+-)?isystem(?:-after)?)$/;

/** The directories that the command line names for headers. */
export function namedDirectories({ probeArguments }: ParsedArguments): readonly ByteString[] {
  const named = probeArguments.flatMap((word, index) => {
    if (SEPARATED.test(probeArguments[index - 1] ?? '')) return [word];
    return word.startsWith('-I') && word.length > 2 ? [word.slice(2)] : [];
  });
  return [...new Set(named.map(withoutDots))];
}
