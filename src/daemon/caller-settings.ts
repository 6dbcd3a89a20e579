import { differingSettings } from '../config/compare.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { settlePaths } from '../config/relative-paths.ts';
import type { ControlRequest } from '../protocol/messages.ts';
import { toText } from '../util/bytes.ts';

/** What someone who asks this daemon should know of settings. */
export interface CallerSettings {
  /** What is wrong with the caller's own. */
  readonly warnings: readonly string[];
  /** Where the daemon has others. */
  readonly differences: readonly string[];
}

/** Compares the settings that a caller would give a daemon with those that this one has. */
export async function callerSettings(daemon: Config, { env, cwd }: ControlRequest): Promise<CallerSettings> {
  const environment: NodeJS.ProcessEnv = Object.fromEntries(
    env.map((entry) => {
      const equals = entry.indexOf('=');
      return [toText(entry.slice(0, equals)), toText(entry.slice(equals + 1))];
    }),
  );
  settlePaths(environment, toText(cwd));
  const caller = await loadConfig(environment);
  if (!caller.ok) return { warnings: [caller.error.message], differences: [] };
  const { warnings, idle } = caller.value;
  return { warnings: [...warnings, ...idle], differences: differingSettings(daemon, caller.value, environment) };
}

/** The same as lines for statistics. */
export async function callerWarnings(daemon: Config, request: ControlRequest): Promise<readonly string[]> {
  const { warnings, differences } = await callerSettings(daemon, request);
  return [...warnings, ...differences.map((difference) => `${difference}: sccache --stop-server`)];
}
