import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileProblem, RealFiles } from '../../../../src/system/files.ts';
import type { ByteString } from '../../../../src/util/bytes.ts';
import { failure, type Result } from '../../../../src/util/result.ts';
import { key, resultOf } from '../../../conformance/storage.ts';
import { filesIn, openStore, resultFile, temporaryDirectory } from './temporary-store.ts';

const SMALL = resultOf(Buffer.from('a small object'));
const LARGE = resultOf(Buffer.alloc(100_000, 1));
const MISS = { ok: true, value: undefined };
const NO_SPACE = { code: 'ENOSPC', detail: 'no space left on device' };

/** A disk that fills up: a file is created and then cannot be written, as `write` does it. */
class FullDisk extends RealFiles {
  full = true;
  override async create(path: ByteString, bytes: Uint8Array): Promise<Result<undefined, FileProblem>> {
    if (!this.full) return super.create(path, bytes);
    await super.create(path, bytes.subarray(0, bytes.length / 2));
    return failure(NO_SPACE);
  }
}

describe('a put that fails', () => {
  it('tells why, leaves nothing, and does no harm to the next one', async () => {
    const directory = temporaryDirectory();
    const files = new FullDisk();
    const store = await openStore(directory, { files });
    for (const result of [SMALL, LARGE]) {
      expect(await store.putResult(key(1), result)).toEqual({ ok: false, error: { kind: 'io', ...NO_SPACE } });
    }
    expect(await store.putManifest(key(1), Buffer.from('x'))).toEqual({
      ok: false,
      error: { kind: 'io', ...NO_SPACE },
    });
    expect(filesIn(directory).filter((file) => file !== 'CACHEDIR.TAG')).toEqual([]);
    expect(await store.getResult(key(1))).toEqual(MISS);
    files.full = false;
    expect((await store.putResult(key(1), LARGE)).ok).toBe(true);
    expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: { facts: {} } });
  });

  it('keeps what was there before', async () => {
    const directory = temporaryDirectory();
    await (await openStore(directory)).putResult(key(1), SMALL);
    const store = await openStore(directory, { files: new FullDisk() });
    expect((await store.putResult(key(1), LARGE)).ok).toBe(false);
    expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: SMALL });
  });

  it('leaves nothing when the rename fails', async () => {
    class NoRename extends RealFiles {
      override async rename(): Promise<Result<undefined, FileProblem>> {
        return failure({ code: 'EACCES', detail: 'permission denied' });
      }
    }
    const directory = temporaryDirectory();
    const store = await openStore(directory, { files: new NoRename() });
    expect(await store.putResult(key(1), SMALL)).toMatchObject({ ok: false, error: { code: 'EACCES' } });
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  });
});

describe('a directory that cannot be used', () => {
  it.each(['', '/v1', '/v1/ac', '/tmp'])('for a file is at its place (%j): puts fail, gets miss', async (place) => {
    const directory = join(temporaryDirectory(), 'cache');
    const first = await openStore(directory);
    await first.putResult(key(2), SMALL);
    await first.close();
    rmSync(directory + place, { recursive: true });
    writeFileSync(directory + place, 'a file');
    const store = await openStore(directory);
    expect(await store.getResult(key(1))).toEqual(MISS);
    expect(await store.getManifest(key(1))).toEqual(MISS);
    expect(await store.putResult(key(1), SMALL)).toMatchObject({ ok: false, error: { kind: 'io' } });
    expect((await store.usage()).limit).toBe(1 << 30);
    expect(statSync(directory + place).isFile()).toBe(true);
  });
});

describe('a read-only store', () => {
  it('gives and refuses, and changes nothing', async () => {
    const directory = temporaryDirectory();
    const writer = await openStore(directory);
    await writer.putResult(key(1), LARGE);
    await writer.putResult(key(2), SMALL);
    await writer.close();
    writeFileSync(resultFile(directory, key(2)), 'damage');
    writeFileSync(join(directory, 'tmp/other'), 'x');
    const inTwoDays = { now: () => Date.now() + 48 * 3_600_000 };
    const snapshot = () => filesIn(directory).map((file) => [file, statSync(join(directory, file)).mtimeMs]);
    const before = snapshot();
    const store = await openStore(directory, { readOnly: true, limitBytes: 0, clock: inTwoDays });
    expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: { facts: {} } });
    expect(await store.getResult(key(2))).toMatchObject({ ok: false, error: { kind: 'damaged' } });
    expect(await store.putResult(key(3), SMALL)).toMatchObject({ ok: false, error: { code: 'EROFS' } });
    expect(await store.putManifest(key(3), Buffer.alloc(1))).toMatchObject({ ok: false, error: { code: 'EROFS' } });
    await expect.poll(async () => (await store.usage()).bytes).toBeGreaterThan(100_000);
    await store.close();
    expect(snapshot()).toEqual(before);
  });

  it('does not make the directory', async () => {
    const directory = join(temporaryDirectory(), 'none');
    const store = await openStore(directory, { readOnly: true });
    expect(await store.getResult(key(1))).toEqual(MISS);
    await expect.poll(() => store.usage()).toEqual({ bytes: 0, limit: 1 << 30 });
    await store.close();
    expect(existsSync(directory)).toBe(false);
  });
});

describe('a cache that somebody deletes', () => {
  it('is made again by the next put', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    for (const round of [1, 2]) {
      await store.putResult(key(round), LARGE);
      expect(await store.getResult(key(round))).toMatchObject({ ok: true, value: { facts: {} } });
      rmSync(directory, { recursive: true });
      expect(await store.getResult(key(round))).toEqual(MISS);
      expect((await store.putResult(key(round), LARGE)).ok).toBe(true);
      expect(await store.getResult(key(round))).toMatchObject({ ok: true, value: { facts: {} } });
      expect(existsSync(join(directory, 'CACHEDIR.TAG'))).toBe(true);
    }
  });

  it('while puts are under way loses entries and nothing else', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    const puts = Array.from({ length: 200 }, (_, index) => store.putResult(key(index), index % 10 ? SMALL : LARGE));
    for (let time = 0; time < 5; time++) {
      await Promise.race(puts.slice(time * 30));
      // It fails when something is created under its hands, as `rm -rf` does; half a cache is as good a test.
      try {
        rmSync(directory, { recursive: true });
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(ENOTEMPTY|ENOENT)$/) });
      }
    }
    const outcomes = await Promise.all(puts);
    for (const outcome of outcomes)
      expect(outcome.ok || outcome.error.kind).toSatisfy((it) => it === true || it === 'io');
    for (const [index] of puts.entries()) expect((await store.getResult(key(index))).ok).toBe(true);
    expect((await store.putResult(key(1), LARGE)).ok).toBe(true);
    expect(await store.getResult(key(1))).toMatchObject({ ok: true, value: { facts: {} } });
  });
});

describe('closing', () => {
  it('waits for puts that are under way', async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    const puts = [1, 2, 3].map((index) => store.putResult(key(index), LARGE));
    await store.close();
    expect([1, 2, 3].map((index) => existsSync(resultFile(directory, key(index))))).toEqual([true, true, true]);
    expect((await Promise.all(puts)).every((put) => put.ok)).toBe(true);
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  });
});

it('a key that is none is a bug and not a path', async () => {
  const store = await openStore(temporaryDirectory());
  for (const wrong of ['../../etc/passwd', '', key(1).toUpperCase().replace(/[0-9]/g, 'A'), `${key(1)}.m`]) {
    await expect(store.getResult(wrong)).rejects.toThrow(RangeError);
    await expect(store.putResult(wrong, SMALL)).rejects.toThrow(RangeError);
  }
});
