import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../../src/config/config-file.ts';
import { configPath } from '../../../src/config/config-path.ts';

describe('readConfigFile', () => {
  it('reads TOML', () => {
    const text = `
basedirs = ["/home/u/project"]
[cache.disk]
dir = "/tmp/.cache/sccache"
size = "7g"
rw_mode = "READ_ONLY"
[cache.disk.preprocessor_cache_mode]
use_preprocessor_cache_mode = true
`;
    expect(readConfigFile('/c', text)).toEqual({
      ok: true,
      value: {
        cacheDirectory: '/tmp/.cache/sccache',
        cacheLimitBytes: 7 * 1024 ** 3,
        readOnly: true,
        directMode: true,
        baseDirectories: ['/home/u/project'],
        unused: [],
      },
    });
  });

  it('reads JSON', () => {
    const text = '{"cache": {"disk": {"size": 1048576, "preprocessor_cache_mode": {}}}}';
    expect(readConfigFile('/c.json', text)).toMatchObject({
      ok: true,
      value: { cacheLimitBytes: 1048576, directMode: false, cacheDirectory: undefined },
    });
  });

  it('may be empty', () => {
    expect(readConfigFile('/c', '')).toMatchObject({ ok: true, value: { cacheLimitBytes: undefined, unused: [] } });
  });

  it('names keys that have no effect', () => {
    const text = `
server_startup_timeout_ms = 20000
[cache.redis]
endpoint = "redis://127.0.0.1"
[dist]
scheduler_url = "http://1.2.3.4:10600"
[dist.auth]
type = "token"
token = "secrettoken"
`;
    const read = readConfigFile('/c', text);
    expect(read.ok && [...read.value.unused].sort()).toEqual(['cache.redis', 'dist', 'server_startup_timeout_ms']);
  });

  it.each([
    [
      'a typing error',
      '/c',
      'basedirs = ["/a"]\n\n[cache.disk]\nsiz = 1\n',
      "/c:4: 'cache.disk.siz': there is no such key",
    ],
    [
      'a wrong word',
      '/c',
      '[cache.disk]\nrw_mode = "RW"\n',
      "/c:2: 'cache.disk.rw_mode': must be 'READ_ONLY' or 'READ_WRITE'",
    ],
    [
      'a wrong size',
      '/c',
      '[cache]\n[cache.disk]\nsize = "7x"\n',
      "/c:3: 'cache.disk.size': must be a number of bytes, or text such as '7g'",
    ],
    [
      'a wrong type',
      '/c',
      '[cache.disk]\n# the place\ndir = 7\n',
      "/c:3: 'cache.disk.dir': must be a value of type string",
    ],
    ['a missing key', '/c', '\n[cache.s3]\nbucket = "b"\n', "/c:2: 'cache.s3.no_credentials': is missing (boolean)"],
    ['a relative base', '/c', 'basedirs = ["/a", "b"]\n', "/c:1: 'basedirs.1': must be an absolute path"],
    ['no TOML', '/c', 'a = 1\nb = \n', /^Failed to load toml config file from \/c:2: Invalid TOML/],
    [
      'a typing error in JSON',
      '/c.json',
      '{\n "cache": {\n  "disc": {}\n }\n}',
      "/c.json:3: 'cache.disc': there is no such key",
    ],
    ['no JSON', '/c.json', '{', /^Failed to load json config file from \/c\.json: .*JSON/],
  ])('says where %s is', (_, path, text, message) => {
    const read = readConfigFile(path, text);
    if (read.ok) throw new Error('accepted');
    if (typeof message === 'string')
      expect(read.error.message.replace(/^Failed to load \w+ config file from /, '')).toBe(message);
    else expect(read.error.message).toMatch(message);
  });
});

describe('configPath', () => {
  const none = (): boolean => false;

  it('is where sccache has it', () => {
    expect(configPath({}, '/home/u', 'linux', none)).toBe('/home/u/.config/sccache/config');
    expect(configPath({ XDG_CONFIG_HOME: '/x' }, '/home/u', 'linux', none)).toBe('/x/sccache/config');
    expect(configPath({ XDG_CONFIG_HOME: 'relative' }, '/home/u', 'linux', none)).toBe(
      '/home/u/.config/sccache/config',
    );
    const current = '/Users/u/Library/Application Support/Mozilla.sccache/config';
    const old = '/Users/u/Library/Preferences/Mozilla.sccache/config';
    expect(configPath({}, '/Users/u', 'darwin', none)).toBe(current);
    expect(configPath({}, '/Users/u', 'darwin', (path) => path === old)).toBe(old);
    expect(configPath({}, '/Users/u', 'darwin', () => true)).toBe(current);
  });

  it('is what SCCACHE_CONF says', () => {
    expect(configPath({ SCCACHE_CONF: '/c.json' }, '/home/u', 'linux', none)).toBe('/c.json');
  });
});
