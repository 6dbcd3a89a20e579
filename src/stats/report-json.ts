import { withSlash } from './base-directory.ts';
import type { LanguageCounts, StatisticsReport } from './counters.ts';

/** The JSON of `--show-stats --stats-format json`: sccache 0.19.0's keys in its order, one line, no newline at the end. */
export function reportJson(report: StatisticsReport): string {
  const { counters } = report;
  return JSON.stringify({
    stats: {
      compile_requests: counters.compileRequests,
      requests_unsupported_compiler: counters.requestsUnsupportedCompiler,
      requests_not_compile: counters.requestsNotCompile,
      requests_not_cacheable: counters.requestsNotCacheable,
      requests_executed: counters.requestsExecuted,
      cache_errors: languageCounts(counters.cacheErrors),
      cache_hits: languageCounts(counters.cacheHits),
      cache_misses: languageCounts(counters.cacheMisses),
      cache_timeouts: counters.cacheTimeouts,
      cache_read_errors: counters.cacheReadErrors,
      non_cacheable_compilations: counters.nonCacheableCompilations,
      forced_recaches: counters.forcedRecaches,
      cache_write_errors: counters.cacheWriteErrors,
      cache_writes: counters.cacheWrites,
      cache_write_duration: duration(counters.cacheWriteMicros),
      cache_read_hit_duration: duration(counters.cacheReadHitMicros),
      compilations: counters.compilations,
      compiler_write_duration: duration(counters.compilerMicros),
      compile_fails: counters.compileFails,
      not_cached: counters.notCached,
      dist_compiles: {},
      dist_errors: 0,
      multi_level: null,
    },
    cache_location: report.cacheLocation,
    cache_size: report.cacheBytes ?? null,
    max_cache_size: report.cacheLimitBytes ?? null,
    use_preprocessor_cache_mode: report.directMode,
    version: report.version,
    basedirs: report.baseDirectories.map(withSlash),
    effective_cache_mode: report.mode ?? null,
  });
}

function languageCounts({ counts, advanced }: LanguageCounts): object {
  return { counts, adv_counts: advanced };
}

function duration(micros: number): { secs: number; nanos: number } {
  const nanos = Math.round(micros * 1000);
  return { secs: Math.floor(nanos / 1e9), nanos: nanos % 1e9 };
}
