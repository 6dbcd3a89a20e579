import { isAbsolute, join } from 'node:path';

/** Files that are meant from where the client was that named them; the daemon itself runs in `/`. */
const FILES = ['SCCACHE_CONF', 'SCCACHE_ERROR_LOG'];

/** Makes relative paths in a client's environment absolute. */
export function settlePaths(environment: NodeJS.ProcessEnv, directory: string | undefined): void {
  for (const name of FILES) {
    const path = environment[name];
    if (path && directory && !isAbsolute(path)) environment[name] = join(directory, path);
  }
}
