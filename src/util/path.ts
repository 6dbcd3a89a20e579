import type { ByteString } from './bytes.ts';

/** The path as seen from `directory`; absolute ones stay as they are. */
export function resolveFrom(directory: ByteString, path: ByteString): ByteString {
  if (path.startsWith('/')) return path;
  return directory.endsWith('/') ? directory + path : `${directory}/${path}`;
}

/** The directory part as a compiler spells it: '' for a bare name. */
export function directoryOf(path: ByteString): ByteString {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : slash === 0 ? '/' : path.slice(0, slash);
}

/** The name behind the last slash. */
export function baseName(path: ByteString): ByteString {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `directory/name` as a compiler joins them: the bare name where the directory is ''. */
export function joinPath(directory: ByteString, name: ByteString): ByteString {
  if (directory === '' || name.startsWith('/')) return name;
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

/** Without `.` components and doubled slashes. `..` stays: behind a symbolic link it is not what it seems. */
export function withoutDots(path: ByteString): ByteString {
  if (!path.startsWith('./') && !path.includes('//') && !path.includes('/./')) return path;
  const kept = path.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return kept.join('/');
}

/** The directory that both are in, by their names. */
export function commonDirectory(one: ByteString, other: ByteString): ByteString {
  const [ones, others] = [one.split('/'), other.split('/')];
  const different = ones.findIndex((part, index) => part !== others[index]);
  return (different < 0 ? ones : ones.slice(0, different)).join('/');
}

/** Whether a path is a directory or below it. */
export function isIn(path: ByteString, directory: ByteString): boolean {
  return path.startsWith(directory) && (path.length === directory.length || path[directory.length] === '/');
}
