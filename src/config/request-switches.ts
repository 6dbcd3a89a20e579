import type { ByteString } from '../util/bytes.ts';

/** What one request's environment says about caching it. */
export interface RequestSwitches {
  /** `SCCACHE_RECACHE`: compile and store anew. */
  readonly recache: boolean;
  /** `SCCACHE_NO_CACHE`: neither look up nor store. Wins over the other. */
  readonly noCache: boolean;
  /** `SCCACHE_DIRECT` is `false`, `off` or `0`. A request can switch direct mode off, not on. */
  readonly directOff: boolean;
}

const OFF = /^SCCACHE_DIRECT=(?:false|off|0)$/i;

/** Reads the switches from a request's `K=V` list. For the first two presence counts, whatever the value, as in sccache. */
export function requestSwitches(environment: readonly ByteString[]): RequestSwitches {
  let recache = false;
  let noCache = false;
  let directOff = false;
  for (const entry of environment) {
    if (!entry.startsWith('SCCACHE_')) continue;
    if (entry.startsWith('SCCACHE_RECACHE=')) recache = true;
    else if (entry.startsWith('SCCACHE_NO_CACHE=')) noCache = true;
    else if (OFF.test(entry)) directOff = true;
  }
  return { recache, noCache, directOff };
}
