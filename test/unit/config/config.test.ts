import { describe, expect, it } from 'vitest';
import { differingSettings } from '../../../src/config/compare.ts';
import { type Config, configFrom, type FileSettings } from '../../../src/config/config.ts';

const GIB = 1024 ** 3;

function load(
  environment: Record<string, string | undefined>,
  platform: NodeJS.Platform = 'linux',
  file?: FileSettings,
): Config {
  const config = configFrom(environment, file, '/home/u', platform, []);
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
      baseDirectories: [],
      workers: 1,
      noDaemon: false,
      logFilter: undefined,
      errorLog: undefined,
      warnings: [],
      idle: [],
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
      SCCACHE_BASEDIRS: '/b',
    });
    expect(config).toEqual({
      cacheDirectory: '/c',
      baseDirectories: ['/b'],
      cacheLimitBytes: 2 * GIB,
      idleTimeoutSeconds: 0,
      directMode: false,
      readOnly: true,
      workers: 4,
      noDaemon: true,
      logFilter: 'debug',
      errorLog: '/tmp/log',
      warnings: [],
      idle: [],
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
    const config = configFrom({ SCCACHE_DIRECT: text }, undefined, '/home/u', 'linux', []);
    // Printed by sccache 0.19.0 for SCCACHE_DIRECT=yes.
    const message = "SCCACHE_DIRECT must be 'true', 'on', '1', 'false', 'off' or '0'.";
    expect(config).toEqual({ ok: false, error: { variable: 'SCCACHE_DIRECT', message } });
  });
});

describe('configuration from a file', () => {
  const file: FileSettings = {
    cacheDirectory: '/from/file',
    cacheLimitBytes: GIB,
    readOnly: true,
    directMode: false,
    baseDirectories: ['/b'],
    unused: [],
  };

  it('counts where no variable says otherwise', () => {
    expect(load({}, 'linux', file)).toMatchObject({
      cacheDirectory: '/from/file',
      cacheLimitBytes: GIB,
      readOnly: true,
      directMode: false,
      baseDirectories: ['/b'],
    });
  });

  it('loses against each variable by itself', () => {
    expect(load({ SCCACHE_DIR: '/d' }, 'linux', file)).toMatchObject({ cacheDirectory: '/d', cacheLimitBytes: GIB });
    expect(load({ SCCACHE_CACHE_SIZE: '3G' }, 'linux', file)).toMatchObject({
      cacheLimitBytes: 3 * GIB,
      readOnly: true,
    });
    expect(load({ SCCACHE_LOCAL_RW_MODE: 'read_write' }, 'linux', file).readOnly).toBe(false);
    expect(load({ SCCACHE_DIRECT: '1' }, 'linux', file).directMode).toBe(true);
    expect(load({ SCCACHE_BASEDIRS: '' }, 'linux', file).baseDirectories).toEqual([]);
  });

  it('counts where a variable is wrong', () => {
    const config = load({ SCCACHE_CACHE_SIZE: 'much', SCCACHE_LOCAL_RW_MODE: 'maybe' }, 'linux', file);
    expect(config).toMatchObject({ cacheLimitBytes: GIB, readOnly: true });
    expect(config.warnings).toEqual([
      expect.stringContaining('1G is used'),
      expect.stringContaining('READ_ONLY is used'),
    ]);
  });

  it('warns of what has no effect', () => {
    expect(load({}, 'linux', { ...file, unused: ['cache.s3'] }).idle).toEqual([
      "configuration key 'cache.s3' has no effect here",
    ]);
  });
});

describe('SCCACHE_BASEDIRS', () => {
  it('is a list of absolute directories', () => {
    expect(load({ SCCACHE_BASEDIRS: '/a/b/:/c/../d:/a/b:/' }).baseDirectories).toEqual(['/a/b', '/d', '/']);
  });

  it('may not be relative', () => {
    expect(configFrom({ SCCACHE_BASEDIRS: '/a:b' }, undefined, '/home/u', 'linux', [])).toMatchObject({
      ok: false,
      error: { message: 'Basedir path must be absolute: "b"' },
    });
  });
});

describe('variables without effect', () => {
  it('are said, with what is lacking', () => {
    const { warnings, idle } = load({ SCCACHE_BUCKET: 'b', SCCACHE_CACHE_ZSTD_LEVEL: '9', SCCACHE_CLIENT_SIDE: 'on' });
    expect(warnings).toEqual([]);
    expect(idle).toEqual([
      'SCCACHE_BUCKET has no effect: there is no remote storage yet',
      'SCCACHE_CACHE_ZSTD_LEVEL has no effect: what is in use is not compressed, and the rest with level 3',
    ]);
    expect(load({ SCCACHE_BUCKET: '' }).idle, 'empty is not set').toEqual([]);
  });

  it.each([
    ['SCCACHE_CACHE_SIZ', 'there is no variable SCCACHE_CACHE_SIZ; is SCCACHE_CACHE_SIZE meant?'],
    ['SCCACHE_SOMETHING_ELSE', 'there is no variable SCCACHE_SOMETHING_ELSE'],
  ])('that nobody knows: %s', (name, said) => {
    expect(load({ [name]: '1' })).toMatchObject({ warnings: [said], idle: [] });
  });

  it.each(['SCCACHE_CLIENT_SIDE', 'SCCACHE_SKIP_CACHE_CHECK'])('are checked as in sccache: %s', (name) => {
    const config = configFrom({ [name]: 'maybe' }, undefined, '/home/u', 'linux', []);
    expect(config).toMatchObject({
      ok: false,
      error: { message: `${name} must be 'true', 'on', '1', 'false', 'off' or '0'.` },
    });
  });
});

describe('settings of a daemon and of somebody who asks it', () => {
  const compare = (daemon: Record<string, string>, caller: Record<string, string>) =>
    differingSettings(load(daemon), load(caller), caller);

  it('are the same where they come to the same', () => {
    expect(compare({}, {})).toEqual([]);
    expect(compare({ SCCACHE_CACHE_SIZE: '10G', SCCACHE_IDLE_TIMEOUT: '600' }, { SCCACHE_DIRECT: 'on' })).toEqual([]);
  });

  it('are told with both values', () => {
    expect(compare({ SCCACHE_CACHE_SIZE: '5G' }, { SCCACHE_CACHE_SIZE: '1500M', SCCACHE_LOG: 'debug' })).toEqual([
      'SCCACHE_CACHE_SIZE is 1500M here, 5G in the daemon',
      'SCCACHE_LOG is debug here, not set in the daemon',
    ]);
  });

  it('count where the caller sets them, and where the cache is in any case', () => {
    expect(compare({ SCCACHE_DIR: '/c', SCCACHE_IDLE_TIMEOUT: '0' }, {})).toEqual([
      'SCCACHE_DIR is /home/u/.cache/sccache here, /c in the daemon',
    ]);
  });

  it('do not count where those of the request are used', () => {
    expect(compare({}, { SCCACHE_BASEDIRS: '/b', SCCACHE_DIRECT: '0' })).toEqual([]);
    expect(compare({ SCCACHE_BASEDIRS: '/b' }, {})).toEqual(['SCCACHE_BASEDIRS is not set here, /b in the daemon']);
  });
});
