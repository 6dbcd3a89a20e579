import { normalize } from 'node:path';

/** Absolute directories without dots, without slashes too many or at the end, each once. Text or bytes. */
export function plainDirectories(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => normalize(path).replace(/(?<=.)\/$/, '')))];
}

/** The base directories of one request: the caller's `SCCACHE_BASEDIRS` where it is set, else the daemon's. */
export function baseDirectoriesFor(
  environment: ReadonlyMap<string, string>,
  ofDaemon: readonly string[],
): readonly string[] {
  const own = environment
    .get('SCCACHE_BASEDIRS')
    ?.split(':')
    .filter((path) => path.startsWith('/'));
  return own ? plainDirectories(own) : ofDaemon;
}
