import { type ByteString, fromText } from '../../util/bytes.ts';
import { isSha256 } from '../entry.ts';
import type { StoreKey } from '../storage.ts';

/** Shards of each tree: the first two hexadecimal digits of a name. */
export const SHARDS = 256;

const MANIFEST_SUFFIX = '.m';

/**
 * Where things are in a cache directory:
 *
 *   v1/ac/ab/<key>        results         v1/cas/cd/<sha256>  large outputs, once per content
 *   v1/ac/ab/<key>.m      manifests       v1/sizes.json       what the shards held when last seen
 *   tmp/                  writes under way
 */
export interface Layout {
  readonly root: ByteString;
  readonly temporary: ByteString;
  readonly tag: ByteString;
  readonly sizes: ByteString;
  resultFile(key: StoreKey): ByteString;
  manifestFile(key: StoreKey): ByteString;
  blobFile(sha256: string): ByteString;
  /** The directories of one shard: entries, blobs. */
  shardDirectories(shard: number): readonly ByteString[];
}

/** The layout of version 1 under a directory. Keys that are no keys are a bug of the caller and throw. */
export function layoutOf(root: ByteString): Layout {
  const place = (tree: string, name: string): ByteString => {
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
    shardDirectories(shard) {
      const name = shard.toString(16).padStart(2, '0');
      return [`${root}/v1/ac/${name}`, `${root}/v1/cas/${name}`];
    },
  };
}

/** The shard of a key or blob. */
export function shardOf(name: string): number {
  return Number.parseInt(name.slice(0, 2), 16);
}

/** True for the file names that the store gives; all others in its directories are somebody else's. */
export function isStoreName(name: ByteString): boolean {
  return isSha256(name.endsWith(MANIFEST_SUFFIX) ? name.slice(0, -MANIFEST_SUFFIX.length) : name);
}

/** https://bford.info/cachedir/: backup programs skip a directory with this file. */
export const CACHE_TAG = Buffer.from(
  fromText(
    'Signature: 8a477f597d28d172789f06886806bc55\n# This directory is the cache of sccache. It may be deleted at any time.\n',
  ),
);
