import { lutimesSync } from 'node:fs';
import {
  again,
  always,
  cached,
  cachedBy,
  describeDifferential,
  type EditStep,
  shell,
  write,
} from '../../rig/differential.ts';

const NOT_KEPT = 'not-kept: __DATE__, __TIME__ or __TIMESTAMP__';
const DATED = { 'a.c': 'const char *d = __DATE__;\n' };

/** Two zones that never have the same date. */
const EAST = 'TZ=Pacific/Kiritimati';
const WEST = 'TZ=Pacific/Niue';

function touch(name: string, seconds: number): EditStep {
  return { edit: (world) => lutimesSync(world.path(name), seconds, seconds) };
}

/** Two compiles of one header differ: it is made once. */
function precompiled(name: string): ReturnType<typeof shell> {
  const kept = `$TMPDIR/../gch-${name}`;
  return shell(`test -e ${kept} || $COMPILER h.h -o ${kept}; cp ${kept} h.h.gch && touch -d 2024-06-02 h.h.gch`);
}

describeDifferential('time macros', [
  cached('__DATE__', DATED, '$CC -c a.c', again('$CC -c a.c'), '$CC -g -c a.c'),
  cached(
    '__DATE__ on another day, by the zone',
    DATED,
    `${EAST} $CC -c a.c`,
    `${WEST} $CC -c a.c`,
    again(`${EAST} $CC -c a.c`),
    again('TZ=:Pacific/Kiritimati $CC -c a.c'),
    again('TZ=/usr/share/zoneinfo/Pacific/Niue $CC -c a.c'),
  ),
  cached('__DATE__ in UTC', DATED, 'TZ= $CC -c a.c', again('TZ=UTC $CC -c a.c')),
  cached('__DATE__ in a zone that is a rule', DATED, always(NOT_KEPT, 'TZ=XXX-14 $CC -c a.c')),
  cached(
    '__DATE__ in a header, on another day',
    { 'a.c': '#include "h.h"\nconst char *d = NOW;\n', 'h.h': '#define NOW __DATE__\n' },
    `${EAST} $CC -c a.c`,
    `${WEST} $CC -c a.c`,
    again(`${WEST} $CC -c a.c`),
  ),
  cached(
    '__DATE__ from the command line',
    { 'a.c': 'const char *d = NOW;\n' },
    `${EAST} $CC -DNOW=__DATE__ -c a.c`,
    `${WEST} $CC -DNOW=__DATE__ -c a.c`,
  ),
  cached(
    '__TIME__ from the command line',
    { 'a.c': 'int n = sizeof NOW;\n' },
    always(NOT_KEPT, '$CC -DNOW=__TIME__ -c a.c'),
  ),
  cached(
    '__DATE__ with the dependency file of the caller',
    DATED,
    `${EAST} $CC -MD -c a.c`,
    `${WEST} $CC -MD -c a.c`,
    `${EAST} $CC -O1 -MMD -c a.c`,
    `${WEST} $CC -O1 -MMD -c a.c`,
  ),
  cached(
    '__DATE__ with a preloaded library',
    DATED,
    always(NOT_KEPT, 'LD_PRELOAD=/nonexistent.so $CC -c a.c 2>/dev/null'),
  ),
  cached('__TIME__', { 'a.c': 'int n = sizeof __TIME__;\n' }, always(NOT_KEPT, '$CC -c a.c')),
  cached(
    '__TIME__ that is put together',
    { 'a.c': '#define P(a, b) a##b\nint n = sizeof P(__TI, ME__);\n' },
    always(NOT_KEPT, '$CC -c a.c'),
  ),
  cached(
    '__TIME__ in comments, strings, longer names and branches that are not taken',
    {
      'a.c':
        '/* __TIME__ */ // __TIME__\n#if 0\nconst char *d = __TIME__;\n#endif\nint my__TIME__x; const char *s = "__TIME__";\n',
    },
    '$CC -c a.c',
    again('$CC -c a.c'),
  ),
  cached(
    '__TIME__ in a macro that is not used, then used',
    { 'a.c': '#include "h.h"\nint n;\n', 'h.h': '#define NOW __TIME__\n' },
    '$CC -c a.c',
    write({ 'a.c': '#include "h.h"\nint n = sizeof NOW;\n' }),
    always(NOT_KEPT, '$CC -c a.c'),
  ),
  cached(
    '__TIME__ behind a macro of the command line',
    { 'a.c': '#ifdef NOW\nint n = sizeof __TIME__;\n#else\nint n;\n#endif\n' },
    '$CC -c a.c',
    always(NOT_KEPT, '$CC -DNOW -c a.c'),
  ),
  cached(
    'time macros that the caller defines',
    { 'a.c': 'const char *d = __DATE__ __TIME__;\n' },
    `$CC -w '-D__DATE__="d"' '-D__TIME__="t"' -c a.c`,
    `$CC -w '-D__DATE__="d"' '-D__TIME__="u"' -c a.c`,
  ),
  cached(
    '__TIMESTAMP__, touched',
    { 'a.c': 'const char *d = __TIMESTAMP__;\n' },
    '$CC -c a.c',
    touch('a.c', 1_600_000_000),
    '$CC -c a.c',
    touch('a.c', 1_717_200_000),
    again('$CC -c a.c'),
    `${EAST} $CC -c a.c`,
    `${WEST} $CC -c a.c`,
  ),
  cached(
    '__TIMESTAMP__ of a header, by the file that is touched',
    { 'a.c': '#include "h.h"\n#include "i.h"\n', 'h.h': 'const char *d = __TIMESTAMP__;\n', 'i.h': '' },
    '$CC -c a.c',
    touch('i.h', 1_600_000_000),
    touch('a.c', 1_600_000_000),
    again('$CC -c a.c'),
    touch('h.h', 1_600_000_000),
    '$CC -c a.c',
  ),
  cached(
    '__TIMESTAMP__ by a macro of a header is that of the source',
    { 'a.c': '#include "h.h"\nconst char *d = NOW;\n', 'h.h': '#define NOW __TIMESTAMP__\n' },
    '$CC -c a.c',
    touch('h.h', 1_600_000_000),
    again('$CC -c a.c'),
    touch('a.c', 1_600_000_000),
    '$CC -c a.c',
  ),
  cached(
    '__TIMESTAMP__ of three pieces',
    { 'a.c': '#include "h.h"\nconst char *d = X(TIMESTAMP);\n', 'h.h': '#define X(n) __##n##__\n' },
    '$CC -c a.c',
    again('$CC -c a.c'),
    touch('a.c', 1_600_000_000),
    '$CC -c a.c',
  ),
  cached(
    'pieces of one that are not put together',
    { 'a.c': '#define X(n) __##n##__\nint TIME = 1, X(v);\n' },
    '$CC -c a.c',
    touch('a.c', 1_600_000_000),
    again('$CC -c a.c'),
  ),
  cachedBy(
    'gcc',
    'in a source of other characters than ASCII has',
    { 'a.c': 'const char d[] = __TIMESTAMP__;\n' },
    shell('iconv -t UTF-16LE a.c > n && mv n a.c && touch -d 2020-01-01 a.c'),
    always('cannot-cache: -finput-charset', '$CC -nostdinc -finput-charset=UTF-16LE -c a.c'),
  ),
  cachedBy(
    'gcc',
    'SOURCE_DATE_EPOCH decides date and time',
    { 'a.c': 'const char *d = __DATE__ __TIME__;\n' },
    'SOURCE_DATE_EPOCH=1700000000 $CC -c a.c',
    'SOURCE_DATE_EPOCH=1600000000 $CC -c a.c',
    again('SOURCE_DATE_EPOCH=1700000000 $CC -c a.c'),
    again(`${EAST} SOURCE_DATE_EPOCH=1700000000 $CC -c a.c`),
    always('failed', 'SOURCE_DATE_EPOCH=x $CC -c a.c 2>/dev/null'),
  ),
  cached(
    'SOURCE_DATE_EPOCH where nothing asks for the time',
    { 'a.c': '#define NOW __TIME__\nint n;\n' },
    'SOURCE_DATE_EPOCH=1700000000 $CC -c a.c',
    again('SOURCE_DATE_EPOCH=1600000000 $CC -c a.c'),
  ),
  cachedBy(
    'gcc',
    'a macro of a precompiled header, on another day',
    {
      'a.c': '#include "h.h"\nconst char *d = NOW;\n',
      'b.c': '#include "h.h"\nint n;\n',
      'h.h': '#define NOW __DATE__\n',
    },
    precompiled('date'),
    shell('rm h.h'),
    `${EAST} $CC -c a.c`,
    `${WEST} $CC -c a.c`,
    again(`${EAST} $CC -c a.c`),
    'SOURCE_DATE_EPOCH=1700000000 $CC -c a.c',
    'SOURCE_DATE_EPOCH=1600000000 $CC -c a.c',
    `${EAST} $CC -c b.c`,
    again(`${WEST} $CC -c b.c`),
  ),
  cachedBy(
    'gcc',
    'other time macros of a precompiled header',
    {
      'a.c': '#include "h.h"\nint n = sizeof NOW;\n',
      'b.c': '#include "h.h"\nint n = sizeof THEN;\n',
      'h.h': '#define NOW __TIME__\n#define THEN __TIMESTAMP__\n',
    },
    precompiled('time'),
    always(NOT_KEPT, '$CC -c a.c'),
    always(NOT_KEPT, '$CC -c b.c'),
  ),
]);
