import { again, always, cached, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const V = (value: number) => `#define V ${value}\n`;
const USES_H = '#include <h.h>\nint v = V;\n';

/** What clang takes for an installed gcc, with a header of its own. */
const gccBelow = (root: string, version: number, value: number) => ({
  [`${root}/lib/gcc/x86_64-linux-gnu/${version}/crtbegin.o`]: '',
  [`${root}/include/c++/${version}/h.h`]: V(value),
});

describeDifferential('search directories', [
  ...['-I', '-B'].map((flag) =>
    cached(
      `${flag} with an empty name`,
      { 'a.c': '#include <h.h>\nint v = V;\n', 'i/keep': '', 'j/h.h': '#define V 1\n' },
      always(`cannot-cache: ${flag}`, `$CC ${flag} "" -Ii -Ij -c a.c`),
      write({ 'i/h.h': '#define V 2\n' }),
      always(`cannot-cache: ${flag}`, `$CC ${flag} "" -Ii -Ij -c a.c`),
    ),
  ),
  cachedBy(
    'gcc',
    'include in a directory of -B appears',
    { 'a.c': USES_H, 'after/h.h': V(1), 'b/x': '' },
    '$CC -Bb/ -idirafter after -c a.c',
    again('$CC -Bb/ -idirafter after -c a.c'),
    write({ 'b/include/h.h': V(2) }),
    '$CC -Bb/ -idirafter after -c a.c',
  ),
  cached(
    'a link that leads nowhere gets its directory',
    { 'a.c': USES_H, 'i2/h.h': V(2), 'other/x': '' },
    shell('ln -s other/inc i1'),
    '$CC -Ii1 -Ii2 -c a.c',
    again('$CC -Ii1 -Ii2 -c a.c'),
    write({ 'other/inc/h.h': V(1) }),
    '$CC -Ii1 -Ii2 -c a.c',
  ),
  cached(
    'a link that leads nowhere gets its header',
    { 'a.c': USES_H, 'i2/h.h': V(2), 'i1/x': '', 'other/x': '' },
    shell('ln -s ../other/h.h i1/h.h'),
    '$CC -Ii1 -Ii2 -c a.c',
    again('$CC -Ii1 -Ii2 -c a.c'),
    write({ 'other/h.h': V(1) }),
    '$CC -Ii1 -Ii2 -c a.c',
  ),
  cached(
    'two names of one directory become two directories',
    { 'a.c': USES_H, 'i1/x': '', 'i3/h.h': V(3) },
    shell('ln -s i1 i2'),
    '$CC -Ii1 -Ii2 -Ii3 -c a.c',
    shell('rm i2'),
    write({ 'i2/h.h': V(2) }),
    '$CC -Ii1 -Ii2 -Ii3 -c a.c',
  ),
  cachedBy(
    'gcc',
    'a warning of a missing directory',
    { 'a.c': USES_H, 'i2/h.h': V(2) },
    '$CC -Wmissing-include-dirs -Ii1 -Ii2 -c a.c',
    shell('mkdir i1'),
    '$CC -Wmissing-include-dirs -Ii1 -Ii2 -c a.c',
    shell('rmdir i1'),
    again('$CC -Wmissing-include-dirs -Ii1 -Ii2 -c a.c'),
  ),
  cachedBy(
    'gcc',
    'a directory that holds the object alone must be there',
    { 'a.c': 'int v;\n', 'i1/x': '' },
    shell('rm i1/x'),
    '$CC -Wmissing-include-dirs -Ii1 -c a.c -o i1/a.o',
    again('$CC -Wmissing-include-dirs -Ii1 -c a.c -o i1/a.o'),
    '$CC -Werror=missing-include-dirs -Ii1 -c a.c',
    shell('rm -r i1'),
    '$CC -Wmissing-include-dirs -Ii1 -c a.c',
    always('failed', '$CC -Werror=missing-include-dirs -Ii1 -c a.c'),
  ),
  cachedBy(
    'gcc',
    'a missing directory becomes a file',
    { 'a.c': USES_H, 'i2/h.h': V(2) },
    '$CC -Ii1 -Ii2 -c a.c',
    write({ i1: 'no directory' }),
    '$CC -Ii1 -Ii2 -c a.c',
    shell('rm i1'),
    again('$CC -Ii1 -Ii2 -c a.c'),
  ),
  cachedBy(
    'clang',
    'libc++ below --sysroot appears',
    { 'a.cpp': USES_H, 's/usr/include/h.h': V(1) },
    '$CXX --sysroot=s -stdlib=libc++ -c a.cpp',
    write({ 's/usr/include/c++/v1/h.h': V(2) }),
    '$CXX --sysroot=s -stdlib=libc++ -c a.cpp',
    shell('rm -r s/usr/include/c++'),
    again('$CXX --sysroot=s -stdlib=libc++ -c a.cpp'),
  ),
  cachedBy(
    'clang',
    "the compiler's own headers appear below -resource-dir",
    { 'a.c': USES_H, 'r/keep': '', 'j/h.h': V(1) },
    // Misses, because the key is made before it is noticed that the list of directories is old.
    always('miss', '$CC -resource-dir=$PWD/r -Ij -c a.c'),
    shell('mkdir r/include && mv j/h.h r/include'),
    '$CC -resource-dir=$PWD/r -Ij -c a.c',
    write({ 'j/h.h': V(2) }),
    always('miss', '$CC -resource-dir=$PWD/r -Ij -c a.c'),
  ),
  cachedBy(
    'clang',
    'a newer gcc appears',
    { 'a.cpp': USES_H, ...gccBelow('t', 11, 1) },
    '$CXX --gcc-toolchain=$PWD/t -c a.cpp',
    write(gccBelow('t', 12, 2)),
    '$CXX --gcc-toolchain=$PWD/t -c a.cpp',
    again('$CXX --gcc-toolchain=$PWD/t -c a.cpp'),
  ),
  cachedBy(
    'clang',
    'a gcc whose directory is there gets its libraries',
    { 'a.cpp': USES_H, ...gccBelow('t', 11, 1), 't/lib/gcc/x86_64-linux-gnu/12/x': '', 't/include/c++/12/h.h': V(2) },
    '$CXX --gcc-toolchain=$PWD/t -c a.cpp',
    write(gccBelow('t', 12, 2)),
    '$CXX --gcc-toolchain=$PWD/t -c a.cpp',
  ),
]);
