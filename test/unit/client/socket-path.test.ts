import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locateSocket, requestHash, workerSocket } from '../../../src/client/socket-path.ts';

let runtime: string;
beforeEach(() => {
  runtime = mkdtempSync(join(tmpdir(), 'sccache-runtime-'));
});
afterEach(() => rmSync(runtime, { recursive: true }));

test('the socket is in a private directory below XDG_RUNTIME_DIR, named by the port', () => {
  const environment = { XDG_RUNTIME_DIR: runtime };
  expect(locateSocket(environment, false).ok).toBe(false);
  expect(locateSocket(environment, true)).toEqual({ ok: true, value: `${runtime}/sccache/4226.sock` });
  expect(statSync(join(runtime, 'sccache')).mode & 0o777).toBe(0o700);
  const named = locateSocket({ ...environment, SCCACHE_SERVER_PORT: '5000' }, false);
  expect(named).toEqual({ ok: true, value: `${runtime}/sccache/5000.sock` });
  for (const port of ['', 'x', '-1', '70000']) {
    const other = locateSocket({ ...environment, SCCACHE_SERVER_PORT: port }, false);
    expect(other).toEqual({ ok: true, value: `${runtime}/sccache/4226.sock` });
  }
});

test('a directory that others can enter, or a link, is not used', () => {
  mkdirSync(join(runtime, 'sccache'));
  chmodSync(join(runtime, 'sccache'), 0o750);
  expect(locateSocket({ XDG_RUNTIME_DIR: runtime }, true).ok).toBe(false);
  rmSync(join(runtime, 'sccache'), { recursive: true });
  mkdirSync(join(runtime, 'real'), { mode: 0o700 });
  symlinkSync('real', join(runtime, 'sccache'));
  expect(locateSocket({ XDG_RUNTIME_DIR: runtime }, true).ok).toBe(false);
});

test('a runtime directory that does not exist is as good as none', () => {
  const located = locateSocket({ XDG_RUNTIME_DIR: join(runtime, 'none') }, true);
  expect(located).toEqual({ ok: true, value: `/tmp/sccache-${process.geteuid?.()}/4226.sock` });
});

test('SCCACHE_SERVER_UDS names the socket, as long as an address can hold it', () => {
  expect(locateSocket({ SCCACHE_SERVER_UDS: '/x/y' }, false)).toEqual({ ok: true, value: '/x/y' });
  expect(locateSocket({ SCCACHE_SERVER_UDS: `/${'x'.repeat(106)}` }, false).ok).toBe(process.platform === 'linux');
  expect(locateSocket({ SCCACHE_SERVER_UDS: `/${'x'.repeat(107)}` }, false).ok).toBe(false);
  expect(locateSocket({ SCCACHE_SERVER_UDS: 'x' }, false).ok, 'another one in each directory').toBe(false);
  expect(locateSocket({ SCCACHE_SERVER_UDS: String.raw`\x00x` }, false).ok).toBe(false);
});

test('the hash is FNV-1a (the published vectors of strings with their NUL)', () => {
  expect(requestHash('', [])).toBe(0x050c5d1f);
  expect(requestHash('a', [])).toBe(0x2b24d044);
  expect(requestHash('a', ['b'])).not.toBe(requestHash('ab', ['']));
});

test('without a count of workers there is one', () => {
  const socket = join(runtime, 's');
  expect(workerSocket(socket, 7)).toBe(socket);
  symlinkSync('4', `${socket}.workers`);
  expect([4, 5, 7].map((hash) => workerSocket(socket, hash))).toEqual([socket, `${socket}.1`, `${socket}.3`]);
  rmSync(`${socket}.workers`);
  symlinkSync('rubbish', `${socket}.workers`);
  expect(workerSocket(socket, 7)).toBe(socket);
});
