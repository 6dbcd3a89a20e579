import { describe, expect, it } from 'vitest';
import { zeroCounters } from '../../../src/stats/counters.ts';
import { reportJson } from '../../../src/stats/report-json.ts';
import { emptyReport, recordedReport } from './recorded.ts';

/** Recorded from sccache 0.19.0: `--show-stats --stats-format json` after what `recorded.ts` lists. */
const JSON_TEXT =
  '{"stats":{"compile_requests":41,"requests_unsupported_compiler":0,"requests_not_compile":2,"requests_not_cacheable":3,"requests_executed":36,"cache_errors":{"counts":{},"adv_counts":{}},"cache_hits":{"counts":{"C/C++":1},"adv_counts":{"c [gcc]":1}},"cache_misses":{"counts":{"C/C++":34},"adv_counts":{"c++ [gcc]":2,"c [gcc]":32}},"cache_timeouts":0,"cache_read_errors":0,"non_cacheable_compilations":0,"forced_recaches":1,"cache_write_errors":0,"cache_writes":34,"cache_write_duration":{"secs":0,"nanos":167597743},"cache_read_hit_duration":{"secs":0,"nanos":61391},"compilations":34,"compiler_write_duration":{"secs":1,"nanos":231402888},"compile_fails":1,"not_cached":{"-E":2,"multiple input files":1},"dist_compiles":{},"dist_errors":0,"multi_level":null},"cache_location":"Local disk: \\"/tmp/c\\"","cache_size":15810,"max_cache_size":10737418240,"use_preprocessor_cache_mode":true,"version":"0.19.0","basedirs":[],"effective_cache_mode":"ReadWrite"}';

/** Recorded from sccache 0.19.0 where no server runs. */
const EMPTY =
  '{"stats":{"compile_requests":0,"requests_unsupported_compiler":0,"requests_not_compile":0,"requests_not_cacheable":0,"requests_executed":0,"cache_errors":{"counts":{},"adv_counts":{}},"cache_hits":{"counts":{},"adv_counts":{}},"cache_misses":{"counts":{},"adv_counts":{}},"cache_timeouts":0,"cache_read_errors":0,"non_cacheable_compilations":0,"forced_recaches":0,"cache_write_errors":0,"cache_writes":0,"cache_write_duration":{"secs":0,"nanos":0},"cache_read_hit_duration":{"secs":0,"nanos":0},"compilations":0,"compiler_write_duration":{"secs":0,"nanos":0},"compile_fails":0,"not_cached":{},"dist_compiles":{},"dist_errors":0,"multi_level":null},"cache_location":"Local disk: \\"/tmp/c\\"","cache_size":null,"max_cache_size":10737418240,"use_preprocessor_cache_mode":true,"version":"0.19.0","basedirs":[],"effective_cache_mode":null}';

describe('statistics as JSON', () => {
  it('are those of sccache, byte for byte', () => {
    expect(reportJson(recordedReport())).toBe(JSON_TEXT);
  });

  it('are those of sccache where nothing runs', () => {
    expect(reportJson(emptyReport())).toBe(EMPTY);
  });

  it('have nothing of our own', () => {
    expect(reportJson(recordedReport({ client: 'typescript', warnings: ['x'] }))).toBe(JSON_TEXT);
  });

  it('split durations into whole seconds and nanoseconds', () => {
    const counters = { ...zeroCounters(), compilerMicros: 1_999_999.9996 };
    expect(reportJson(recordedReport({ counters }))).toContain('"compiler_write_duration":{"secs":2,"nanos":0}');
  });
});
