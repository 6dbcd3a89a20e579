import { lutimesSync, rmSync } from 'node:fs';
import { again, always, cachedBy, describeDifferential, type EditStep, shell, write } from '../../rig/differential.ts';

const P = (value: number) => `#ifndef P\n#define P ${value}\n#endif\n`;
const FILES = { 'a.c': '#include "p.h"\nint v = P;\n', 'p.h': P(1) };

function remove(name: string): EditStep {
  return { edit: (world) => rmSync(world.path(name), { recursive: true }) };
}

function touch(name: string, seconds: number): EditStep {
  return { edit: (world) => lutimesSync(world.path(name), seconds, seconds) };
}

/** Makes `p.h.gch` say something that `p.h` does not: the one way to see which of the two is read. */
function precompile(value: number, output = 'p.h.gch'): ReturnType<typeof shell> {
  const kept = `$TMPDIR/../gch-${value}`; // two compiles of one header differ: it is made once
  const make = `mkdir -p q && printf '#define P ${value}\\n' > q/p.h && $COMPILER -x c-header q/p.h -o ${kept} && rm -r q`;
  return shell(`test -e ${kept} || { ${make}; }; cp ${kept} ${output} && touch -d 2024-06-02 ${output}`);
}

describeDifferential(
  'precompiled headers of gcc',
  [
    cachedBy(
      'gcc',
      'appears, changes and goes',
      FILES,
      '$CC -c a.c',
      precompile(2),
      '$CC -c a.c',
      again('$CC -c a.c'),
      precompile(3),
      '$CC -c a.c',
      remove('p.h.gch'),
      again('$CC -c a.c'),
    ),
    cachedBy(
      'gcc',
      'of a later #include, behind one that says nothing',
      { ...FILES, 'a.c': '#include "e.h"\n#include "p.h"\nint v = P;\n', 'e.h': '#define E\n' },
      '$CC -c a.c',
      precompile(2),
      '$CC -c a.c',
      precompile(3),
      '$CC -c a.c',
    ),
    cachedBy(
      'gcc',
      'of what a macro names',
      { ...FILES, 'a.c': '#define H "p.h"\n#include H\nint v = P;\n' },
      '$CC -c a.c',
      precompile(2),
      '$CC -c a.c',
      remove('p.h.gch'),
      again('$CC -c a.c'),
    ),
    cachedBy(
      'gcc',
      'of -include',
      { ...FILES, 'a.c': 'int v = P;\n' },
      '$CC -include p.h -c a.c',
      precompile(2),
      '$CC -include p.h -c a.c',
      precompile(3),
      '$CC -include p.h -c a.c',
    ),
    cachedBy(
      'gcc',
      'a directory of them',
      FILES,
      '$CC -c a.c',
      shell('mkdir p.h.gch'),
      precompile(2, 'p.h.gch/one'),
      '$CC -c a.c',
      again('$CC -c a.c'),
      precompile(3, 'p.h.gch/one'),
      '$CC -c a.c',
      precompile(4, 'p.h.gch/another'),
      '$CC -c a.c',
      remove('p.h.gch'),
      again('$CC -c a.c'),
    ),
    cachedBy(
      'gcc',
      'one that does not fit is passed over',
      FILES,
      precompile(2),
      '$CC -DOTHER -O2 -c a.c',
      again('$CC -DOTHER -O2 -c a.c'),
      '$CC -Winvalid-pch -DOTHER -g -c a.c',
    ),
    cachedBy(
      'gcc',
      'in a later directory, then in an earlier one',
      { 'a.c': '#include <p.h>\nint v = P;\n', 'one/keep': '', 'two/p.h': P(1) },
      '$CC -Ione -Itwo -c a.c',
      precompile(2, 'two/p.h.gch'),
      '$CC -Ione -Itwo -c a.c',
      precompile(3, 'one/p.h.gch'),
      '$CC -Ione -Itwo -c a.c',
    ),
    cachedBy(
      'gcc',
      'with a dependency file',
      FILES,
      precompile(2),
      '$CC -MD -c a.c',
      '$CC -MMD -fno-common -c a.c',
      '$CC -MMD -g -c a.c',
      precompile(3),
      '$CC -MD -c a.c',
    ),
    cachedBy(
      'gcc',
      'with -fpch-deps',
      FILES,
      precompile(2),
      '$CC -MD -fpch-deps -c a.c',
      again('$CC -MD -fpch-deps -c a.c -o b.o'),
    ),
  ],
  ['gcc'],
);

const CLANG = { 'a.c': 'int v = P;\n', 'p.h': '#include "q.h"\n', 'q.h': P(1) };
const CREATE =
  '$CC -Winvalid-pch -Xclang -emit-pch -Xclang -include -Xclang $PWD/b/p.h -x c-header -o b/p.h.pch -c $PWD/b/p.h.c';
const USE =
  '$CC -Winvalid-pch -Xclang -include-pch -Xclang $PWD/b/p.h.pch -Xclang -include -Xclang $PWD/b/p.h -c a.c -o a.o';
const PRECOMPILE = shell('$COMPILER -x c-header p.h -o p.h.pch && touch -d 2024-06-02 p.h.pch');

describeDifferential(
  'precompiled headers of clang',
  [
    cachedBy(
      'clang',
      '-include-pch',
      CLANG,
      PRECOMPILE,
      '$CC -include-pch p.h.pch -c a.c',
      again('$CC -include-pch p.h.pch -c a.c'),
      write({ 'q.h': P(2) }),
      always('failed', '$CC -include-pch p.h.pch -c a.c 2>/dev/null'),
      PRECOMPILE,
      '$CC -include-pch p.h.pch -c a.c',
    ),
    cachedBy(
      'clang',
      '-include-pch when a header of it is only touched',
      CLANG,
      PRECOMPILE,
      '$CC -include-pch p.h.pch -c a.c',
      touch('q.h', 1_600_000_000),
      always('failed', '$CC -include-pch p.h.pch -c a.c 2>/dev/null'),
    ),
    cachedBy(
      'clang',
      '-include-pch when a header of it is gone',
      CLANG,
      PRECOMPILE,
      '$CC -include-pch p.h.pch -c a.c',
      remove('q.h'),
      always('failed', '$CC -include-pch p.h.pch -c a.c 2>/dev/null'),
    ),
    cachedBy(
      'clang',
      'with dependency files',
      CLANG,
      PRECOMPILE,
      '$CC -include-pch p.h.pch -MD -c a.c',
      '$CC -include-pch p.h.pch -MMD -fno-common -c a.c',
      write({ 'q.h': P(2) }),
      PRECOMPILE,
      '$CC -include-pch p.h.pch -MD -c a.c',
      '$CC -include-pch p.h.pch -MMD -fno-common -c a.c',
    ),
    cachedBy(
      'clang',
      'made and used as CMake does it',
      { 'b/p.h': '#pragma once\n#include "../q.h"\n', 'b/p.h.c': '', 'q.h': P(1), 'a.c': 'int v = P;\n' },
      `${CREATE} -MD -MF b/p.d`,
      shell('rm b/p.h.pch b/p.d'),
      again(`${CREATE} -MD -MF b/p.d`),
      `${USE} -MD`,
      again(`${USE} -MD`),
      write({ 'q.h': P(2) }),
      always('failed', `${USE} -MD 2>/dev/null`),
      `${CREATE} -MD -MF b/p.d`,
      `${USE} -MD`,
      `${USE} -MMD -Wall`,
    ),
    cachedBy(
      'clang',
      '-Xclang -emit-pch of what is no header',
      FILES,
      always('cannot-cache: -emit-pch', '$CC -Xclang -emit-pch -c a.c -o a.pch'),
    ),
    cachedBy(
      'clang',
      '-Xclang -include-pch',
      CLANG,
      PRECOMPILE,
      '$CC -Xclang -include-pch -Xclang p.h.pch -c a.c',
      write({ 'q.h': P(2) }),
      PRECOMPILE,
      '$CC -Xclang -include-pch -Xclang p.h.pch -c a.c',
    ),
    cachedBy(
      'clang',
      '-include with a .pch beside it',
      CLANG,
      '$CC -include p.h -c a.c',
      PRECOMPILE,
      '$CC -include p.h -c a.c',
      write({ 'q.h': P(2) }),
      always('failed', '$CC -include p.h -c a.c 2>/dev/null'),
      PRECOMPILE,
      '$CC -include p.h -c a.c',
      remove('p.h.pch'),
      '$CC -include p.h -c a.c',
    ),
    cachedBy(
      'clang',
      'a header beside a precompiled one',
      { ...CLANG, 'a.c': '#include "r.h"\nint v = P + R;\n', 'r.h': '#define R 1\n' },
      PRECOMPILE,
      '$CC -include-pch p.h.pch -c a.c',
      write({ 'r.h': '#define R 2\n' }),
      '$CC -include-pch p.h.pch -c a.c',
    ),
  ],
  ['clang'],
);
