import type { Counters, LanguageCounts } from './counters.ts';

/** The sum of two workers' counters. */
export function mergeCounters(one: Counters, other: Counters): Counters {
  return combine(one, other, 1);
}

/** What was counted since an earlier snapshot of the same counters. */
export function countedSince(now: Counters, before: Counters): Counters {
  return combine(now, before, -1);
}

/** The one, and the other times a factor. Names that come to nothing are left out. */
function combine(one: Counters, other: Counters, factor: 1 | -1): Counters {
  const number = (a: number, b: number): number => a + factor * b;
  const counts = (a: Record<string, number>, b: Record<string, number>): Record<string, number> => {
    const sum = { ...a };
    for (const [name, count] of Object.entries(b)) sum[name] = number(sum[name] ?? 0, count);
    return Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0));
  };
  const languages = (a: LanguageCounts, b: LanguageCounts): LanguageCounts => ({
    counts: counts(a.counts, b.counts),
    advanced: counts(a.advanced, b.advanced),
  });
  return {
    compileRequests: number(one.compileRequests, other.compileRequests),
    requestsUnsupportedCompiler: number(one.requestsUnsupportedCompiler, other.requestsUnsupportedCompiler),
    requestsNotCompile: number(one.requestsNotCompile, other.requestsNotCompile),
    requestsNotCacheable: number(one.requestsNotCacheable, other.requestsNotCacheable),
    requestsExecuted: number(one.requestsExecuted, other.requestsExecuted),
    cacheErrors: languages(one.cacheErrors, other.cacheErrors),
    cacheHits: languages(one.cacheHits, other.cacheHits),
    cacheMisses: languages(one.cacheMisses, other.cacheMisses),
    cacheTimeouts: number(one.cacheTimeouts, other.cacheTimeouts),
    cacheReadErrors: number(one.cacheReadErrors, other.cacheReadErrors),
    nonCacheableCompilations: number(one.nonCacheableCompilations, other.nonCacheableCompilations),
    forcedRecaches: number(one.forcedRecaches, other.forcedRecaches),
    cacheWriteErrors: number(one.cacheWriteErrors, other.cacheWriteErrors),
    cacheWrites: number(one.cacheWrites, other.cacheWrites),
    cacheWriteMicros: number(one.cacheWriteMicros, other.cacheWriteMicros),
    cacheReadHitMicros: number(one.cacheReadHitMicros, other.cacheReadHitMicros),
    compilerMicros: number(one.compilerMicros, other.compilerMicros),
    compilations: number(one.compilations, other.compilations),
    compileFails: number(one.compileFails, other.compileFails),
    notCached: counts(one.notCached, other.notCached),
    savedMicros: number(one.savedMicros, other.savedMicros),
    readBytes: number(one.readBytes, other.readBytes),
    writtenBytes: number(one.writtenBytes, other.writtenBytes),
    hitLatencies: counts(one.hitLatencies, other.hitLatencies),
    projectHits: counts(one.projectHits, other.projectHits),
    projectMisses: counts(one.projectMisses, other.projectMisses),
    projectSavedMicros: counts(one.projectSavedMicros, other.projectSavedMicros),
  };
}
