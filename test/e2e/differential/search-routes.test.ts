import { again, cached, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

/** Other names for directories and sources, by which a compile comes to the same files. */
const FILES = {
  'a.c': '#include <stdio.h>\n#include "l.h"\n#include <d/h.h>\nint v = V + L;\n',
  'l.h': '#define L 1\n',
  'inc/d/h.h': '#include "i.h"\n#define V W\n',
  'inc/d/i.h': '#define W 1\n',
  'empty/k': '',
  'other/d/h.h': '#define V 2\n',
};
const NAMED = {
  ...FILES,
  'inc/d/i.h': '#define W 1\nstatic const char *name = __FILE__;\nstatic const char **use = &name;\n',
};
const WARNS = { ...FILES, 'inc/d/i.h': '#define W 1\n#warning look\n' };

describeDifferential('other names of search directories', [
  cached(
    'spellings of one',
    FILES,
    '$CC -Iinc -c a.c',
    again('$CC -I./inc -c a.c'),
    again('$CC -Iinc/ -c a.c'),
    again('$CC -I$PWD/inc -c a.c'),
    again('$CC -Iempty/../inc -c a.c -o x.o'),
    again('$CC -I inc -I inc -c a.c'),
  ),
  cached(
    'further ones in which nothing is found',
    FILES,
    '$CC -MD -Iinc -c a.c',
    again('$CC -MD -Iempty -Iinc -c a.c'),
    again('$CC -MD -Iinc -Iempty -Inone -c a.c'),
    '$CC -MD -iquote empty -Iinc -c a.c',
  ),
  cached('a link', FILES, shell('ln -s inc link'), '$CC -Iinc -c a.c', again('$CC -Ilink -c a.c')),
  cached('dependency files name it as it is called', FILES, '$CC -MD -Iinc -c a.c', again('$CC -MD -I$PWD/inc -c a.c')),
  cached(
    'dependency files in which names have dots',
    FILES,
    '$CC -MD -Iinc -c a.c',
    '$CC -MD -I./inc -c a.c',
    '$CC -MD -Iempty/../inc -c a.c',
  ),
  cached(
    'where the other one has the header too',
    FILES,
    '$CC -Iinc -c a.c',
    '$CC -Iother -Iinc -c a.c',
    '$CC -Iinc -Iother -c a.c',
    '$CC -Iother -c a.c',
  ),
  cached(
    'where another one has another header',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'inc/h.h': '#define V 1\n', 'other/h.h': '#define V 2\n' },
    '$CC -Iinc -c a.c',
    '$CC -Iother -c a.c',
  ),
  cached(
    'a header that appears in a further one',
    FILES,
    '$CC -Iinc -c a.c',
    again('$CC -Iempty -Iinc -c a.c'),
    write({ 'empty/d/h.h': '#define V 3\n' }),
    '$CC -Iempty -Iinc -c a.c',
    again('$CC -Iinc -c a.c'),
  ),
  cached(
    'a header that is edited',
    FILES,
    '$CC -Iinc -c a.c',
    write({ 'inc/d/i.h': '#define W 5\n' }),
    '$CC -I./inc -c a.c',
    again('$CC -Iinc/ -c a.c'),
  ),
  cached(
    'a system directory is another thing',
    { ...WARNS, 'a.c': '#include <d/h.h>\nint v = V;\n' },
    '$CC -Wall -isystem inc -c a.c',
    '$CC -Wall -Iinc -c a.c',
    '$CC -Wall -isystem other -isystem inc -c a.c',
  ),
  cached(
    'a directory that is a system directory in one case',
    { ...WARNS, 'a.c': '#include <d/h.h>\nint v = V;\n' },
    '$CC -Wall -Iinc -c a.c',
    '$CC -Wall -Iinc -isystem inc -c a.c',
    '$CC -Wall -isystem inc -Iempty -c a.c',
  ),
  cached(
    'a further one, and messages',
    WARNS,
    '$CC -Wall -Iinc -c a.c',
    again('$CC -Wall -Iinc -Iempty -c a.c'),
    '$CC -Wall -I./inc -c a.c',
  ),
  cached(
    'a further one, and debug information',
    FILES,
    '$CC -g -Iinc -c a.c',
    again('$CC -g -Iinc -Iempty -c a.c'),
    '$CC -g -I./inc -c a.c',
  ),
  cached(
    'a name that the object has',
    NAMED,
    '$CC -Iinc -c a.c',
    again('$CC -Iinc -Iempty -c a.c'),
    '$CC -I./inc -c a.c',
  ),
  cached(
    'a header that asks for one',
    {
      ...FILES,
      'inc/d/i.h': '#if __has_include("opt.h")\n#define W 2\n#else\n#define W 1\n#endif\n',
      'other/opt.h': '',
    },
    '$CC -Iinc -c a.c',
    '$CC -Iinc -Iother -c a.c',
    again('$CC -Iinc -Iempty -c a.c'),
  ),
  cached(
    'a header that a macro names',
    {
      ...FILES,
      'inc/d/i.h': '#define N <n.h>\n#include N\n',
      'inc/n.h': '#define W 1\n',
      'other/n.h': '#define W 2\n',
    },
    '$CC -Iinc -c a.c',
    '$CC -Iother -Iinc -c a.c',
  ),
  cached(
    'the next one of a name',
    {
      ...FILES,
      'inc/d/i.h': '#include_next <d/i.h>\n',
      'other/d/i.h': '#define W 7\n',
      'third/d/i.h': '#define W 8\n',
    },
    '$CC -Iinc -Iother -Iempty -c a.c',
    again('$CC -Iinc -I./other -c a.c'),
    '$CC -Iinc -Ithird -Iother -c a.c',
  ),
  cached(
    'a system root',
    {
      'a.c': '#include <s.h>\nint v = V;\n',
      'root/usr/include/s.h': '#define V 1\n',
      'r2/usr/include/s.h': '#define V 2\n',
    },
    '$CC --sysroot=$PWD/root -c a.c',
    again('$CC --sysroot=$PWD/root/ -c a.c'),
    again('$CC --sysroot=root -c a.c'),
    '$CC --sysroot=$PWD/r2 -c a.c',
  ),
]);

describeDifferential('other names of the source', [
  cached(
    'spellings of one',
    FILES,
    '$CC -Iinc -c a.c',
    again('$CC -Iinc -c ./a.c'),
    again('$CC -Iinc -c $PWD/a.c'),
    again('$CC -I$PWD/inc -c $PWD/a.c'),
    again('$CC -Iinc -c empty/../a.c'),
  ),
  // clang calls what is beside the source `./l.h`.
  cachedBy(
    'gcc',
    'dependency files',
    FILES,
    '$CC -MMD -Iinc -c a.c',
    again('$CC -MMD -I$PWD/inc -c $PWD/a.c'),
    '$CC -MMD -Iinc -c ./a.c',
  ),
  cached('debug information', FILES, '$CC -g -Iinc -c a.c', '$CC -g -Iinc -c ./a.c', '$CC -g -Iinc -c $PWD/a.c'),
  cached(
    'a name that the object has',
    { 'a.c': 'const char *f(void) { return __FILE__; }\n' },
    '$CC -c a.c',
    '$CC -c ./a.c',
    '$CC -c $PWD/a.c',
  ),
  cached(
    'another file of that name',
    { ...FILES, 'empty/a.c': FILES['a.c'], 'empty/l.h': '#define L 9\n' },
    '$CC -Iinc -c a.c',
    '$CC -Iinc -c empty/a.c',
  ),
  cached('equal contents, another name', { 'a.c': 'int v;\n', 'b.c': 'int v;\n' }, '$CC -c a.c', '$CC -c b.c'),
  cached('messages', { 'a.c': 'static int unused;\n' }, '$CC -Wall -c a.c', '$CC -Wall -c ./a.c'),
  cachedBy(
    'gcc',
    'constructors',
    { 'a.cc': 'int f();\nnamespace { int v = f(); }\n' },
    '$CXX -c a.cc',
    again('$CXX -c $PWD/a.cc'),
  ),
]);
