import { describe, expect, it } from 'vitest';
import { zeroCounters } from '../../../src/stats/counters.ts';
import { reportText } from '../../../src/stats/report-text.ts';
import { emptyReport, recordedReport } from './recorded.ts';

/** Recorded from sccache 0.19.0: `--show-stats` after what `recorded.ts` lists. */
const TEXT = `\
Compile requests                     41
Compile requests executed            36
Cache hits                            1
Cache hits (C/C++)                    1
Cache misses                         34
Cache misses (C/C++)                 34
Cache hits rate                    2.86 %
Cache hits rate (C/C++)            2.86 %
Cache timeouts                        0
Cache read errors                     0
Forced recaches                       1
Cache write errors                    0
Cache errors                          0
Compilations                         34
Compilation failures                  1
Non-cacheable compilations            0
Non-cacheable calls                   3
Non-compilation calls                 2
Unsupported compiler calls            0
Average cache write               0.004 s
Average compiler                  0.036 s
Average cache read hit            0.000 s
Failed distributed compilations       0

Non-cacheable reasons:
-E                                    2
multiple input files                  1

Cache location                  Local disk: "/tmp/c"
Base directories                (none)
Use direct/preprocessor mode?   yes
Version (client)                0.19.0
Cache size                           15 KiB
Max cache size                       10 GiB
`;

/** Recorded from sccache 0.19.0 at the same moment: `--show-adv-stats`. */
const ADVANCED = `\
Compile requests                     41
Compile requests executed            36
Cache hits                            1
Cache hits (c [gcc])                  1
Cache misses                         34
Cache misses (c [gcc])               32
Cache misses (c++ [gcc])              2
Cache hits rate                    2.86 %
Cache hits rate (c [gcc])          3.03 %
Cache hits rate (c++ [gcc])        0.00 %
Cache timeouts                        0
Cache read errors                     0
Forced recaches                       1
Cache write errors                    0
Cache errors                          0
Compilations                         34
Compilation failures                  1
Non-cacheable compilations            0
Non-cacheable calls                   3
Non-compilation calls                 2
Unsupported compiler calls            0
Average cache write               0.004 s
Average compiler                  0.036 s
Average cache read hit            0.000 s
Failed distributed compilations       0

Non-cacheable reasons:
-E                                    2
multiple input files                  1

Cache location                  Local disk: "/tmp/c"
Effective cache mode            ReadWrite
Base directories                (none)
Use direct/preprocessor mode?   yes
Version (client)                0.19.0
Cache size                           15 KiB
Max cache size                       10 GiB
`;

/** Recorded from sccache 0.19.0: `--show-stats` where no server runs. */
const EMPTY = `\
Compile requests                      0
Compile requests executed             0
Cache hits                            0
Cache misses                          0
Cache hits rate                       -
Cache timeouts                        0
Cache read errors                     0
Forced recaches                       0
Cache write errors                    0
Cache errors                          0
Compilations                          0
Compilation failures                  0
Non-cacheable compilations            0
Non-cacheable calls                   0
Non-compilation calls                 0
Unsupported compiler calls            0
Average cache write               0.000 s
Average compiler                  0.000 s
Average cache read hit            0.000 s
Failed distributed compilations       0
Cache location                  Local disk: "/tmp/c"
Base directories                (none)
Use direct/preprocessor mode?   yes
Version (client)                0.19.0
Max cache size                       10 GiB
`;

function lineOf(text: string, name: string): string | undefined {
  return text.split('\n').find((line) => line.startsWith(name));
}

function rateOf(hits: number, misses: number): string | undefined {
  const counters = {
    ...zeroCounters(),
    cacheHits: { counts: { 'C/C++': hits }, advanced: {} },
    cacheMisses: { counts: { 'C/C++': misses }, advanced: {} },
  };
  return lineOf(reportText(recordedReport({ counters }), false), 'Cache hits rate ')
    ?.slice(31)
    .trim();
}

function sizeOf(bytes: number): string | undefined {
  return lineOf(reportText(recordedReport({ cacheBytes: bytes }), false), 'Cache size')
    ?.slice(31)
    .trim();
}

describe('statistics as text', () => {
  it('are those of sccache', () => {
    expect(reportText(recordedReport(), false)).toBe(TEXT);
  });

  it('are those of sccache by compiler', () => {
    expect(reportText(recordedReport(), true)).toBe(ADVANCED);
  });

  it('are those of sccache where nothing runs', () => {
    expect(reportText(emptyReport(), false)).toBe(EMPTY);
    expect(reportText(emptyReport(), true)).toBe(EMPTY);
  });

  it('round rates as sccache does: ties to the even digit', () => {
    // 1 of 32 is 3.125 %; sccache 0.19.0 printed 3.12 %.
    expect(rateOf(1, 31)).toBe('3.12 %');
    expect(rateOf(3, 29)).toBe('9.38 %');
    expect(rateOf(1, 34)).toBe('2.86 %');
    expect(rateOf(5, 0)).toBe('100.00 %');
    expect(rateOf(0, 5)).toBe('0.00 %');
  });

  // The last line of sccache 0.19.0 with this many bytes as SCCACHE_CACHE_SIZE.
  it.each([
    [1023, '1023 bytes'],
    [1024, '1 KiB'],
    [1536, '2 KiB'],
    [2560, '2 KiB'],
    [3584, '4 KiB'],
    [3 * 1024 ** 4, '3 TiB'],
    [5000 * 1024 ** 4, '5 PiB'],
  ])('show %d bytes as %s', (bytes, text) => {
    expect(sizeOf(bytes)).toBe(text);
  });

  it('sort reasons by count, then by name', () => {
    const counters = { ...zeroCounters(), notCached: { '-M': 1, '@': 3, '-E': 1 } };
    const lines = reportText(recordedReport({ counters }), false).split('\n');
    const start = lines.indexOf('Non-cacheable reasons:');
    expect(lines.slice(start + 1, start + 5).map((line) => line.split(' ')[0])).toEqual(['@', '-E', '-M', '']);
  });

  it('say what is special about this installation below the lines of sccache', () => {
    const text = reportText(recordedReport({ client: 'typescript', warnings: ['A is wrong', 'B is wrong'] }), false);
    expect(text).toBe(
      `${TEXT}Client                          TypeScript (slower: no native client was built; see README)\n` +
        'Warning                         A is wrong\nWarning                         B is wrong\n',
    );
  });
});
