import { type ByteString, fromText } from '../../util/bytes.ts';
import { isSha256 } from '../entry.ts';
import type { StoreKey } from '../storage.ts';

/** Shards of each tree: the first two hexadecimal digits of a name. */
export const SHARDS = 256;

/** Entries are found by key, blobs by content. */
export type Tree = 'ac' | 'cas';
export const TREES: readonly Tree[] = ['ac', 'cas'];

/** What a file of the store is. */
export type StoredKind = 'result' | 'manifest' | 'blob' | 'compressed';

const MANIFEST_SUFFIX = '.m';
const COMPRESSED_SUFFIX = '.zst';

/**
 * Where things are in a cache directory:
 *
 *   v1/ac/ab/<key>        results         v1/cas/cd/<sha256>      large outputs, once per content
 *   v1/ac/ab/<key>.m      manifests       v1/cas/cd/<sha256>.zst  the same, compressed when nobody uses them
 *   tmp/                  writes under way
 *   v1/sizes.json         what the shards held when last seen, and how far the round through them is
 */
export interface Layout {
  readonly root: ByteString;
  readonly temporary: ByteString;
  readonly tag: ByteString;
  readonly sizes: ByteString;
  resultFile(key: StoreKey): ByteString;
  manifestFile(key: StoreKey): ByteString;
  blobFile(sha256: string): ByteString;
  compressedFile(sha256: string): ByteString;
  shardDirectory(tree: Tree, shard: number): ByteString;
}

/** The layout of version 1 under a directory. Keys that are no keys are a bug of the caller and throw. */
export function layoutOf(root: ByteString): Layout {
  const place = (tree: Tree, name: string): ByteString => {
    if (!isSha256(name)) throw new RangeError(`not a key of the store: ${name}`);
    return `${root}/v1/${tree}/${name.slice(0, 2)}/${name}`;
  };
  return {
    root,
    temporary: `${root}/tmp`,
    tag: `${root}/CACHEDIR.TAG`,
    sizes: `${root}/v1/sizes.json`,
    resultFile: (key) => place('ac', key),
    manifestFile: (key) => place('ac', key) + MANIFEST_SUFFIX,
    blobFile: (sha256) => place('cas', sha256),
    compressedFile: (sha256) => place('cas', sha256) + COMPRESSED_SUFFIX,
    shardDirectory: (tree, shard) => `${root}/v1/${tree}/${shard.toString(16).padStart(2, '0')}`,
  };
}

/** The shard of a key or blob. */
export function shardOf(name: string): number {
  return Number.parseInt(name.slice(0, 2), 16);
}

/** What the file of this name in a tree is, and its key or digest; undefined for a name that the store does not give. */
export function readName(tree: Tree, name: ByteString): { kind: StoredKind; hash: string } | undefined {
  const suffix = tree === 'ac' ? MANIFEST_SUFFIX : COMPRESSED_SUFFIX;
  const hash = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  if (!isSha256(hash)) return undefined;
  if (tree === 'ac') return { kind: hash === name ? 'result' : 'manifest', hash };
  return { kind: hash === name ? 'blob' : 'compressed', hash };
}

/** https://bford.info/cachedir/: backup programs skip a directory with this file. */
export const CACHE_TAG = Buffer.from(
  fromText(
    'Signature: 8a477f597d28d172789f06886806bc55\n# This directory is the cache of sccache. It may be deleted at any time.\n',
  ),
);
