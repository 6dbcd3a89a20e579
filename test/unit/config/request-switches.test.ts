import { describe, expect, it } from 'vitest';
import { requestSwitches } from '../../../src/config/request-switches.ts';

const NONE = { recache: false, noCache: false, directOff: false };

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
    expect(requestSwitches(['SCCACHE_RECACHED=1', 'SCCACHE_NO_CACHE_X=1', 'SCCACHE_DIRECT_X=0'])).toEqual(NONE);
  });

  it.each(['false', 'off', '0', 'OFF'])('SCCACHE_DIRECT=%s switches direct mode off', (value) => {
    expect(requestSwitches([`SCCACHE_DIRECT=${value}`])).toEqual({ ...NONE, directOff: true });
  });

  it.each(['true', '', 'offline', '00'])('SCCACHE_DIRECT=%s changes nothing', (value) => {
    expect(requestSwitches([`SCCACHE_DIRECT=${value}`])).toEqual(NONE);
  });
});
