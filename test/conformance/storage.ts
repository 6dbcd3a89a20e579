import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Storage, StoredContent, StoredResult } from '../../src/storage/storage.ts';
import { toPath } from '../../src/util/bytes.ts';

/** A storage to test, and how to get rid of it. */
export interface StorageUnderTest {
  readonly storage: Storage;
  dispose(): Promise<void>;
}

/** What every `Storage` has to do. `make` gives an empty one of at least 64 MiB. */
export function describeStorage(name: string, make: () => Promise<StorageUnderTest>): void {
  describe(`${name} as a storage`, () => {
    let made: StorageUnderTest;
    let storage: Storage;
    beforeEach(async () => {
      made = await make();
      storage = made.storage;
    });
    afterEach(async () => {
      await storage.close();
      await made.dispose();
    });

    const expectStored = async (key: string, expected: StoredResult) => {
      const got = await storage.getResult(key);
      expect(got.ok && got.value && comparable(got.value)).toEqual(comparable(expected));
    };

    it('has nothing at first', async () => {
      expect(await storage.getResult(key(1))).toEqual({ ok: true, value: undefined });
      expect(await storage.getManifest(key(1))).toEqual({ ok: true, value: undefined });
    });

    it('gives back a result with several files, their modes and facts', async () => {
      const result: StoredResult = {
        stdout: Buffer.from('out\n'),
        stderr: Buffer.from('x.c:1: warning\n'),
        facts: { dependencies: 'x.h', count: 3, nested: { list: [1, 'two', null, true] } },
        files: [
          { role: 'object', mode: 0o666, content: inline(Buffer.from('object')) },
          { role: 'dependencies', mode: 0o644, content: inline(Buffer.from('x.o: x.c\n')) },
          { role: 'program', mode: 0o777, content: inline(randomBytes(100_000)) },
        ],
      };
      expect((await storage.putResult(key(1), result)).ok).toBe(true);
      await expectStored(key(1), result);
    });

    it('keeps empty streams, empty files, and a result without files', async () => {
      const empty = resultOf(Buffer.alloc(0));
      const bare = { ...empty, files: [] };
      await storage.putResult(key(1), empty);
      await storage.putResult(key(2), bare);
      await expectStored(key(1), empty);
      await expectStored(key(2), bare);
    });

    it('keeps every byte value', async () => {
      const every = Buffer.from(Array.from({ length: 1024 }, (_, index) => index & 0xff));
      const result = { ...resultOf(every), stdout: every, stderr: every };
      await storage.putResult(key(1), result);
      await expectStored(key(1), result);
    });

    it.each([65_535, 65_536, 65_537, 262_144, 300_001, 5_000_000])('keeps a file of %i bytes', async (length) => {
      const result = resultOf(randomBytes(length));
      const put = await storage.putResult(key(1), result);
      expect(put.ok && put.value.bytes).toBeGreaterThanOrEqual(length);
      await expectStored(key(1), result);
    });

    it('keeps the same large content in two results, and twice in one', async () => {
      const content = randomBytes(200_000);
      const twice = { ...resultOf(content), files: [...resultOf(content).files, ...resultOf(content).files] };
      await storage.putResult(key(1), resultOf(content));
      await storage.putResult(key(2), twice);
      await expectStored(key(1), resultOf(content));
      await expectStored(key(2), twice);
    });

    it('stores what another storage gave out', async () => {
      const result = resultOf(randomBytes(150_000));
      await storage.putResult(key(1), result);
      const got = await storage.getResult(key(1));
      if (!got.ok || !got.value) throw new Error('nothing stored');
      expect((await storage.putResult(key(2), got.value)).ok).toBe(true);
      await expectStored(key(2), result);
    });

    it('replaces a result', async () => {
      const [first, second] = [resultOf(randomBytes(90_000)), resultOf(Buffer.from('second'))];
      await storage.putResult(key(1), first);
      await expectStored(key(1), first);
      await storage.putResult(key(1), second);
      await expectStored(key(1), second);
      await storage.putResult(key(1), first);
      await expectStored(key(1), first);
    });

    it('keeps and replaces manifests, apart from the result of the same key', async () => {
      await storage.putResult(key(1), resultOf(Buffer.from('object')));
      for (const manifest of [randomBytes(70_000), Buffer.alloc(0), Buffer.from('three')]) {
        expect(await storage.putManifest(key(1), manifest)).toEqual({ ok: true, value: undefined });
        const got = await storage.getManifest(key(1));
        expect(got.ok && got.value?.equals(manifest)).toBe(true);
      }
      await expectStored(key(1), resultOf(Buffer.from('object')));
    });

    it('has one whole result after concurrent puts of a key, and never a mixture', async () => {
      const results = Array.from({ length: 16 }, (_, index) => {
        const text = Buffer.from(`result ${index}`);
        return { ...resultOf(randomBytes(index % 2 ? 100 : 80_000)), stdout: text, facts: { index } };
      });
      const puts = results.map((result) => storage.putResult(key(1), result));
      const reads = results.map(() => storage.getResult(key(1)));
      expect((await Promise.all(puts)).every((put) => put.ok)).toBe(true);
      for (const got of [...(await Promise.all(reads)), await storage.getResult(key(1))]) {
        if (!got.ok) throw new Error(got.error.detail);
        if (got.value === undefined) continue;
        const { index } = got.value.facts;
        const original = results[Number(index)];
        expect(original && comparable(original)).toEqual(comparable(got.value));
      }
      expect(await storage.getResult(key(1))).toMatchObject({ ok: true, value: { facts: {} } });
    });

    it('keeps many results apart', async () => {
      const results = Array.from({ length: 50 }, (_, index) => resultOf(Buffer.from(`object ${index}`)));
      await Promise.all(results.map((result, index) => storage.putResult(key(index), result)));
      for (const [index, result] of results.entries()) await expectStored(key(index), result);
    });

    it('tells its limit and, when it knows, the bytes in use', async () => {
      await storage.putResult(key(1), resultOf(randomBytes(1_000_000)));
      const { bytes, limit } = await storage.usage();
      expect(limit).toBeGreaterThan(0);
      if (bytes !== undefined) expect(bytes).toBeGreaterThanOrEqual(1_000_000);
    });
  });
}

/** A key that depends on a number, in the first digits too. */
export function key(index: number): string {
  return ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0').repeat(8);
}

/** A result with one output. */
export function resultOf(object: Buffer): StoredResult {
  const files = [{ role: 'object', mode: 0o666, content: inline(object) }];
  return { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), facts: {}, files };
}

function inline(bytes: Buffer): StoredContent {
  return { kind: 'inline', bytes };
}

/** A result with all contents as digits, wherever they are, so that comparing and printing them is cheap. */
function comparable(result: StoredResult) {
  const files = result.files.map(({ role, mode, content }) => {
    if (content.kind === 'inline') return { role, mode, bytes: content.bytes.toString('latin1') };
    const bytes = readFileSync(toPath(content.file));
    expect(bytes.length).toBe(content.length);
    return { role, mode, bytes: bytes.toString('latin1') };
  });
  return { ...result, stdout: result.stdout.toString('latin1'), stderr: result.stderr.toString('latin1'), files };
}
