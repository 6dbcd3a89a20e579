import { describe, expect, it } from 'vitest';
import { requestSwitches } from '../../../src/config/request-switches.ts';

const NONE = {
  recache: false,
  noCache: false,
  missIsError: false,
  verifiedShare: 0,
  keepsIncremental: false,
};

describe('switches of one request', () => {
  it('are off in an ordinary environment', () => {
    expect(requestSwitches(['PATH=/bin', 'SCCACHE_DIR=/c', 'X=SCCACHE_RECACHE=1', 'LANG=\u00e9'])).toEqual(NONE);
    expect(requestSwitches([])).toEqual(NONE);
  });

  it.each(['1', '0', 'false', ''])('count by presence: =%s', (value) => {
    expect(requestSwitches([`SCCACHE_RECACHE=${value}`])).toEqual({ ...NONE, recache: true });
    expect(requestSwitches(['A=b', `SCCACHE_NO_CACHE=${value}`])).toEqual({ ...NONE, noCache: true });
  });

  it('are known by their whole name', () => {
    expect(requestSwitches(['SCCACHE_RECACHED=1', 'SCCACHE_NO_CACHE_X=1'])).toEqual(NONE);
  });

  it.each([
    ['1', true],
    ['off', false],
    ['', false],
  ])('SCCACHE_INCREMENTAL=%s keeps results of incremental compiles: %s', (value, keepsIncremental) => {
    expect(requestSwitches([`SCCACHE_INCREMENTAL=${value}`])).toEqual({ ...NONE, keepsIncremental });
  });

  it.each([
    ['1', true],
    ['yes', true],
    ['0', false],
    ['false', false],
    ['', false],
  ])('SCCACHE_TERMINATE_ON_MISS=%s', (value, missIsError) => {
    expect(requestSwitches([`SCCACHE_TERMINATE_ON_MISS=${value}`])).toEqual({ ...NONE, missIsError });
  });

  it.each([
    ['1', 1],
    ['0.01', 0.01],
    ['true', 1],
    ['7', 1],
    ['0', 0],
    ['off', 0],
    ['', 0],
  ])('SCCACHE_VERIFY=%s', (value, verifiedShare) => {
    expect(requestSwitches([`SCCACHE_VERIFY=${value}`])).toEqual({ ...NONE, verifiedShare });
  });
});
