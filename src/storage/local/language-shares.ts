import { RealFiles } from '../../system/files.ts';
import { fromText } from '../../util/bytes.ts';
import { loadChecksum } from '../checksum.ts';
import { decodeResult } from '../entry.ts';
import { layoutOf, SHARDS } from './layout.ts';
import { diskBytes, scanShard } from './shard-scan.ts';

/** Shares of a thousand results are right to a few in a hundred; reading them takes some 50 ms. */
const MOST_RESULTS = 1_000;

/**
 * What part of a cache directory is results of each language, by the bytes of entries and of the blobs that they name. Shards are
 * alike, so the first ones tell of all. Results that do not say what they are count as `other`.
 */
export async function languageShares(cacheDirectory: string): Promise<Readonly<Record<string, number>>> {
  const files = new RealFiles();
  const layout = layoutOf(fromText(cacheDirectory));
  const checksum = await loadChecksum();
  const bytes = new Map<string, number>();
  let results = 0;
  for (let shard = 0; shard < SHARDS && results < MOST_RESULTS; shard += 1) {
    for (const { file, kind, hash, state } of await scanShard(files, layout, shard)) {
      if (kind !== 'result') continue;
      const read = files.read(file);
      const entry = read.ok && read.value ? decodeResult(checksum, hash, read.value.bytes) : undefined;
      if (!entry?.ok) continue; // evicted meanwhile, or damaged
      results += 1;
      const { language } = entry.value.facts;
      const name = typeof language === 'string' ? language : 'other';
      let size = diskBytes(state.size);
      for (const { content } of entry.value.files) if (content.kind === 'blob') size += diskBytes(content.length);
      bytes.set(name, (bytes.get(name) ?? 0) + size);
    }
  }
  const all = [...bytes.values()].reduce((sum, size) => sum + size, 0);
  return Object.fromEntries([...bytes].map(([name, size]) => [name, size / all]));
}
