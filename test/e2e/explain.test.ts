import { readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPILERS, type CompilerName } from '../rig/differential.ts';
import { expectExplained, type Miss, TICK_MS } from '../rig/explained.ts';
import { World } from '../rig/world.ts';

/** What is only of one of both. */
interface CMiss extends Miss {
  readonly only?: CompilerName;
}

const C = '$CC -c x.c -o x.o';
const I = '$CC -Ione -Itwo -c x.c -o x.o';
const PLAIN = { 'x.c': 'int x;\n' };
const MACROS = { 'x.c': '#ifndef X\n#define X 7\n#endif\n#ifdef Y\nint y;\n#endif\nint x = X;\n' };
const WITH_HEADER = { 'x.c': '#include "a.h"\nint x = A;\n', 'a.h': '#define A 1\n' };
const TWO_DIRECTORIES = {
  'x.c': '#include <a.h>\nint x = A;\n',
  'one/other.h': '\n',
  'two/a.h': '#define A 1\n',
};
const CLOCK = { 'x.c': 'const char *t = __DATE__;\n' };

const MISSES: readonly CMiss[] = [
  {
    name: 'the source changed',
    files: PLAIN,
    first: C,
    change: { 'x.c': 'int y;\n' },
    why: ['source changed: x.c'],
  },
  {
    name: 'a header changed',
    files: WITH_HEADER,
    first: C,
    change: { 'a.h': '#define A 2\n' },
    why: ['file changed: a.h'],
  },
  {
    name: 'a header of a header changed',
    files: { 'x.c': '#include "a.h"\nint x = B;\n', 'a.h': '#include "sub/b.h"\n', 'sub/b.h': '#define B 1\n' },
    first: C,
    change: { 'sub/b.h': '#define B 2\n' },
    why: ['file changed: sub/b.h'],
  },
  {
    name: 'two headers changed: the one that is read first comes first',
    files: {
      'x.c': '#include "b.h"\n#include "a.h"\nint x = A + B;\n',
      'a.h': '#define A 1\n',
      'b.h': '#define B 1\n',
    },
    first: C,
    change: { 'a.h': '#define A 2\n', 'b.h': '#define B 2\n' },
    why: ['file changed: b.h', 'file changed: a.h'],
  },
  {
    name: 'a header of -isystem changed',
    files: { 'x.c': '#include <s.h>\nint x = S;\n', 'sys/s.h': '#define S 1\n' },
    first: '$CC -isystem sys -c x.c -o x.o',
    change: { 'sys/s.h': '#define S 2\n' },
    why: ['file changed: sys/s.h'],
  },
  {
    name: 'a header by a macro changed',
    files: { 'x.c': '#define H "a.h"\n#include H\nint x = A;\n', 'a.h': '#define A 1\n' },
    first: C,
    change: { 'a.h': '#define A 2\n' },
    why: ['file changed: a.h'],
  },
  {
    name: 'the file of -include changed',
    files: { ...PLAIN, 'force.h': '#define F 1\n' },
    first: '$CC -include force.h -c x.c -o x.o',
    change: { 'force.h': '#define F 2\n' },
    why: ['file changed: force.h'],
  },
  {
    name: 'another file for -include',
    files: { ...PLAIN, 'force.h': '#define F 1\n', 'force2.h': '#define F 1\n' },
    first: '$CC -include force.h -c x.c -o x.o',
    second: '$CC -include force2.h -c x.c -o x.o',
    why: ['argument changed: -include force.h → -include force2.h'],
  },
  {
    name: 'a header is gone, and another one of its name is found',
    files: { ...TWO_DIRECTORIES, 'one/a.h': '#define A 2\n' },
    first: I,
    change: { 'one/a.h': undefined },
    why: ['file is gone: one/a.h'],
  },
  {
    name: 'a header appeared in an earlier directory',
    files: TWO_DIRECTORIES,
    first: I,
    change: { 'one/a.h': '#define A 3\n' },
    why: ['file appeared where it is found first: one/a.h'],
  },
  {
    name: 'a header appeared beside the source',
    files: { 'x.c': '#include "a.h"\nint x = A;\n', 'inc/a.h': '#define A 1\n' },
    first: '$CC -Iinc -c x.c -o x.o',
    change: { 'a.h': '#define A 2\n' },
    why: ['file appeared where it is found first: a.h'],
  },
  {
    name: 'a whole directory of the search path appeared',
    files: { 'x.c': '#include <a.h>\nint x = A;\n', 'two/a.h': '#define A 1\n' },
    first: I,
    change: { 'one/a.h': '#define A 2\n' },
    why: ['file appeared where it is found first: one/a.h'],
  },
  {
    name: 'what __has_include asks for appeared',
    files: { 'x.c': '#if __has_include("opt.h")\nint y;\n#endif\nint x;\n' },
    first: C,
    change: { 'opt.h': '\n' },
    why: ['file appeared where it is found first: opt.h'],
  },
  {
    name: 'what __has_include asks for is gone',
    files: { 'x.c': '#if __has_include("opt.h")\nint y;\n#endif\nint x;\n', 'opt.h': '\n' },
    first: C,
    change: { 'opt.h': undefined },
    why: ['file is gone: opt.h'],
  },
  {
    name: 'a link to a header leads elsewhere',
    files: { 'x.c': '#include "link.h"\nint x = A;\n', 'v1.h': '#define A 1\n', 'v2.h': '#define A 2\n', 'link.h': '' },
    first: 'ln -sf v1.h link.h && sleep 0.05 && $CC -c x.c -o x.o',
    act: (directory) => {
      unlinkSync(join(directory, 'link.h'));
      symlinkSync('v2.h', join(directory, 'link.h'));
    },
    second: C,
    why: ['file changed: link.h'],
  },
  {
    name: 'a file of .incbin changed',
    only: 'gcc',
    files: { 'x.c': '__asm__(".incbin \\"data.bin\\"");\n', 'data.bin': 'one' },
    first: C,
    change: { 'data.bin': 'two' },
    why: ['file changed: data.bin'],
  },
  {
    name: 'a file of .include changed',
    only: 'gcc',
    files: { 'x.s': '.include "more.s"\n', 'more.s': '.long 1\n' },
    first: '$CC -c x.s -o x.o',
    change: { 'more.s': '.long 2\n' },
    why: ['file changed: more.s'],
  },
  {
    name: 'a header of preprocessed assembly changed',
    files: { 'x.S': '#include "a.h"\n.long A\n', 'a.h': '#define A 1\n' },
    first: '$CC -c x.S -o x.o',
    change: { 'a.h': '#define A 2\n' },
    why: ['file changed: a.h'],
  },
  {
    name: 'a precompiled header appeared',
    only: 'gcc',
    files: WITH_HEADER,
    first: C,
    second: '"$COMPILER" -x c-header a.h -o a.h.gch && sleep 0.05 && $CC -c x.c -o x.o',
    why: ['file appeared where it is found first: a.h.gch'],
  },
  {
    name: 'a directory more to search, in which a header is found first',
    files: { ...TWO_DIRECTORIES, 'one/a.h': '#define A 2\n' },
    first: '$CC -Itwo -c x.c -o x.o',
    second: '$CC -Ione -Itwo -c x.c -o x.o',
    why: ['argument added: -Ione'],
  },
  {
    name: 'the directories in another order',
    files: { ...TWO_DIRECTORIES, 'one/a.h': '#define A 2\n' },
    first: I,
    second: '$CC -Itwo -Ione -c x.c -o x.o',
    why: ['place in the command line changed: -Ione'],
  },
  {
    name: 'a macro of another value',
    files: MACROS,
    first: '$CC -DX=1 -c x.c -o x.o',
    second: '$CC -DX=2 -c x.c -o x.o',
    why: ['argument changed: -DX=1 → -DX=2'],
  },
  {
    name: 'a macro more',
    files: MACROS,
    first: C,
    second: '$CC -DY -c x.c -o x.o',
    why: ['argument added: -DY'],
  },
  {
    name: 'an option less',
    files: PLAIN,
    first: '$CC -Wall -c x.c -o x.o',
    second: C,
    why: ['argument removed: -Wall'],
  },
  {
    name: 'another optimisation',
    files: PLAIN,
    first: '$CC -O0 -c x.c -o x.o',
    second: '$CC -O2 -c x.c -o x.o',
    why: ['argument changed: -O0 → -O2'],
  },
  {
    name: 'another standard',
    files: PLAIN,
    first: '$CC -std=c99 -c x.c -o x.o',
    second: '$CC -std=c11 -c x.c -o x.o',
    why: ['argument changed: -std=c99 → -std=c11'],
  },
  {
    name: 'debug information',
    files: PLAIN,
    first: C,
    second: '$CC -g -c x.c -o x.o',
    why: ['argument added: -g'],
  },
  {
    name: 'another processor',
    files: PLAIN,
    first: '$CC -march=x86-64 -c x.c -o x.o',
    second: '$CC -march=x86-64-v3 -c x.c -o x.o',
    why: ['argument changed: -march=x86-64 → -march=x86-64-v3'],
  },
  {
    name: 'two options at once',
    files: PLAIN,
    first: C,
    second: '$CC -fPIC -O1 -c x.c -o x.o',
    why: ['argument added: -fPIC', 'argument added: -O1'],
  },
  {
    name: 'a response file says something else',
    files: { ...MACROS, args: '-DX=1 -O1' },
    first: '$CC @args -c x.c -o x.o',
    change: { args: '-DX=2 -O1' },
    why: ['argument changed: -DX=1 → -DX=2'],
  },
  {
    name: 'another language',
    files: PLAIN,
    first: C,
    second: '$CC -x c++ -c x.c -o x.o',
    why: ['language changed: c → c++'],
  },
  {
    name: 'assembly instead of an object',
    files: PLAIN,
    first: C,
    second: '$CC -S x.c -o x.o',
    why: ['kind of output changed: object → assembly'],
  },
  {
    name: 'a dependency file is asked for',
    files: PLAIN,
    first: C,
    second: '$CC -MMD -c x.c -o x.o',
    why: ['kind of dependency file changed: none → MMD'],
  },
  {
    name: 'the source by another name',
    files: PLAIN,
    first: '$CC -g -c x.c -o x.o',
    second: '$CC -g -c ./x.c -o x.o',
    why: ["spelling of the source's path changed: x.c → ./x.c"],
  },
  {
    name: 'a variable that adds directories',
    files: { ...PLAIN, 'one/a.h': '' },
    first: C,
    secondEnv: { CPATH: 'one' },
    why: ['environment variable added: CPATH (one)'],
  },
  {
    name: 'another language of messages',
    files: PLAIN,
    first: C,
    env: { LC_ALL: 'C' },
    secondEnv: { LC_ALL: 'C.UTF-8' },
    why: ['environment variable changed: LC_ALL (C → C.UTF-8)'],
  },
  {
    name: 'a variable less',
    files: PLAIN,
    first: C,
    env: { LC_MESSAGES: 'C' },
    secondEnv: { LC_MESSAGES: undefined },
    why: ['environment variable removed: LC_MESSAGES (C)'],
  },
  {
    name: 'another time of the source',
    only: 'gcc',
    files: CLOCK,
    first: C,
    env: { SOURCE_DATE_EPOCH: '1' },
    secondEnv: { SOURCE_DATE_EPOCH: '86401' },
    why: ['environment variable changed: SOURCE_DATE_EPOCH (1 → 86401)'],
  },
  {
    name: 'another cache buster',
    files: PLAIN,
    first: C,
    env: { SCCACHE_C_CUSTOM_CACHE_BUSTER: 'a' },
    secondEnv: { SCCACHE_C_CUSTOM_CACHE_BUSTER: 'b' },
    why: ['environment variable changed: SCCACHE_C_CUSTOM_CACHE_BUSTER (a → b)'],
  },
  {
    name: 'an extra file changed',
    files: { ...PLAIN, extra: 'one' },
    first: C,
    env: { SCCACHE_EXTRAFILES: 'extra' },
    change: { extra: 'two' },
    why: ['file of SCCACHE_EXTRAFILES changed: extra'],
  },
  {
    name: 'an extra file more',
    files: { ...PLAIN, extra: 'one', more: 'one' },
    first: C,
    env: { SCCACHE_EXTRAFILES: 'extra' },
    secondEnv: { SCCACHE_EXTRAFILES: 'extra:more' },
    why: ['file of SCCACHE_EXTRAFILES added: more'],
  },
  {
    name: 'an ignore list changed',
    only: 'clang',
    files: { ...PLAIN, list: 'fun:a\n' },
    first: '$CC -fsanitize=address -fsanitize-ignorelist=list -c x.c -o x.o',
    change: { list: 'fun:b\n' },
    why: ['file that an option names changed: list'],
  },
  {
    name: 'the compiler is another program',
    files: PLAIN,
    first: 'ln -s "$(command -v gcc)" cc && $WRAPPER ./cc -c x.c -o x.o',
    second: 'ln -sf "$(command -v clang)" cc && $WRAPPER ./cc -c x.c -o x.o',
    why: [/^compiler changed: gcc [\d.]+: .* → clang [\d.]+: /],
  },
  {
    name: 'the compiler was replaced by another build of it',
    files: { ...PLAIN, cc: '#!/bin/sh\nexec gcc "$@"\n' },
    first: 'chmod +x cc && $WRAPPER ./cc -c x.c -o x.o',
    second: 'printf "#!/bin/sh\\n\\nexec gcc \\"\\$@\\"\\n" > cc && $WRAPPER ./cc -c x.c -o x.o',
    why: [/^compiler changed: gcc ([\d.]+): \S+\/cc [0-9a-f]{8}, .* → gcc \1: \S+\/cc [0-9a-f]{8}, /],
  },
  {
    name: 'another directory, with debug information',
    files: { 'a/x.c': 'int x;\n', 'b/x.c': 'int x;\n' },
    first: 'cd a && $CC -g -c x.c -o x.o',
    second: 'cd b && $CC -g -c x.c -o x.o',
    ask: 'b/x.o',
    why: [/^directory, which the output records changed: \S+\/a → \S+\/b$/],
  },
  {
    name: 'another directory, with coverage',
    files: { 'a/x.c': 'int x;\n', 'b/x.c': 'int x;\n' },
    first: 'cd a && $CC --coverage -c x.c -o x.o',
    second: 'cd b && $CC --coverage -c x.c -o x.o',
    ask: 'b/x.o',
    why: [/^directory, which the output records changed: \S+\/a → \S+\/b$/],
  },
  {
    name: 'in another build directory, with other options',
    files: PLAIN,
    first: 'mkdir debug release && $CC -O0 -c x.c -o debug/x.o',
    second: '$CC -O2 -c x.c -o release/x.o',
    ask: 'release/x.o',
    why: ['argument changed: -O0 → -O2'],
  },
  {
    name: 'the nearest of several earlier compiles is the one that counts',
    files: MACROS,
    first: '$CC -O2 -fPIC -c x.c -o x.o && $CC -O0 -DY -Wall -c x.c -o x.o',
    second: '$CC -O2 -fPIC -DX=3 -c x.c -o x.o',
    why: ['argument added: -DX=3'],
  },
  {
    name: 'an edit where everything before was a hit',
    files: { 'a/x.c': 'int x;\n', 'b/x.c': 'int x;\n' },
    first: 'for d in a b; do (cd $d && $CC -c x.c -o x.o) || exit; done',
    change: { 'b/x.c': 'int y;\n' },
    second: 'cd b && $CC -c x.c -o x.o',
    ask: 'b/x.o',
    why: ['source changed: x.c'],
  },
  {
    name: 'it was never compiled before',
    files: { 'x.c': 'int never;\n' },
    first: 'true',
    second: C,
    why: ['first compile of this output that the cache knows of'],
  },
  {
    name: 'everything is to be compiled anew',
    files: PLAIN,
    first: C,
    secondEnv: { SCCACHE_RECACHE: '1' },
    why: ['SCCACHE_RECACHE is set: nobody looked'],
  },
  {
    name: 'the result was evicted',
    files: { 'x.c': 'int evicted;\n' },
    first: C,
    act: (_directory, world) => removeResults(world),
    second: `$WRAPPER --stop-server > /dev/null; ${C}`, // the daemon remembers small results

    why: ['nothing differs: the result is no longer in the cache (evicted, or the cache was cleared)'],
  },
  {
    name: 'the source of a __TIMESTAMP__ was touched',
    files: { 'x.c': 'const char *t = __TIMESTAMP__;\n' },
    first: 'touch -d @1700000000 x.c && sleep 0.05 && $CC -c x.c -o x.o',
    second: 'touch -d @1700000001 x.c && sleep 0.05 && $CC -c x.c -o x.o',
    why: ['modification time changed: x.c (2023-11-14T22:13:20.000Z → 2023-11-14T22:13:21.000Z)'],
  },
  {
    name: 'another date, by another time zone',
    files: CLOCK,
    first: C,
    env: { TZ: 'Pacific/Kiritimati' }, // 14 hours ahead of UTC; the other is 11 behind
    secondEnv: { TZ: 'Pacific/Pago_Pago' },
    why: [/^date, for __DATE__ changed: \d{4}-\d\d-\d\d → \d{4}-\d\d-\d\d$/],
  },
  {
    name: 'a time macro',
    files: { 'x.c': 'const char *t = __TIME__;\n' },
    first: C,
    outcome: 'compiled, but not cached',
    why: ['__DATE__, __TIME__ or __TIMESTAMP__'],
  },
  {
    name: 'an option that is not cached',
    files: PLAIN,
    first: C,
    second: '$CC -E x.c -o x.o',
    outcome: 'not cached',
    why: ['-E'],
  },
  {
    name: 'a compile that fails',
    files: PLAIN,
    first: C,
    change: { 'x.c': 'int\n' },
    second: '! $CC -c x.c -o x.o',
    outcome: 'the compile failed',
    why: [],
  },
  {
    name: 'a switch of the caller',
    files: PLAIN,
    first: C,
    secondEnv: { SCCACHE_NO_CACHE: '1' },
    ask: '--last',
    outcome: 'SCCACHE_NO_CACHE is set',
    why: [],
  },
  {
    name: 'a link',
    files: { 'x.c': 'int main(void) { return 0; }\n' },
    first: '$CC -c x.c -o x.o',
    second: '$CC x.o -o x',
    ask: '--last',
    outcome: 'not a compile',
    why: [],
  },
];

/** Takes the results away and leaves manifests: what eviction may do, and what nobody notices before the look-up. */
function removeResults(world: World): void {
  const results = join(world.cache, 'v1/ac');
  for (const shard of readdirSync(results)) {
    for (const name of readdirSync(join(results, shard))) {
      if (!name.endsWith('.m')) rmSync(join(results, shard, name));
    }
  }
}

describe.each(['gcc', 'clang'] as const)('--explain names the cause of a miss (%s)', (compiler) => {
  let world: World;
  beforeAll(async () => {
    world = new World();
    await world.startDaemon();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const cases = MISSES.filter(({ only }) => only === undefined || only === compiler);
  it.each(cases.map((miss, index) => ({ ...miss, index })))('$name', async ({ index, ...miss }) => {
    const { cc } = COMPILERS[compiler];
    const variables = { CC: `${world.sccache} ${cc}`, COMPILER: cc };
    await expectExplained(world, miss, world.path(String(index)), variables);
  });
});

describe('--explain', () => {
  let world: World;
  beforeAll(async () => {
    world = new World();
    world.write({ 'x.c': 'int x;\n', 'y.c': 'int y;\n', 'sub/z.c': 'const char *z = __TIME__;\n' });
    await sleep(TICK_MS);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });
  const ask = async (words: string, cwd = world.project) => {
    const { code, stdout } = await world.run(`${world.sccache} --explain ${words}`, { cwd });
    // How long ago it was depends on how busy this machine is.
    return { code, text: stdout.toString().replaceAll(/, (?:just now|[\w ]+ ago)$/gm, '') };
  };

  it('says so when nothing is known, with 2', async () => {
    expect(await ask('x.o')).toEqual({ code: 2, text: 'no compile that reads or writes x.o is in the journal\n' });
    expect(await ask('')).toEqual({ code: 2, text: 'no request is in the journal\n' });
  });

  it('says of a hit what it saved, with 0', async () => {
    const compile = `${world.sccache} gcc -c x.c -o x.o`;
    await world.succeed(`${compile} && ${compile}`);
    const { code, text } = await ask('x.o');
    expect(code).toBe(0);
    expect(text).toMatch(/^✓ x\.o: hit, [\d.]+ ms instead of [\d.]+ ms\n/);
    expect((await ask('x.c')).text, 'asked by the source').toBe(text);
    expect((await ask(world.path('x.o'))).text, 'asked by the whole path').toBe(text);
    expect((await ask('../x.o', world.path('sub'))).text, 'asked from elsewhere').toBe(text);
  });

  it('tells of a build what it missed, with what would help', async () => {
    await world.succeed(`${world.sccache} gcc -c y.c && cd sub && ${world.sccache} gcc -c z.c`);
    const { code, text } = await ask('');
    expect(code).toBe(1);
    expect(text).toContain(`4 compiles in ${world.project}\n`);
    expect(text).toMatch(/^✓ 1 hit, [\d.]+ ms each, [\d.]+ ms of compiling saved$/m);
    expect(text).toMatch(
      /^✗ 2 compiles, \S+ m?s: first compile of this output that the cache knows of\n {4}x\.o, y\.o$/m,
    );
    expect(text).toMatch(/^✗ 1 compile, .*: not cached: __DATE__, __TIME__ or __TIMESTAMP__\n {4}z\.o\n {4}way out /m);
    expect(text.split('\n').length).toBeLessThan(24);
  });

  it('tells of the last requests, the latest first', async () => {
    const { code, text } = await ask('--last 2');
    expect(code).toBe(1);
    expect(text.match(/^\S \S+: /gm)).toEqual(['✗ z.o: ', '✗ y.o: ']);
  });

  it('is drawn by --trace', async () => {
    expect(await world.succeed(`${world.sccache} --trace build.json`)).toBe('4 requests in build.json\n');
    const { traceEvents } = JSON.parse(readFileSync(world.path('build.json'), 'utf8'));
    const names = traceEvents.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['x.o', 'y.o', 'z.o', 'recognise', 'look up', 'compile']));
    const refused = await world.run(`${world.sccache} --trace nowhere/build.json`);
    expect(refused.code).toBe(2);
    expect(refused.stderr.toString()).toContain('sccache: error: failed to write a trace\nsccache: caused by: ENOENT');
  });

  it('survives the daemon, and works without one', async () => {
    await world.stopDaemon();
    expect((await ask('x.o')).code).toBe(0);
    expect(world.daemons()).toEqual([]);
  });

  it('compares with what was compiled before the daemon started', async () => {
    await world.succeed(`${world.sccache} gcc -O1 -c x.c -o x.o`);
    expect((await ask('x.o')).text).toContain('why       argument added: -O1\n');
  });

  it('leaves the cache of the others alone: a read-only one has no journal', async () => {
    await world.stopDaemon();
    await world.succeed(`${world.sccache} gcc -O2 -c x.c -o x.o`, { env: { SCCACHE_LOCAL_RW_MODE: 'READ_ONLY' } });
    expect((await ask('x.o')).text).toContain('argument added: -O1\n');
  });
});
