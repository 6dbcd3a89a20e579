import type { ByteString } from '../util/bytes.ts';

/** What one request's environment says about caching it. */
export interface RequestSwitches {
  /** `SCCACHE_RECACHE`: compile and store anew. */
  readonly recache: boolean;
  /** `SCCACHE_NO_CACHE`: neither look up nor store. Wins over the other. */
  readonly noCache: boolean;
  /** `SCCACHE_TERMINATE_ON_MISS`: a miss is an error, for builds that have to hit. */
  readonly missIsError: boolean;
  /** `SCCACHE_VERIFY`: the share of hits for which the compiler runs as well, to compare; from 0 to 1. */
  readonly verifiedShare: number;
  /** `SCCACHE_INCREMENTAL`: results of rustc's incremental compiles are kept, although each run makes other bytes. */
  readonly keepsIncremental: boolean;
}

const VERIFY = 'SCCACHE_VERIFY=';
const INCREMENTAL = /^SCCACHE_INCREMENTAL=(?!$|0$|false$|off$)/i;
const MISS_IS_ERROR = /^SCCACHE_TERMINATE_ON_MISS=(?!$|0$|false$|off$)/i;

/** Reads the switches from a request's `K=V` list. For the first two presence counts, whatever the value, as in sccache. */
export function requestSwitches(environment: readonly ByteString[]): RequestSwitches {
  let recache = false;
  let noCache = false;
  let missIsError = false;
  let verifiedShare = 0;
  let keepsIncremental = false;
  for (const entry of environment) {
    if (!entry.startsWith('SCCACHE_')) continue;
    if (entry.startsWith('SCCACHE_RECACHE=')) recache = true;
    else if (entry.startsWith('SCCACHE_NO_CACHE=')) noCache = true;
    else if (MISS_IS_ERROR.test(entry)) missIsError = true;
    else if (INCREMENTAL.test(entry)) keepsIncremental = true;
    else if (entry.startsWith(VERIFY)) verifiedShare = shareOf(entry.slice(VERIFY.length));
  }
  return { recache, noCache, missIsError, verifiedShare, keepsIncremental };
}

/** A number from 0 to 1; what is none, and more than 1, is all. */
function shareOf(text: string): number {
  if (/^(?:|false|off)$/i.test(text)) return 0;
  const share = Number(text);
  return share >= 0 && share <= 1 ? share : 1;
}
