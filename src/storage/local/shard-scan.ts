import { setImmediate } from 'node:timers/promises';
import type { Files } from '../../system/files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { isStoreName, type Layout } from './layout.ts';
import { EMPTY_SHARD, type ShardSize } from './sizes.ts';

/** A file of the store as a scan saw it. */
export interface ScannedFile {
  readonly file: ByteString;
  /** On the disk. */
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Some 0.2 ms of system calls between two looks at the requests that wait. */
const FILES_PER_TURN = 64;
const BLOCK = 4096;

/** What a file of `size` bytes takes on the disk. Small entries are many, so the rest of their block counts. */
export function diskBytes(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** The store's files in one shard. Other names, and what disappears meanwhile, are left out. */
export async function scanShard(files: Files, layout: Layout, shard: number): Promise<ScannedFile[]> {
  const found: ScannedFile[] = [];
  for (const directory of layout.shardDirectories(shard)) {
    const names = await files.list(directory);
    for (const [index, name] of names.entries()) {
      if (index % FILES_PER_TURN === FILES_PER_TURN - 1) await setImmediate();
      if (!isStoreName(name)) continue;
      const file = `${directory}/${name}`;
      const state = files.stat(file);
      if (state) found.push({ file, bytes: diskBytes(state.size), modifiedMs: state.modifiedMs });
    }
  }
  return found;
}

/** The size of a shard with these files. */
export function sizeOf(found: readonly ScannedFile[]): ShardSize {
  return found.reduce(
    (size, { bytes, modifiedMs }) => ({ bytes: size.bytes + bytes, oldestMs: Math.min(size.oldestMs, modifiedMs) }),
    EMPTY_SHARD,
  );
}
