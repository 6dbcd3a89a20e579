import { parseMakeDependencies } from '../../../compilers/dependency-file.ts';
import type { RustArguments } from '../../../compilers/rustc/arguments.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom, withoutDots } from '../../../util/path.ts';
import type { Request } from '../../request.ts';

const OBJECT = /\.rcgu\.o$/;

/**
 * The objects beside the output that a link read and rustc has removed, by name; with `-C split-debuginfo=packed` also what they
 * left for the package.
 *
 * @param linkList what the linker says that it read
 */
export function removedObjects(
  linkList: Buffer,
  directory: ByteString,
  { cwd }: Request,
  { packsDebugInformation }: RustArguments,
  files: SourceFiles,
): readonly ByteString[] {
  const place = withoutDots(resolveFrom(cwd, directory));
  const isBeside = (path: ByteString): boolean => withoutDots(resolveFrom(cwd, directoryOf(path))) === place;
  const objects = parseMakeDependencies(linkList)?.dependencies.filter((path) => OBJECT.test(path) && isBeside(path));
  const names = (objects ?? []).map(baseName);
  const removed = names.flatMap((name) => (packsDebugInformation ? [name, name.replace(/o$/, 'dwo')] : [name]));
  return removed.filter((name) => files.stat(joinPath(place, name)) === undefined);
}
