import type { Latencies } from './latencies.ts';

/**
 * What one worker has counted since the last reset; merged by the main thread. Field names follow sccache's JSON; what is
 * behind `notCached` is our own.
 */
export interface Counters {
  compileRequests: number;
  requestsUnsupportedCompiler: number;
  requestsNotCompile: number;
  requestsNotCacheable: number;
  requestsExecuted: number;
  /** By language name (`C/C++`, `Assembler`). */
  cacheErrors: LanguageCounts;
  cacheHits: LanguageCounts;
  cacheMisses: LanguageCounts;
  cacheTimeouts: number;
  cacheReadErrors: number;
  nonCacheableCompilations: number;
  forcedRecaches: number;
  cacheWriteErrors: number;
  cacheWrites: number;
  /** Microseconds. */
  cacheWriteMicros: number;
  cacheReadHitMicros: number;
  compilerMicros: number;
  compilations: number;
  compileFails: number;
  /** Non-cacheable reasons by text. */
  notCached: Record<string, number>;
  /** What hits took less than their compiles had, in microseconds. */
  savedMicros: number;
  /** Bytes that hits have placed and printed, and that misses have stored. */
  readBytes: number;
  writtenBytes: number;
  hitLatencies: Latencies;
  /** By the project's directory; compiles that belong to none are not in it. */
  projectHits: Record<string, number>;
  projectMisses: Record<string, number>;
  projectSavedMicros: Record<string, number>;
}

/** Counts by language, and by `language [compiler]` for the advanced view. */
export interface LanguageCounts {
  counts: Record<string, number>;
  advanced: Record<string, number>;
}

/** Counters at zero. */
export function zeroCounters(): Counters {
  const none = (): LanguageCounts => ({ counts: {}, advanced: {} });
  return {
    compileRequests: 0,
    requestsUnsupportedCompiler: 0,
    requestsNotCompile: 0,
    requestsNotCacheable: 0,
    requestsExecuted: 0,
    cacheErrors: none(),
    cacheHits: none(),
    cacheMisses: none(),
    cacheTimeouts: 0,
    cacheReadErrors: 0,
    nonCacheableCompilations: 0,
    forcedRecaches: 0,
    cacheWriteErrors: 0,
    cacheWrites: 0,
    cacheWriteMicros: 0,
    cacheReadHitMicros: 0,
    compilerMicros: 0,
    compilations: 0,
    compileFails: 0,
    notCached: {},
    savedMicros: 0,
    readBytes: 0,
    writtenBytes: 0,
    hitLatencies: {},
    projectHits: {},
    projectMisses: {},
    projectSavedMicros: {},
  };
}

/** Everything `--show-stats` shows. */
export interface StatisticsReport {
  readonly counters: Counters;
  readonly cacheLocation: string;
  readonly cacheBytes: number | undefined;
  readonly cacheLimitBytes: number | undefined;
  /** What part of the cache is results of each language, as far as was looked; undefined when nobody asked. */
  readonly languageShares?: Readonly<Record<string, number>> | undefined;
  readonly directMode: boolean;
  readonly version: string;
  readonly baseDirectories: readonly string[];
  /** undefined when no daemon answers. */
  readonly mode: 'ReadOnly' | 'ReadWrite' | undefined;
  /** Which client the installation uses; undefined when not known. */
  readonly client: 'native' | 'typescript' | undefined;
  /** Settings that were wrong and replaced by their defaults. */
  readonly warnings: readonly string[];
}
