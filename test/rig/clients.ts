import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The programs under test. `SCCACHE_TEST_DIST` names others than those of the checkout, such as an installed package's. */
export const DIST = process.env['SCCACHE_TEST_DIST'] ?? join(ROOT, 'dist');

/**
 * What stands before the compiler: the native client, the TypeScript one, or nothing. With `none` the differential
 * cases check themselves: each must leave the same bytes when it is run twice.
 */
export type ClientKind = 'native' | 'typescript' | 'none';

/** The client that `SCCACHE_TEST_CLIENT` asks for. */
export function clientUnderTest(): ClientKind {
  const name = process.env['SCCACHE_TEST_CLIENT'] ?? 'native';
  if (name === 'native' || name === 'typescript' || name === 'none') return name;
  throw new Error(`SCCACHE_TEST_CLIENT=${name}: there are native, typescript and none`);
}

/** Makes `path` the command that stands for `sccache`. */
export function installClient(kind: ClientKind, path: string): void {
  if (kind === 'native') {
    symlinkSync(join(DIST, 'sccache'), path);
    return;
  }
  const program = kind === 'none' ? '' : `'${process.execPath}' '${join(dirname(DIST), 'bin/sccache.js')}' `;
  writeFileSync(path, `#!/bin/sh\nexec ${program}"$@"\n`);
  chmodSync(path, 0o755);
}
