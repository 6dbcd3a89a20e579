import type { Counters, LanguageCounts } from './counters.ts';

/** The sum of two workers' counters. */
export function mergeCounters(one: Counters, other: Counters): Counters {
  return {
    compileRequests: one.compileRequests + other.compileRequests,
    requestsUnsupportedCompiler: one.requestsUnsupportedCompiler + other.requestsUnsupportedCompiler,
    requestsNotCompile: one.requestsNotCompile + other.requestsNotCompile,
    requestsNotCacheable: one.requestsNotCacheable + other.requestsNotCacheable,
    requestsExecuted: one.requestsExecuted + other.requestsExecuted,
    cacheErrors: mergeLanguages(one.cacheErrors, other.cacheErrors),
    cacheHits: mergeLanguages(one.cacheHits, other.cacheHits),
    cacheMisses: mergeLanguages(one.cacheMisses, other.cacheMisses),
    cacheTimeouts: one.cacheTimeouts + other.cacheTimeouts,
    cacheReadErrors: one.cacheReadErrors + other.cacheReadErrors,
    nonCacheableCompilations: one.nonCacheableCompilations + other.nonCacheableCompilations,
    forcedRecaches: one.forcedRecaches + other.forcedRecaches,
    cacheWriteErrors: one.cacheWriteErrors + other.cacheWriteErrors,
    cacheWrites: one.cacheWrites + other.cacheWrites,
    cacheWriteMicros: one.cacheWriteMicros + other.cacheWriteMicros,
    cacheReadHitMicros: one.cacheReadHitMicros + other.cacheReadHitMicros,
    compilerMicros: one.compilerMicros + other.compilerMicros,
    compilations: one.compilations + other.compilations,
    compileFails: one.compileFails + other.compileFails,
    notCached: mergeCounts(one.notCached, other.notCached),
  };
}

function mergeLanguages(one: LanguageCounts, other: LanguageCounts): LanguageCounts {
  return { counts: mergeCounts(one.counts, other.counts), advanced: mergeCounts(one.advanced, other.advanced) };
}

function mergeCounts(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const sum = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
