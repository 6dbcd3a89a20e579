import { decodeManifest, type ManifestResult } from '../key/manifest.ts';
import { markedText } from '../key/places.ts';
import { loadChecksum } from '../storage/checksum.ts';
import { decodeManifest as decodeEntry } from '../storage/entry.ts';
import { layoutOf, SHARDS } from '../storage/local/layout.ts';
import { scanShard } from '../storage/local/shard-scan.ts';
import { type Files, RealFiles } from '../system/files.ts';
import { type ByteString, toText } from '../util/bytes.ts';
import type { Result } from '../util/result.ts';

const RULE = '='.repeat(25);

/**
 * All manifests of a cache directory, each between two rules as sccache shows its preprocessor entries; empty where
 * nothing is cached. What cannot be read is named, and the rest is shown.
 */
export async function manifestsText(cacheDirectory: ByteString, files: Files = new RealFiles()): Promise<string> {
  const layout = layoutOf(cacheDirectory);
  const checksum = await loadChecksum();
  const blocks: string[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for (const { file, kind, hash } of await scanShard(files, layout, shard)) {
      if (kind !== 'manifest') continue;
      const read = files.read(file);
      if (!read.ok || read.value === undefined) continue; // evicted meanwhile
      const content = contentText(decodeEntry(checksum, hash, read.value.bytes));
      if (content === undefined) continue;
      blocks.push(`${RULE}\nShowing preprocessor entry file ${toText(file)}\n${content}${RULE}\n`);
    }
  }
  return blocks.join('');
}

/** Undefined for entries that are stored like manifests and hold something else: toolchains, earlier compiles. */
function contentText(entry: Result<Buffer, string>): string | undefined {
  if (!entry.ok) return `damaged: ${entry.error}\n`;
  return decodeManifest(entry.value, (text) => text)
    ?.results.map(resultText)
    .join('');
}

function resultText({ resultKey, paths, digests, absent, circumstances }: ManifestResult): string {
  return [
    `result ${resultKey}`,
    ...paths.map((path, index) => `  read   ${digests[index] ?? ''} ${toText(markedText(path))}`),
    ...absent.map((path) => `  absent ${toText(markedText(path))}`),
    ...circumstances.map(({ kind, path, value }) => `  ${kind} ${toText(path)} ${toText(markedText(value))}`),
    '',
  ].join('\n');
}
