import xxhash from 'xxhash-wasm';

/** A 64-bit checksum of some bytes that also depends on `seed`. Finds damage; it does not stop an attacker. */
export type Checksum = (bytes: Uint8Array, seed: bigint) => bigint;

/**
 * xxhash-wasm copies its input into WebAssembly memory, which grows to the longest input ever seen and never shrinks.
 */
const LONGEST_CHUNK = 256 * 1024;

let loading: Promise<Checksum> | undefined;

/** xxHash64; of longer inputs each chunk of 256 KiB is seeded with the hash of those before it. Compiled once. */
export function loadChecksum(): Promise<Checksum> {
  loading ??= xxhash().then(({ h64Raw }) => (bytes, seed) => {
    if (bytes.length <= LONGEST_CHUNK) return h64Raw(bytes, seed);
    let hash = seed;
    for (let start = 0; start < bytes.length; start += LONGEST_CHUNK) {
      hash = h64Raw(bytes.subarray(start, start + LONGEST_CHUNK), hash);
    }
    return hash;
  });
  return loading;
}
