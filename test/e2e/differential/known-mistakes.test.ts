import { again, always, cached, cachedBy, compile, describeDifferential, write } from '../../rig/differential.ts';

/**
 * What other compiler caches get or got wrong, one row for each. Here a row is right when the object, the side files and
 * the messages are the compiler's, with an empty cache and with a filled one.
 */
const MOVED = '\n\n\n';
const LOOP = 'int f(int x) { for (int i = 0; i < x; i++) x += i; return x; }\n';

describeDifferential('known mistakes of compiler caches', [
  cached(
    '1: line numbers in debug information after inserted lines',
    { 'a.c': 'int f(void) { return 1; }\n' },
    '$CC -g -c a.c',
    write({ 'a.c': `${MOVED}int f(void) { return 1; }\n` }),
    '$CC -g -c a.c',
  ),
  cached(
    '1: without direct mode',
    { 'a.c': 'int f(void) { return 1; }\n' },
    'SCCACHE_DIRECT=false $CC -g -c a.c',
    write({ 'a.c': `${MOVED}int f(void) { return 1; }\n` }),
    'SCCACHE_DIRECT=false $CC -g -c a.c',
  ),
  cached(
    '2: line number of a warning after inserted lines',
    { 'a.c': 'int f(int x) { int y; return 1; }\n' },
    '$CC -Wall -c a.c',
    write({ 'a.c': `${MOVED}int f(int x) { int y; return 1; }\n` }),
    '$CC -Wall -c a.c',
  ),
  cached(
    '3: __builtin_LINE after inserted lines',
    { 'a.cc': 'int f(int line = __builtin_LINE()) { return line; }\nint g() { return f(); }\n' },
    '$CXX -c a.cc',
    write({ 'a.cc': `${MOVED}int f(int line = __builtin_LINE()) { return line; }\nint g() { return f(); }\n` }),
    '$CXX -c a.cc',
  ),
  cached(
    '3: inserted lines in a header',
    { 'a.c': '#include "h.h"\n', 'h.h': 'int line = __LINE__;\n' },
    '$CC -c a.c',
    write({ 'h.h': `${MOVED}int line = __LINE__;\n` }),
    '$CC -c a.c',
  ),
  cached(
    '6: directory in debug information',
    { 'd1/a.c': 'int f(void) { return 1; }\n', 'd2/a.c': 'int f(void) { return 1; }\n' },
    'cd d1 && $CC -g -c a.c',
    'cd d2 && $CC -g -c a.c',
  ),
  cached(
    '7: absolute source, relative -I, two build directories',
    { 'src/a.c': '#include "config.h"\nint v = V;\n', 'd1/config.h': '#define V 1\n', 'd2/config.h': '#define V 2\n' },
    'S=$PWD/src; cd d1 && $CC -I. -c $S/a.c',
    'S=$PWD/src; cd d2 && $CC -I. -c $S/a.c',
    again('S=$PWD/src; cd d1 && $CC -I. -c $S/a.c'),
  ),
  cached(
    '8: -MD and -MMD without -MF',
    { 'a.c': '#include "h.h"\n', 'h.h': '' },
    '$CC -MD -c a.c',
    '$CC -MMD -c a.c -o b.o',
  ),
  cached(
    '9: another -MF, -MT and -MQ on the hit',
    { 'a.c': '#include "h.h"\n', 'h.h': '' },
    '$CC -MD -MF a.d -c a.c -o a.o',
    again('$CC -MD -MF b.d -c a.c -o b.o'),
    again('$CC -MD -MF c.d -MT other -c a.c -o c.o'),
    again(`$CC -MD -MF d.d -MQ '$q' -c a.c -o d.o`),
  ),
  cached(
    '10, 11: a header with time macros is edited',
    { 'a.c': '#include "h.h"\nint v = V;\n', 'h.h': '#define V 1\n#define D __DATE__\n' },
    '$CC -c a.c',
    write({ 'h.h': '#define V 2\n#define D __DATE__\n' }),
    '$CC -c a.c',
  ),
  cachedBy(
    'clang',
    '12: -Wp,-MMD with -stdlib',
    { 'a.cc': '#include "h.h"\n', 'h.h': '' },
    '$CXX -Wp,-MMD,x.d -stdlib=libstdc++ -c a.cc',
  ),
  cached(
    '13: the target of a linked header changes',
    { 'a.c': '#include "h.h"\nint v = V;\n', 'x.h': '#define V 1\n', 'y.h': '#define V 2\n' },
    always('nothing', 'ln -s x.h h.h'),
    '$CC -c a.c',
    always('nothing', 'ln -sf y.h h.h'),
    '$CC -c a.c',
  ),
  cached(
    '14: a header goes A, B, A, B',
    { 'a.c': '#include "h.h"\nint v = V;\n', 'h.h': '#define V 1\n' },
    '$CC -c a.c',
    write({ 'h.h': '#define V 2\n' }),
    '$CC -c a.c',
    write({ 'h.h': '#define V 1\n' }),
    again('$CC -c a.c'),
    write({ 'h.h': '#define V 2\n' }),
    again('$CC -c a.c'),
  ),
  cachedBy(
    'gcc',
    '17: SOURCE_DATE_EPOCH reaches the compiler',
    { 'a.c': 'const char *d = __DATE__;\n' },
    'SOURCE_DATE_EPOCH=86400 $CC -c a.c',
  ),
  cached(
    '17: PWD names a linked directory',
    { 'real/a.c': 'int f(void) { return 1; }\n' },
    always('nothing', 'ln -s real link'),
    'cd link && $CC -g -c a.c',
    'cd real && $CC -g -c a.c',
  ),
  cached(
    '17: HOSTNAME, DESTDIR and LD_PRELOAD reach a compiler that is a script',
    { 'a.c': 'int f(void) { return 1; }\n', mycc: '#!/bin/sh\nexec $COMPILER "-DD=\\"$DESTDIR$HOSTNAME\\"" "$@"\n' },
    always('nothing', 'chmod +x mycc'),
    'DESTDIR=/d HOSTNAME=h $WRAPPER ./mycc -c a.c',
  ),
  cached(
    '18: umask 077 on the miss and on the hit',
    { 'a.c': 'int f(void) { return 1; }\n' },
    compile('$CC -MMD -c a.c', 'miss', 'hit', { umask: '077' }),
    again('$CC -MMD -c a.c -o b.o', { umask: '077' }),
    again('$CC -MMD -c a.c -o c.o'),
  ),
  cached(
    '20: the directory of the object is missing on a hit',
    { 'a.c': 'int f(void) { return 1; }\n' },
    '$CC -c a.c',
    always('cannot-cache: output cannot be written', '$CC -c a.c -o none/a.o'),
  ),
  cachedBy(
    'gcc',
    '21: LANG and LC_ALL',
    { 'a.c': 'int f(int x) { int y; return 1; }\n' },
    'LC_ALL=C $CC -Wall -c a.c',
    'LC_ALL=C.UTF-8 $CC -Wall -c a.c',
    again('LC_ALL=C $CC -Wall -c a.c'),
    'LANG=C.UTF-8 $CC -Wall -c a.c',
  ),
  cached(
    '25: -o /dev/null on a hit',
    { 'a.c': 'int f(void) { return 1; }\n' },
    '$CC -c a.c',
    again('$CC -c a.c -o /dev/null'),
    always('nothing', 'test -c /dev/null'),
  ),
  cached(
    '5: profile data goes beside the object that was asked for',
    { 'a.c': LOOP, 'o1/k': '', 'o2/k': '' },
    '$CC -fprofile-arcs -frandom-seed=s -c a.c -o o1/a.o',
    '$CC -fprofile-arcs -frandom-seed=s -c a.c -o o2/a.o',
  ),
]);
