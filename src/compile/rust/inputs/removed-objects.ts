import { archiveMembers } from '../../../compilers/archive.ts';
import { parseMakeDependencies } from '../../../compilers/dependency-file.ts';
import type { RustArguments } from '../../../compilers/rustc/arguments.ts';
import type { RustOutputs } from '../../../compilers/rustc/outputs.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom, withoutDots } from '../../../util/path.ts';
import type { WrittenOutput } from '../../outputs.ts';
import type { Request } from '../../request.ts';

const OBJECT = /\.rcgu\.o$/;

/**
 * The objects beside the output that went into a library or a link and that rustc has removed, by name; with
 * `-C split-debuginfo=packed` also what they left for the package.
 *
 * @param linkList what the linker says that it read, where something was linked
 */
export function removedObjects(
  linkList: Buffer | undefined,
  written: readonly WrittenOutput[],
  outputs: RustOutputs,
  { cwd }: Request,
  { packsDebugInformation }: RustArguments,
  files: SourceFiles,
): readonly ByteString[] {
  const place = withoutDots(resolveFrom(cwd, outputs.directory));
  const isBeside = (path: ByteString): boolean => withoutDots(resolveFrom(cwd, directoryOf(path))) === place;
  const linked = linkList === undefined ? [] : (parseMakeDependencies(linkList)?.dependencies ?? []);
  // A static library has those of other crates, too.
  const archived = written.flatMap(({ output, bytes }) =>
    output.role.startsWith('link ') ? archiveMembers(bytes) : [],
  );
  const own = archived.filter((name) => name.startsWith(outputs.unitStem));
  const names = [...linked.filter(isBeside).map(baseName), ...own].filter((name) => OBJECT.test(name));
  const removed = names.flatMap((name) => (packsDebugInformation ? [name, name.replace(/o$/, 'dwo')] : [name]));
  return [...new Set(removed)].filter((name) => files.stat(joinPath(place, name)) === undefined);
}
