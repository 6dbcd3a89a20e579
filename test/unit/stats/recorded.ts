import { type Counters, type StatisticsReport, zeroCounters } from '../../../src/stats/counters.ts';

/**
 * What sccache 0.19.0 printed, and the counters it had counted: 31 C files compiled, one of them again (the hit), one C++
 * file and one C file that is C++ (`gcc -c x.cc`), one with SCCACHE_RECACHE, one with a mistake in it, two `-E`, one call
 * with two sources, one link, one `--version`. The directory's name is shortened.
 */
export const RECORDED_COUNTERS: Counters = {
  ...zeroCounters(),
  compileRequests: 41,
  requestsNotCompile: 2,
  requestsNotCacheable: 3,
  requestsExecuted: 36,
  cacheHits: { counts: { 'C/C++': 1 }, advanced: { 'c [gcc]': 1 } },
  cacheMisses: { counts: { 'C/C++': 34 }, advanced: { 'c++ [gcc]': 2, 'c [gcc]': 32 } },
  forcedRecaches: 1,
  cacheWrites: 34,
  cacheWriteMicros: 167_597.743,
  cacheReadHitMicros: 61.391,
  compilerMicros: 1_231_402.888,
  compilations: 34,
  compileFails: 1,
  notCached: { '-E': 2, 'multiple input files': 1 },
};

/** A report as the recorded server had it. */
export function recordedReport(changes: Partial<StatisticsReport> = {}): StatisticsReport {
  return {
    counters: RECORDED_COUNTERS,
    cacheLocation: 'Local disk: "/tmp/c"',
    cacheBytes: 15_810,
    cacheLimitBytes: 10_737_418_240,
    directMode: true,
    version: '0.19.0',
    baseDirectories: [],
    mode: 'ReadWrite',
    client: 'native',
    warnings: [],
    ...changes,
  };
}

/** A report where no server ran. */
export function emptyReport(): StatisticsReport {
  return recordedReport({ counters: zeroCounters(), cacheBytes: undefined, mode: undefined, client: undefined });
}
