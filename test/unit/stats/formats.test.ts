import { describe, expect, it } from 'vitest';
import { type StatisticsReport, zeroCounters } from '../../../src/stats/counters.ts';
import { renderReport } from '../../../src/stats/formats.ts';

const REPORT: StatisticsReport = {
  counters: {
    ...zeroCounters(),
    compileRequests: 14,
    requestsExecuted: 10,
    requestsNotCacheable: 3,
    requestsNotCompile: 1,
    cacheHits: { counts: { 'C/C++': 6, Rust: 1 }, advanced: { 'c [gcc]': 2, 'c++ [clang]': 4, rust: 1 } },
    cacheMisses: { counts: { 'C/C++': 3 }, advanced: { 'c [gcc]': 3 } },
    compilerMicros: 2_500_000,
    compilations: 3,
    cacheWriteErrors: 1,
    notCached: { '-E': 1, 'say "a\\b" | c': 2 },
  },
  cacheLocation: 'Local disk: "/c"',
  cacheBytes: 3 * 1024 ** 2,
  cacheLimitBytes: 10 * 1024 ** 2,
  directMode: true,
  version: '0.19.0',
  baseDirectories: [],
  mode: 'ReadWrite',
  client: 'native',
  warnings: [],
};

const EMPTY: StatisticsReport = { ...REPORT, counters: zeroCounters(), cacheBytes: undefined };

/** One line of the text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const LINE =
  /^(?:# HELP [a-z_]+ .+|# TYPE [a-z_]+ (?:counter|gauge)|[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? \d+(?:\.\d+)?)$/;

describe('prometheus', () => {
  it('gives each count with its labels', () => {
    const text = renderReport(REPORT, 'prometheus', false);
    for (const line of [
      'sccache_compile_requests_total{became="executed"} 10',
      'sccache_compile_requests_total{became="not_compile"} 1',
      'sccache_cache_hits_total{language="c++",compiler="clang"} 4',
      'sccache_cache_hits_total{language="rust",compiler=""} 1',
      'sccache_cache_misses_total{language="c",compiler="gcc"} 3',
      'sccache_cache_errors_total{kind="write"} 1',
      'sccache_not_cached_total{reason="say \\"a\\\\b\\" | c"} 2',
      'sccache_compiler_seconds_total 2.5',
      'sccache_cache_size_bytes 3145728',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it.each([REPORT, EMPTY])('is the text format', (report) => {
    const lines = renderReport(report, 'prometheus', true).split('\n');
    expect(lines.pop()).toBe('');
    for (const line of lines) expect(line).toMatch(LINE);
    const types = lines.filter((line) => line.startsWith('# TYPE'));
    expect(new Set(types).size).toBe(types.length);
  });

  it('leaves out what is not known', () => {
    expect(renderReport(EMPTY, 'prometheus', false)).not.toContain('sccache_cache_size_bytes');
  });
});

describe('markdown', () => {
  it('is a table, the reasons, and a sentence', () => {
    expect(renderReport(REPORT, 'markdown', false)).toBe(`### sccache: 70.0 % hits

| | hits | misses | rate |
|---|--:|--:|--:|
| C/C++ | 6 | 3 | 66.7 % |
| Rust | 1 | 0 | 100.0 % |
| **all** | 7 | 3 | 70.0 % |

| not cached | times |
|---|--:|
| say "a\\b" \\| c | 2 |
| -E | 1 |

14 requests, 2.5 s in compilers, 0.0 s saved.
The cache has 3 MiB of 10 MiB.
**1 cache errors**: \`sccache --doctor\`.
`);
  });

  it('names compilers when asked', () => {
    expect(renderReport(REPORT, 'markdown', true)).toContain('| c++ [clang] | 4 | 0 | 100.0 % |');
  });

  it('has nothing to say of nothing', () => {
    expect(renderReport(EMPTY, 'markdown', false)).toContain('### sccache: no hits');
  });
});
