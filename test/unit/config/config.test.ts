import { describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../../src/config/config.ts';

const GIB = 1024 ** 3;

function load(environment: Record<string, string | undefined>, platform: NodeJS.Platform = 'linux'): Config {
  const config = loadConfig(environment, '/home/u', platform);
  if (!config.ok) throw new Error(config.error.message);
  return config.value;
}

describe('configuration from the environment', () => {
  it('has the defaults of sccache', () => {
    expect(load({})).toEqual({
      cacheDirectory: '/home/u/.cache/sccache',
      cacheLimitBytes: 10 * GIB,
      idleTimeoutSeconds: 600,
      directMode: true,
      readOnly: false,
      workers: 1,
      noDaemon: false,
      logFilter: undefined,
      errorLog: undefined,
      warnings: [],
    });
  });

  it('takes variables that are set but empty for unset', () => {
    const names = ['DIR', 'CACHE_SIZE', 'IDLE_TIMEOUT', 'DIRECT', 'LOCAL_RW_MODE', 'WORKERS', 'SERVER_PORT', 'LOG'];
    expect(load(Object.fromEntries(names.map((name) => [`SCCACHE_${name}`, ''])))).toEqual(load({}));
  });

  it('reads every variable', () => {
    const config = load({
      SCCACHE_DIR: '/c',
      SCCACHE_CACHE_SIZE: '2G',
      SCCACHE_IDLE_TIMEOUT: '0',
      SCCACHE_DIRECT: 'off',
      SCCACHE_LOCAL_RW_MODE: 'read_only',
      SCCACHE_WORKERS: '4',
      SCCACHE_NO_DAEMON: '1',
      SCCACHE_LOG: 'debug',
      SCCACHE_ERROR_LOG: '/tmp/log',
    });
    expect(config).toEqual({
      cacheDirectory: '/c',
      cacheLimitBytes: 2 * GIB,
      idleTimeoutSeconds: 0,
      directMode: false,
      readOnly: true,
      workers: 4,
      noDaemon: true,
      logFilter: 'debug',
      errorLog: '/tmp/log',
      warnings: [],
    });
  });

  it('cannot be changed', () => {
    const config = load({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.warnings)).toBe(true);
  });
});

describe('the cache directory', () => {
  // The location that sccache 0.19.0 shows with these environments.
  it.each([
    [{ XDG_CACHE_HOME: '/xdg' }, '/xdg/sccache'],
    [{ XDG_CACHE_HOME: 'relative' }, '/home/u/.cache/sccache'],
    [{ XDG_CACHE_HOME: '/xdg', SCCACHE_DIR: '/own' }, '/own'],
  ])('with %j is %s', (environment, directory) => {
    expect(load(environment).cacheDirectory).toBe(directory);
  });

  it('is in Library on macOS, whatever XDG says', () => {
    const { cacheDirectory } = load({ XDG_CACHE_HOME: '/xdg' }, 'darwin');
    expect(cacheDirectory).toBe('/home/u/Library/Caches/Mozilla.sccache');
  });

  it('does not depend on where the daemon was started', () => {
    expect(load({ SCCACHE_DIR: 'cache' }).cacheDirectory).toBe('/home/u/cache');
  });
});

describe('a wrong value', () => {
  it.each([
    ['SCCACHE_CACHE_SIZE', '1.5G', '10G is used'],
    ['SCCACHE_IDLE_TIMEOUT', '-1', '600 is used'],
    ['SCCACHE_IDLE_TIMEOUT', 'never', '600 is used'],
    ['SCCACHE_WORKERS', '0', '1 is used'],
    ['SCCACHE_WORKERS', '2.5', '1 is used'],
    ['SCCACHE_WORKERS', '65', '1 is used'],
    ['SCCACHE_SERVER_PORT', '65536', '4226 is used'],
    ['SCCACHE_SERVER_PORT', '0x1082', '4226 is used'],
    ['SCCACHE_LOCAL_RW_MODE', 'rw', 'READ_WRITE is used'],
  ])('%s=%s gives the default and a warning that says so', (variable, value, used) => {
    const { warnings, ...config } = load({ [variable]: value });
    const { warnings: _none, ...defaults } = load({});
    expect(config).toEqual(defaults);
    expect(warnings).toHaveLength(1);
    for (const part of [variable, `'${value}'`, used]) expect(warnings[0]).toContain(part);
  });

  it('of the port does not matter when the socket has a path', () => {
    expect(load({ SCCACHE_SERVER_PORT: 'x', SCCACHE_SERVER_UDS: '/s.sock' }).warnings).toEqual([]);
  });

  it('is warned of each by itself', () => {
    expect(load({ SCCACHE_CACHE_SIZE: 'x', SCCACHE_WORKERS: 'y' }).warnings).toHaveLength(2);
  });
});

describe('SCCACHE_DIRECT', () => {
  it.each([
    ['true', true],
    ['TRUE', true],
    ['On', true],
    ['1', true],
    ['false', false],
    ['Off', false],
    ['0', false],
  ])('%s is %s', (text, value) => {
    expect(load({ SCCACHE_DIRECT: text }).directMode).toBe(value);
  });

  it.each(['yes', 'maybe', ' true', '2'])('%j is an error in the words of sccache', (text) => {
    const config = loadConfig({ SCCACHE_DIRECT: text }, '/home/u', 'linux');
    // Printed by sccache 0.19.0 for SCCACHE_DIRECT=yes.
    const message = "SCCACHE_DIRECT must be 'true', 'on', '1', 'false', 'off' or '0'.";
    expect(config).toEqual({ ok: false, error: { variable: 'SCCACHE_DIRECT', message } });
  });
});
