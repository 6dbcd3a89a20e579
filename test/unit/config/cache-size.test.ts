import { describe, expect, it } from 'vitest';
import { parseCacheSize } from '../../../src/config/cache-size.ts';

describe('a cache size', () => {
  // max_cache_size in the JSON of sccache 0.19.0 for these values of SCCACHE_CACHE_SIZE.
  it.each([
    ['0', 0],
    ['12', 12],
    ['12k', 12_288],
    ['10g', 10_737_418_240],
    ['10G', 10_737_418_240],
  ])('%s is what sccache takes it for', (text, bytes) => {
    expect(parseCacheSize(text)).toBe(bytes);
  });

  it('knows M and T', () => {
    expect(parseCacheSize('3M')).toBe(3_145_728);
    expect(parseCacheSize('1t')).toBe(1_099_511_627_776);
  });

  it.each(['', 'G', '1.5G', '10GB', '10 G', '-1', '0x10', '1e3', 'abc', '99999999999T'])('%j is none', (text) => {
    expect(parseCacheSize(text)).toBeUndefined();
  });
});
