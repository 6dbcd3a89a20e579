import { lutimesSync, rmSync, symlinkSync } from 'node:fs';
import { again, cached, cachedBy, describeDifferential, type EditStep, write } from '../../rig/differential.ts';

const COUNTS = '#ifdef V\n#undef V\n#define V 2\n#else\n#define V 1\n#endif\n';
const BOTH = '#include "s.h"\n#include "t.h"\nint v = V;\n';

/** Sets both times of a file to a moment, in seconds. */
function touch(name: string, seconds: number): EditStep {
  return { edit: (world) => lutimesSync(world.path(name), seconds, seconds) };
}

/** Puts a link in the place of a file. */
function linked(name: string, target: string): EditStep {
  return {
    edit: (world) => {
      rmSync(world.path(name));
      symlinkSync(target, world.path(name));
    },
  };
}

/** Files of which each says that it is to be read once, and headers that the source wants once. */
const ONCE = {
  '#pragma once': { 'a.c': BOTH, 's.h': `#pragma once\n${COUNTS}`, 't.h': `#pragma once\n${COUNTS}` },
  '#import': { 'a.c': BOTH.replaceAll('include', 'import'), 's.h': COUNTS, 't.h': COUNTS },
};

describeDifferential('two headers of equal contents', [
  ...Object.entries(ONCE).flatMap(([name, files]) => [
    cachedBy(
      'gcc',
      `${name}: one becomes younger, which makes them two`,
      files,
      '$CC -w -c a.c',
      touch('t.h', 1_800_000_000),
      '$CC -w -c a.c',
      touch('s.h', 1_800_000_000),
      again('$CC -w -c a.c'),
    ),
    cachedBy(
      'clang',
      `${name}: one becomes a link to the other, which makes them one`,
      files,
      '$CC -w -c a.c',
      touch('t.h', 1_800_000_000),
      again('$CC -w -c a.c'),
      linked('t.h', 's.h'),
      '$CC -w -c a.c',
    ),
  ]),
  cached(
    'read as often as they are included',
    { 'a.c': BOTH, 's.h': COUNTS, 't.h': COUNTS },
    '$CC -c a.c',
    touch('t.h', 1_800_000_000),
    again('$CC -c a.c'),
    write({ 't.h': '#define V 7\n' }),
    '$CC -w -c a.c',
  ),
]);
