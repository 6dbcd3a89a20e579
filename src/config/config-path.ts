import { isAbsolute, join } from 'node:path';
import type { Environment } from './config.ts';

/**
 * Where the configuration file is: `SCCACHE_CONF`, else the place of the system, as sccache has them.
 *
 * @param exists asked of macOS's old place, which counts when there is no file in the new one
 */
export function configPath(
  environment: Environment,
  home: string,
  platform: NodeJS.Platform,
  exists: (path: string) => boolean,
): string {
  const named = environment['SCCACHE_CONF'];
  if (named) return isAbsolute(named) ? named : join(home, named);
  if (platform === 'darwin') {
    const current = join(home, 'Library/Application Support/Mozilla.sccache/config');
    const old = join(home, 'Library/Preferences/Mozilla.sccache/config');
    return !exists(current) && exists(old) ? old : current;
  }
  if (platform === 'win32') return join(environment['APPDATA'] ?? home, 'Mozilla', 'sccache', 'config', 'config');
  const xdg = environment['XDG_CONFIG_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.config'), 'sccache', 'config');
}
