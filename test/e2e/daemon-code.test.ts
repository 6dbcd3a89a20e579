import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { wrap } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { DIST } from '../rig/clients.ts';
import { World } from '../rig/world.ts';

const DIGEST_BYTES = 32;

/** What a daemon of these programs logs when it starts, after a compile that was right. */
async function startedLog(world: World, programs: string): Promise<string> {
  world.write({ 'a.c': 'int f(void) { return 1; }\n' });
  await world.succeed('gcc -c a.c -o reference.o');
  const env = { SCCACHE_ERROR_LOG: world.path('log'), SCCACHE_LOG: 'info' };
  await world.succeed(`${programs}/sccache gcc -c a.c && cmp a.o reference.o`, { env });
  await world.stopDaemon();
  return readFileSync(world.path('log'), 'latin1');
}

function copyPrograms(world: World): string {
  const programs = join(world.directory, 'programs');
  cpSync(DIST, programs, { recursive: true });
  return programs;
}

describe("the daemon's compiled form", () => {
  it('is there after a build, belongs to the bundle, and V8 takes it', () => {
    const bundle = readFileSync(join(DIST, 'daemon-main.cjs'));
    const code = readFileSync(join(DIST, 'daemon-main.code'));
    expect(code.subarray(0, DIGEST_BYTES)).toEqual(createHash('sha256').update(bundle).digest());
    const cachedData = code.subarray(DIGEST_BYTES);
    expect(new Script(wrap(bundle.toString()), { cachedData }).cachedDataRejected).toBe(false);
  });

  it('of another bundle of the same length is not taken', async () => {
    await using world = new World();
    const programs = copyPrograms(world);
    const path = join(programs, 'daemon-main.cjs');
    const bundle = readFileSync(path, 'utf8');
    writeFileSync(path, bundle.replace('`listening on ', '`LISTENING on '));
    expect(await startedLog(world, programs)).toContain('LISTENING on ');
  });

  it.each([
    { how: 'missing', spoil: (path: string) => rmSync(path) },
    { how: 'empty', spoil: (path: string) => writeFileSync(path, '') },
    { how: 'cut off', spoil: (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 100_000)) },
    {
      how: "another Node's",
      spoil: (path: string) => {
        const code = readFileSync(path);
        writeFileSync(path, code.fill(0xff, DIGEST_BYTES, DIGEST_BYTES + 64));
      },
    },
  ])('is not needed: $how', async ({ spoil }) => {
    await using world = new World();
    const programs = copyPrograms(world);
    spoil(join(programs, 'daemon-main.code'));
    expect(await startedLog(world, programs)).toContain('listening on ');
  });
});
