import { setImmediate } from 'node:timers/promises';
import type { FileState, Files } from '../../system/files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { type Layout, readName, type StoredKind, TREES } from './layout.ts';

/** A file of the store as a scan saw it. */
export interface ScannedFile {
  readonly file: ByteString;
  readonly kind: StoredKind;
  /** Its key or digest. */
  readonly hash: string;
  readonly state: FileState;
}

/** Some 0.2 ms of system calls between two looks at what else there is to do. */
const FILES_PER_TURN = 64;
const BLOCK = 4096;

/** What a file of `size` bytes takes on the disk. Small entries are many, so the rest of their block counts. */
export function diskBytes(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** The store's files in one shard. Other names, and what disappears meanwhile, are left out. */
export async function scanShard(files: Files, layout: Layout, shard: number): Promise<ScannedFile[]> {
  const found: ScannedFile[] = [];
  for (const tree of TREES) {
    const directory = layout.shardDirectory(tree, shard);
    const names = await files.list(directory);
    for (const [index, name] of names.entries()) {
      if (index % FILES_PER_TURN === FILES_PER_TURN - 1) await setImmediate();
      const read = readName(tree, name);
      if (!read) continue;
      const file = `${directory}/${name}`;
      const state = files.stat(file);
      if (state) found.push({ file, ...read, state });
    }
  }
  return found;
}
