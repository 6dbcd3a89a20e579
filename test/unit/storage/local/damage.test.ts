import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LocalStore } from '../../../../src/storage/local/store.ts';
import { key, resultOf } from '../../../conformance/storage.ts';
import { manifestFile, openStore, resultFile, temporaryDirectory } from './temporary-store.ts';

const SMALL = resultOf(Buffer.from('a small object'));
const MISS = { ok: true, value: undefined };
const DAMAGED = { ok: false, error: { kind: 'damaged' } };

describe('a damaged entry', () => {
  const change = (position: number) => (file: string) => {
    const bytes = readFileSync(file);
    bytes[position] = (bytes[position] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  };
  const wounds: [string, (file: string) => void][] = [
    ['another magic', change(0)],
    ['another version', change(4)],
    ['another kind', change(5)],
    ['a reserved byte', change(6)],
    ['another checksum', change(8)],
    ['another key', change(16)],
    ['another header length', change(48)],
    ['another header', change(60)],
    ['another content', (file) => change(statSync(file).size - 1)(file)],
    ['a cut end', (file) => truncateSync(file, statSync(file).size - 1)],
    ['half of it', (file) => truncateSync(file, 75)],
    ['nothing in it', (file) => truncateSync(file, 0)],
    ['more behind it', (file) => writeFileSync(file, 'x', { flag: 'a' })],
    ['zeros, as after a power cut', (file) => writeFileSync(file, Buffer.alloc(statSync(file).size))],
  ];

  it.each(wounds)('is reported once, removed, and a miss from then on: %s', async (_, wound) => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.putResult(key(1), SMALL);
    wound(resultFile(directory, key(1)));
    expect(await store.getResult(key(1))).toMatchObject(DAMAGED);
    expect(existsSync(resultFile(directory, key(1)))).toBe(false);
    expect(await store.getResult(key(1))).toEqual(MISS);
  });

  it('is noticed too when it was read before and is held in memory', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.putResult(key(1), SMALL);
    expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: SMALL });
    change(50)(resultFile(directory, key(1)));
    expect(await store.getResult(key(1))).toMatchObject(DAMAGED);
  });

  it('is one that has another name', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.putResult(key(1), SMALL);
    const other = key(1).slice(0, 63) + (key(1).endsWith('0') ? '1' : '0');
    copyFileSync(resultFile(directory, key(1)), resultFile(directory, other));
    expect(await store.getResult(other)).toMatchObject(DAMAGED);
    expect((await store.getResult(key(1))).ok).toBe(true);
  });

  it('is removed when it is a manifest', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.putManifest(key(1), Buffer.from('manifest'));
    change(50)(manifestFile(directory, key(1)));
    expect(await store.getManifest(key(1))).toMatchObject(DAMAGED);
    expect(existsSync(manifestFile(directory, key(1)))).toBe(false);
    expect(await store.getManifest(key(1))).toEqual(MISS);
  });

  it('that is a directory is left alone', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    mkdirSync(resultFile(directory, key(1)), { recursive: true });
    expect(await store.getResult(key(1))).toMatchObject({ ok: false, error: { kind: 'io' } });
    expect(existsSync(resultFile(directory, key(1)))).toBe(true);
  });
});

describe('an entry that is removed by somebody else', () => {
  it('is a miss, though it was held in memory', async () => {
    const directory = temporaryDirectory();
    const [store, other] = [await openStore(directory), await openStore(directory)];
    await store.putResult(key(1), SMALL);
    expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: SMALL });
    truncateSync(resultFile(directory, key(1)), 0);
    expect(await other.getResult(key(1))).toMatchObject(DAMAGED);
    expect(await store.getResult(key(1))).toEqual(MISS);
  });
});

describe('a blob', () => {
  const content = Buffer.alloc(100_000, 'large');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const blobFile = (directory: string) => join(directory, 'v1/cas', sha256.slice(0, 2), sha256);
  const alter = (file: string) => {
    const bytes = readFileSync(file);
    bytes[50_000] = 0;
    writeFileSync(file, bytes);
  };

  async function withBlob(use: (store: LocalStore, directory: string) => Promise<void>, reader: 'writer' | 'another') {
    const directory = temporaryDirectory();
    const writer = await openStore(directory);
    await writer.putResult(key(1), resultOf(content));
    await use(reader === 'writer' ? writer : await openStore(directory), directory);
  }

  describe.each(['writer', 'another'] as const)('read by the store that is %s', (reader) => {
    it('is given as a raw file', () =>
      withBlob(async (store, directory) => {
        const expected = { kind: 'blob', file: blobFile(directory), length: content.length };
        expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: { files: [{ content: expected }] } });
        expect(readFileSync(blobFile(directory)).equals(content)).toBe(true);
      }, reader));

    it.each<[string, (file: string) => void]>([
      ['short', (file) => truncateSync(file, 99_999)],
      ['long', (file) => writeFileSync(file, 'x', { flag: 'a' })],
      ['altered', alter],
    ])('is damage when it is %s, and goes together with its entry', (_, wound) =>
      withBlob(async (store, directory) => {
        wound(blobFile(directory));
        expect(await store.getResult(key(1))).toMatchObject(DAMAGED);
        expect([existsSync(blobFile(directory)), existsSync(resultFile(directory, key(1)))]).toEqual([false, false]);
        expect(await store.getResult(key(1))).toEqual(MISS);
        await store.putResult(key(1), resultOf(content));
        expect(readFileSync(blobFile(directory)).equals(content)).toBe(true);
      }, reader),
    );
  });

  it('that was evicted makes its entry a plain miss, and is written again', () =>
    withBlob(async (store, directory) => {
      expect((await store.getResult(key(1))).ok).toBe(true);
      rmSync(blobFile(directory));
      expect(await store.getResult(key(1))).toEqual(MISS);
      expect(existsSync(resultFile(directory, key(1)))).toBe(false);
      await store.putResult(key(1), resultOf(content));
      expect(readFileSync(blobFile(directory)).equals(content)).toBe(true);
    }, 'writer'));

  it('that was altered is not taken for the content of a new result', () =>
    withBlob(async (store, directory) => {
      alter(blobFile(directory));
      await store.putResult(key(2), resultOf(content));
      expect(readFileSync(blobFile(directory)).equals(content)).toBe(true);
    }, 'another'));

  it('is hashed once for each state of its file', () =>
    withBlob(async (store, directory) => {
      const seconds = Math.floor(Date.now() / 1000);
      utimesSync(blobFile(directory), seconds, seconds);
      expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: {} });
      alter(blobFile(directory));
      // Putting the time back hides the change from all but a digest, so that this shows that none is taken ...
      utimesSync(blobFile(directory), seconds, seconds);
      expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: {} });
      // ... until the state changes.
      utimesSync(blobFile(directory), seconds, seconds - 1);
      expect(await store.getResult(key(1))).toMatchObject(DAMAGED);
    }, 'another'));

  it('of one content is stored once', () =>
    withBlob(async (store) => {
      const put = await store.putResult(key(2), resultOf(content));
      expect(put.ok && put.value.bytes).toBeLessThan(1000);
    }, 'another'));
});
