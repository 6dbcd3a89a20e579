import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadChecksum } from '../../../src/storage/checksum.ts';
import { compressBlob, decompressBlob, flawOfCompressed } from '../../../src/storage/compressed-blob.ts';
import { loadZstd } from '../../../src/storage/zstd.ts';

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const tools = async () => ({ zstd: await loadZstd(), checksum: await loadChecksum() });
const never = () => false;

async function compressed(content: Buffer): Promise<Buffer> {
  const result = await compressBlob(await tools(), content, digest(content), never);
  if (!result.ok || result.value === undefined) throw new Error('not compressed');
  return result.value;
}

/** Compressible, and different everywhere. */
const text = (length: number) =>
  Buffer.from(Array.from({ length: length / 8 + 1 }, (_, index) => index.toString(36).padStart(8)).join('')).subarray(
    0,
    length,
  );

describe('a compressed blob', () => {
  it.each([0, 1, 65_536, 262_143, 262_144, 262_145, 1_000_000])('of %i bytes gives them back', async (length) => {
    for (const content of [text(length), randomBytes(length)]) {
      const file = await compressed(content);
      expect(flawOfCompressed(await loadChecksum(), file)).toBeUndefined();
      const back = await decompressBlob(await tools(), file, digest(content), length);
      expect(back.ok && back.value.equals(content)).toBe(true);
    }
  });

  it('is smaller', async () => {
    expect((await compressed(text(1_000_000))).length).toBeLessThan(500_000);
  });

  it('can be read by zstd', async () => {
    const content = text(600_000);
    const output = execFileSync('zstd', ['-d', '-c'], { input: await compressed(content), maxBuffer: 1 << 24 });
    expect(output.equals(content)).toBe(true);
  });

  it('is not made of what has another digest, nor when there is no time', async () => {
    const content = text(600_000);
    expect(await compressBlob(await tools(), content, digest(randomBytes(1)), never)).toMatchObject({ ok: false });
    let turns = 0;
    const halted = () => ++turns > 2;
    expect(await compressBlob(await tools(), content, digest(content), halted)).toEqual({ ok: true, value: undefined });
    expect(turns).toBe(3);
  });

  it('lets others have their turn', async () => {
    let others = 0;
    const ticking = setInterval(() => others++, 0);
    const file = await compressed(text(3_000_000));
    const afterCompressing = others;
    await decompressBlob(await tools(), file, digest(text(3_000_000)), 3_000_000);
    clearInterval(ticking);
    expect(afterCompressing).toBeGreaterThan(3);
    expect(others - afterCompressing).toBeGreaterThan(1);
  });
});

describe('a damaged compressed blob', () => {
  const content = text(600_000);

  it('is noticed wherever a bit is flipped or it is cut', async () => {
    const file = await compressed(content);
    const checksum = await loadChecksum();
    const positions = [...Array.from({ length: 64 }, (_, at) => at), 100, file.length >> 1, file.length - 1];
    for (const position of positions) {
      const altered = Buffer.from(file);
      altered[position] = (altered[position] ?? 0) ^ 4;
      expect(flawOfCompressed(checksum, altered), `bit at ${position}`).toBeDefined();
      expect((await decompressBlob(await tools(), altered, digest(content), content.length)).ok).toBe(false);
    }
    for (const length of [0, 7, 31, 36, 60, file.length >> 1, file.length - 1]) {
      expect(flawOfCompressed(checksum, file.subarray(0, length)), `cut at ${length}`).toBeDefined();
    }
    expect(flawOfCompressed(checksum, Buffer.concat([file, Buffer.alloc(1)]))).toBeDefined();
    expect(flawOfCompressed(checksum, file)).toBeUndefined();
  });

  it('is one with another content or length than its name says', async () => {
    const file = await compressed(content);
    expect(await decompressBlob(await tools(), file, digest(randomBytes(1)), content.length)).toMatchObject({
      ok: false,
    });
    expect(await decompressBlob(await tools(), file, digest(content), content.length - 1)).toMatchObject({ ok: false });
  });
});
