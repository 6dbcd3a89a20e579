import type { ByteString } from '../util/bytes.ts';

/** What one request's environment says about caching it. */
export interface RequestSwitches {
  /** `SCCACHE_RECACHE`: compile and store anew. */
  readonly recache: boolean;
  /** `SCCACHE_NO_CACHE`: neither look up nor store. Wins over the other. */
  readonly noCache: boolean;
}

/** Reads the switches from a request's `K=V` list. Presence counts, whatever the value, as in sccache. */
export function requestSwitches(environment: readonly ByteString[]): RequestSwitches {
  let recache = false;
  let noCache = false;
  for (const entry of environment) {
    if (!entry.startsWith('SCCACHE_')) continue;
    if (entry.startsWith('SCCACHE_RECACHE=')) recache = true;
    else if (entry.startsWith('SCCACHE_NO_CACHE=')) noCache = true;
  }
  return { recache, noCache };
}
