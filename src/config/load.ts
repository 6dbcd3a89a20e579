import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Result } from '../util/result.ts';
import { type Config, type ConfigProblem, configFrom, type Environment } from './config.ts';
import { configPath } from './config-path.ts';

/** Reads the settings that an environment gives, with the configuration file behind it, which may be missing. */
export async function loadConfig(environment: Environment): Promise<Result<Config, ConfigProblem>> {
  const home = environment['HOME'] || homedir();
  const path = configPath(environment, home, process.platform, existsSync);
  const text = readable(path);
  if (text === undefined) {
    const named = environment['SCCACHE_CONF'];
    const missing = named ? [`SCCACHE_CONF is '${named}', which cannot be read`] : [];
    return configFrom(environment, undefined, home, process.platform, missing);
  }
  const { readConfigFile } = await import('./config-file.ts');
  const file = readConfigFile(path, text);
  if (!file.ok) return file;
  return configFrom(environment, file.value, home, process.platform, []);
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // none, or not ours to read: as in sccache
  }
}
