import { delimiter } from 'node:path';
import { cacheSizeText } from './cache-size.ts';
import type { Config, Environment } from './config.ts';

/** A setting that a daemon reads when it starts, and how its value is written. */
interface StartSetting {
  readonly variable: string;
  /** Compared even where the caller does not set it: people look for the cache where they believe it to be. */
  readonly always: boolean;
  readonly shown: (config: Config) => string;
}

const SETTINGS: readonly StartSetting[] = [
  { variable: 'SCCACHE_DIR', always: true, shown: ({ cacheDirectory }) => cacheDirectory },
  { variable: 'SCCACHE_CACHE_SIZE', always: true, shown: ({ cacheLimitBytes }) => cacheSizeText(cacheLimitBytes) },
  {
    variable: 'SCCACHE_LOCAL_RW_MODE',
    always: true,
    shown: ({ readOnly }) => (readOnly ? 'READ_ONLY' : 'READ_WRITE'),
  },
  { variable: 'SCCACHE_BASEDIRS', always: true, shown: ({ baseDirectories }) => baseDirectories.join(delimiter) },
  { variable: 'SCCACHE_DIRECT', always: false, shown: ({ directMode }) => String(directMode) },
  {
    variable: 'SCCACHE_IDLE_TIMEOUT',
    always: false,
    shown: ({ idleTimeoutSeconds }) => String(idleTimeoutSeconds),
  },
  { variable: 'SCCACHE_WORKERS', always: false, shown: ({ workers }) => String(workers) },
  { variable: 'SCCACHE_LOG', always: false, shown: ({ logFilter }) => logFilter ?? '' },
  { variable: 'SCCACHE_ERROR_LOG', always: false, shown: ({ errorLog }) => errorLog ?? '' },
];

/** Of these the request's own value counts, whatever the daemon has. */
const OF_THE_REQUEST = ['SCCACHE_BASEDIRS', 'SCCACHE_DIRECT'];

/**
 * Where a running daemon has other settings than a caller would give it, for people.
 *
 * @param environment the caller's, out of which `caller` was made
 */
export function differingSettings(daemon: Config, caller: Config, environment: Environment): readonly string[] {
  return SETTINGS.flatMap(({ variable, always, shown }) => {
    const isSet = Boolean(environment[variable]);
    if (isSet ? OF_THE_REQUEST.includes(variable) : !always) return [];
    const [here, there] = [shown(caller), shown(daemon)];
    return here === there ? [] : [`${variable} is ${here || 'not set'} here, ${there || 'not set'} in the daemon`];
  });
}
