import {
  again,
  always,
  cached,
  cachedBy,
  compile,
  describeDifferential,
  shell,
  write,
} from '../../rig/differential.ts';

const HEADER = { 'h.h': '#define STEP 3\n' };
const FILES = {
  ...HEADER,
  'a.c':
    '#include "h.h"\nstatic int g(int x) { return x * STEP; }\nint f(int x) { for (int i = 0; i < x; i++) x += g(i); return x; }\n',
  'out/keep': '',
};
const WARNS = { 'a.c': '#include "h.h"\nint f(void) { int unused; return STEP; }\n', ...HEADER };
const EDIT = write({ 'h.h': '#define STEP 4\n' });

describeDifferential('-fsyntax-only', [
  cached('leaves nothing', FILES, '$CC -fsyntax-only a.c', EDIT, '$CC -fsyntax-only a.c'),
  cached('says its warnings', WARNS, '$CC -fsyntax-only -Wall a.c', again('$CC -fsyntax-only -Wall a.c')),
  cached(
    'a warning that goes',
    WARNS,
    '$CC -fsyntax-only -Wall a.c',
    write({ 'a.c': 'int f;\n' }),
    '$CC -fsyntax-only -Wall a.c',
  ),
  cached('an error', FILES, write({ 'h.h': '#error no\n' }), always('failed', '$CC -fsyntax-only a.c')),
  cached('with -c and -o', FILES, '$CC -fsyntax-only -c a.c -o x.o', shell('test ! -e x.o')),
  cached('after a compile', FILES, '$CC -c a.c', '$CC -fsyntax-only -c a.c', again('$CC -c a.c')),
  cached('with -S', FILES, '$CC -fsyntax-only -S a.c'),
  cached('with -MD', FILES, '$CC -fsyntax-only -MD a.c', EDIT, '$CC -fsyntax-only -MD a.c'),
  cached('with -MMD and -MF', FILES, '$CC -fsyntax-only -MMD -MF x.d a.c', again('$CC -fsyntax-only -MMD -MF y.d a.c')),
  cached('with -MD and -o', FILES, '$CC -fsyntax-only -MD -o foo a.c'),
  cached('of a header', FILES, '$CC -fsyntax-only h.h', EDIT, '$CC -fsyntax-only h.h'),
  cached('of C++', { 'a.cc': '#include <cstddef>\nint v;\n' }, '$CXX -fsyntax-only a.cc'),
  cached('with -g', FILES, '$CC -g -fsyntax-only a.c'),
  cached('of what is preprocessed', { 'a.i': 'int v;\n' }, '$CC -fsyntax-only a.i'),
  cached(
    'of assembly',
    { 'a.s': '.text\n' },
    always('cannot-cache: -fsyntax-only', '$CC -fsyntax-only a.s; rm -f a.out a.o'),
  ),
  cached(
    'beside files that are named after an object',
    FILES,
    always('cannot-cache: -fstack-usage', '$CC -fsyntax-only -fstack-usage a.c'),
  ),
  cachedBy('clang', 'with --serialize-diagnostics', WARNS, '$CC -Wall -fsyntax-only --serialize-diagnostics a.dia a.c'),
]);

describeDifferential('standard output', [
  cached('-S -o -', FILES, '$CC -S a.c -o -', EDIT, '$CC -S a.c -o -'),
  cached('-S -o - after -S', FILES, '$CC -S a.c', '$CC -S a.c -o -', '$CC -O1 -S a.c -o -', '$CC -O1 -S a.c'),
  cached('-S -o - into what was written before', FILES, '{ echo first; $CC -S a.c -o -; echo last; } > out/all'),
  cached('-S -o - with -MD', FILES, '$CC -MD -S a.c -o -'),
  cached('escape sequences in it', { 'a.c': 'const char s[] = "\x1b[1mbold\x1b[0m";\n' }, '$CC -S a.c -o -'),
  cached(
    '-S -o - and a warning',
    WARNS,
    '$CC -Wall -S a.c -o -',
    always('cannot-cache: result and messages go to one stream', '$CC -Wall -S a.c -o - 2>&1'),
  ),
  cached(
    '-S -o - and a file beside',
    FILES,
    always('cannot-cache: -fstack-usage', '$CC -fstack-usage -S a.c -o -; rm -f -- -.su'),
  ),
  cachedBy('clang', '-c -o -', FILES, '$CC -c a.c -o -', EDIT, '$CC -c a.c -o -', '$CC -c a.c'),
  cachedBy('gcc', '-c -o -', FILES, always('cannot-cache: -o -', '$CC -c a.c -o -')),
  cached('-o /dev/stdout', FILES, always('cannot-cache: -o /dev/stdout', '$CC -S a.c -o /dev/stdout')),
  cached(
    '-o /dev/stdout into a file',
    FILES,
    always('cannot-cache: -o /dev/stdout', '{ echo first; $CC -S a.c -o /dev/stdout; } > out/all'),
  ),
  cached('-o /dev/fd/3', FILES, always('cannot-cache: -o /dev/fd/3', '$CC -S a.c -o /dev/fd/3 3> out/all')),
  cachedBy(
    'gcc',
    '-o - to a full disk',
    FILES,
    '$CC -S a.c -o -',
    compile('$CC -Wall -S a.c -o - > /dev/full', 'miss', 'hit'),
  ),
  cached('-o /dev/null and -S', FILES, '$CC -S a.c', again('$CC -S a.c -o /dev/null')),
]);
