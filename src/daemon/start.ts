import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * What a client starts as the daemon: runs the bundle `daemon-main.cjs` from its compiled form, where there is one. V8
 * takes 30 to 40 ms of a start for compiling the megabyte, and the functions of the first request when they are called.
 *
 *   code = sha256 of the bundle (32 bytes), what V8 made of it
 *
 * V8 itself refuses the code of another version or of other flags, but of the source it looks at the length alone:
 * hence the digest. The code is believed, so it stands beside the bundle and not in the cache, which others may write to.
 *
 *   node daemon.cjs SOCKET [--write-code]
 *
 * With `--write-code` (an installation asks for it) what was used until the end is left for later starts.
 */
const BUNDLE = join(__dirname, 'daemon-main.cjs');
const CODE = join(__dirname, 'daemon-main.code');
const DIGEST_BYTES = 32;

/**
 * V8 lets garbage lie until the heap is several times what lives in it: behind a project of 101 C++ files a daemon of
 * 200 MiB moved between 220 and 320 in 40,000 hits. With a fifth more it stays at 217.
 */
const HEAP_GROWTH = '--heap-growing-percent=20';
/** By then all compiled code is loaded, Node's and ours: V8 refuses it once its flags are others (30 ms of a start). */
const LOADED_MS = 1_000;

function compiledForm(digest: Buffer): Buffer | undefined {
  try {
    const code = readFileSync(CODE);
    return code.subarray(0, DIGEST_BYTES).equals(digest) ? code.subarray(DIGEST_BYTES) : undefined;
  } catch {
    return undefined;
  }
}

function writeCode(digest: Buffer, script: Script): void {
  const temporary = `${CODE}.${process.pid}.tmp`;
  writeFileSync(temporary, Buffer.concat([digest, script.createCachedData()]));
  renameSync(temporary, CODE);
}

function main(): void {
  const text = readFileSync(BUNDLE);
  const digest = createHash('sha256').update(text).digest();
  const cachedData = compiledForm(digest);
  const script = new Script(wrap(text.toString()), { filename: BUNDLE, ...(cachedData && { cachedData }) });
  if (process.argv[3] === '--write-code') process.on('exit', () => writeCode(digest, script));
  else if (isMainThread) setTimeout(() => setFlagsFromString(HEAP_GROWTH), LOADED_MS).unref();
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(BUNDLE), module, BUNDLE, __dirname);
}

main();
