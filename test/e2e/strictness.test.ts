import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { World } from '../rig/world.ts';

/** Longer than a tick of the kernel's clock: what was written before is older than a compile behind it. */
const TICK_MS = 25;

let world: World;
beforeAll(async () => {
  world = new World();
  await world.startDaemon();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const explain = async (words: string): Promise<string> =>
  (await world.run(`${world.sccache} --explain ${words}`)).stdout.toString();

describe('SCCACHE_TERMINATE_ON_MISS', () => {
  const strict = { env: { SCCACHE_TERMINATE_ON_MISS: '1' } };
  beforeEach(async () => {
    world.write({ 'x.c': '#include "a.h"\nint x = A;\n', 'a.h': '#define A 1\n' });
    rmSync(world.path('x.o'), { force: true });
    await sleep(TICK_MS);
  });

  it('lets hits through, and what is no compile', async () => {
    const compile = `${world.sccache} gcc -c x.c -o x.o`;
    await world.succeed(compile);
    rmSync(world.path('x.o'));
    expect(await world.outcomes(() => world.succeed(compile, strict))).toBe('hit');
    expect(existsSync(world.path('x.o'))).toBe(true);
    await world.succeed(`${world.sccache} gcc -shared x.o -o x.so`, strict);
  });

  it('makes a miss an error that explains itself, and compiles nothing', async () => {
    await world.succeed(`${world.sccache} gcc -O1 -c x.c -o x.o`);
    rmSync(world.path('x.o'));
    const { code, stdout, stderr } = await world.run(`${world.sccache} gcc -O2 -c x.c -o x.o`, strict);
    expect({ code, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'sccache: error: SCCACHE_TERMINATE_ON_MISS is set, and x.o is a miss\n  argument changed: -O1 → -O2\n',
    });
    expect(existsSync(world.path('x.o'))).toBe(false);
    expect(await explain('x.o')).toMatch(/^✗ x\.o: miss, which SCCACHE_TERMINATE_ON_MISS makes an error, /);
  });

  it('names the file that changed', async () => {
    await world.succeed(`${world.sccache} gcc -O3 -c x.c -o x.o`);
    world.write({ 'a.h': '#define A 2\n' });
    await sleep(TICK_MS);
    const { stderr } = await world.run(`${world.sccache} gcc -O3 -c x.c -o x.o`, strict);
    expect(stderr.toString()).toContain('\n  file changed: a.h\n');
  });
});

describe('a link to a header', () => {
  it('that leads elsewhere right after a compile is not taken for what was compiled', async () => {
    world.write({
      ...{ 'l.c': '#include "link.h"\n#include "dir/h.h"\nint l = L + H;\n', 'one.h': '#define L 1\n' },
      ...{ 'two.h': '#define L 2\n', 'd1/h.h': '#define H 10\n', 'd2/h.h': '#define H 20\n' },
    });
    await sleep(TICK_MS);
    for (const [time, change] of ['ln -sfn two.h link.h', 'ln -sfn d2 dir'].entries()) {
      const compile = `${world.sccache} gcc -DTIME=${time} -c l.c -o`;
      await world.succeed(
        `ln -sfn one.h link.h && ln -sfn d1 dir && sleep 0.05 && ${compile} first.o && ${change} && ${compile} second.o`,
      );
      await world.succeed('gcc -c l.c -o bare.o');
      const [second, bare] = ['second.o', 'bare.o'].map((name) => readFileSync(world.path(name)));
      expect(second?.equals(bare ?? Buffer.alloc(0)), change).toBe(true);
    }
  });
});

describe('SCCACHE_VERIFY', () => {
  const verify = { env: { SCCACHE_VERIFY: '1' } };
  // A compiler that reads a file of which it tells nobody, as a broken plugin may; of a script it would be seen.
  const compile = '$S ./cc -c y.c -o y.o';
  const run = (options = {}) => world.succeed(compile.replace('$S', world.sccache), options);
  const salt = () => readFileSync(world.path('y.o')).subarray(-5).toString();

  beforeAll(async () => {
    world.write({
      'y.c': 'int y;\n',
      salt: 'one..',
      'cc.c': `#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int status = 1;
  argv[0] = "gcc";
  if (fork() == 0) execvp("gcc", argv);
  wait(&status);
  FILE *object = fopen("y.o", "r+"), *salt = fopen("salt", "r");
  if (object == NULL || status != 0) return status != 0;
  fseek(object, 0, SEEK_END);
  for (int c = fgetc(salt); c != EOF; c = fgetc(salt)) fputc(c, object);
  return fclose(object);
}
`,
    });
    await world.succeed('gcc -o cc cc.c');
    await sleep(TICK_MS);
    await run();
  });

  it('compiles as well on a hit, and counts a hit when nothing differs', async () => {
    expect(await world.outcomes(() => run(verify))).toBe('hit, bypassed');
    expect(await explain('y.o')).toMatch(/^✓ y\.o: hit, and the compiler wrote the same, /);
  });

  it('finds what differs, says so, and puts it right', async () => {
    world.write({ salt: 'two..' });
    await run();
    expect(salt(), 'the wrong hit that the compiler asked for').toBe('one..');
    expect(await world.outcomes(() => run(verify))).toBe('error, bypassed');
    expect(salt(), 'what the compiler wrote is what the caller has').toBe('two..');
    expect(await explain('y.o')).toMatch(
      /^✗ y\.o: the stored result was not what the compiler wrote, and was replaced, [\s\S]*why {7}the object differs from byte \d+ on\n/,
    );
    rmSync(world.path('y.o'));
    expect(await world.outcomes(() => run())).toBe('hit');
    expect(salt()).toBe('two..');
  });

  it('takes a share of the hits', async () => {
    const quiet = { env: { SCCACHE_VERIFY: '0' } };
    expect(await world.outcomes(() => run(quiet))).toBe('hit');
  });
});
