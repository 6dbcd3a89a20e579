import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { joinPath, resolveFrom } from '../../../util/path.ts';

/** Directories whose entries decide which gcc's headers clang takes, and which libc++. */
export interface Installations {
  readonly listed: readonly ByteString[];
  /** Directories that are not there; a slash ends their names. */
  readonly absent: readonly ByteString[];
}

/** Where clang has been told to look, and where it was installed. */
export interface InstallationSearch {
  readonly cwd: ByteString;
  readonly probeArguments: readonly ByteString[];
  /** `InstalledDir` of its verbose output; '' when it told none. */
  readonly installedDirectory: ByteString;
}

const LIBRARY_DIRECTORIES = ['lib', 'lib64', 'lib32', 'libx32'];

/**
 * clang takes the newest gcc that it finds below one of several roots, and a libc++ of the same root
 * (`GCCInstallationDetector::init`, `CollectLibDirsAndTriples`, `addLibCxxIncludePaths` in its driver). So one that is
 * installed later changes what is compiled, though no option and no file does. What differs from version to version is
 * over-estimated: a name too many makes the compiler be asked once more.
 */
export function clangInstallations(search: InstallationSearch, files: SourceFiles): Installations {
  const roots = [...new Set(rootsOf(search).map((root) => files.realPath(resolveFrom(search.cwd, root))))];
  const isDirectory = (path: ByteString): boolean => files.stat(path)?.kind === 'directory';
  const entriesOf = (directory: ByteString): ByteString[] => {
    const entries = (files.list(directory) ?? []).map((name) => joinPath(directory, name));
    return entries.filter(isDirectory);
  };
  const compilers = roots.flatMap((root) =>
    LIBRARY_DIRECTORIES.flatMap((library) => [`${root}/${library}/gcc`, `${root}/${library}/gcc-cross`]),
  );
  const libraries = roots.flatMap((root) => [`${root}/include/c++`, `${root}/local/include/c++`]);
  // Below `gcc` one directory for each target, in it one for each version, which counts if it has what a program begins with.
  const targets = compilers.flatMap(entriesOf);
  const versions = targets.flatMap(entriesOf);
  const parents = [...compilers, ...libraries];
  const listed = [...parents.filter(isDirectory), ...targets, ...versions].map((path) => files.realPath(path));
  const absent = parents.filter((path) => !isDirectory(path)).map((path) => `${path}/`);
  return { listed: [...new Set(listed)], absent };
}

function rootsOf({ probeArguments, installedDirectory }: InstallationSearch): ByteString[] {
  const sysroots = namedRoots(probeArguments, ['--sysroot']);
  const usual = installedDirectory === '' ? ['/usr'] : [`${installedDirectory}/..`, '/usr'];
  const below = sysroots.length === 0 ? usual : sysroots.flatMap((root) => [root, joinPath(root, 'usr')]);
  return [...namedRoots(probeArguments, TOOLCHAIN_ROOTS), ...below];
}

const TOOLCHAIN_ROOTS = ['--gcc-toolchain', '-gcc-toolchain'];

/** The values of options that name a root, as they are spelled. */
export function namedRoots(
  words: readonly ByteString[],
  options: readonly ByteString[] = ['--sysroot', ...TOOLCHAIN_ROOTS],
): ByteString[] {
  const values = words.flatMap((word, index) => {
    const option = options.find((name) => word.startsWith(`${name}=`));
    if (option !== undefined) return [word.slice(option.length + 1)];
    return options.includes(words[index - 1] ?? '') ? [word] : [];
  });
  return values.filter((path) => path !== '');
}
