import { cpSync, renameSync } from 'node:fs';
import { again, cached, cachedBy, describeDifferential, type EditStep } from '../../rig/differential.ts';

const FILES = {
  'one/src/a.c': '#include <h.h>\n#include "l.h"\nint f(int n)\n{\n  return n + V + L;\n}\n',
  'one/src/l.h': '#define L 2\n',
  'one/inc/h.h': '#define V 1\n',
};

/** The same files in another directory. */
const clone: EditStep = { edit: (world) => cpSync(world.path('one'), world.path('two'), { recursive: true }) };
const move: EditStep = { edit: (world) => renameSync(world.path('one'), world.path('two')) };

function change(name: string, text: string): EditStep {
  return { edit: (world) => world.write({ [name]: text }) };
}

/** A compile with absolute names, from within a checkout. */
function within(checkout: string, command: string): string {
  return `cd ${checkout} && D=$PWD && ${command}`;
}

const ABSOLUTE = '$CC -O2 -I$D/inc -c $D/src/a.c -o a.o';

describeDifferential('another checkout that nothing in the result names', [
  cached(
    'absolute names',
    FILES,
    within('one', ABSOLUTE),
    clone,
    again(within('two', ABSOLUTE)),
    again(within('one', ABSOLUTE)),
  ),
  cached('moved', FILES, within('one', ABSOLUTE), move, again(within('two', ABSOLUTE)), again(within('two', ABSOLUTE))),
  cached(
    'a build directory of its own',
    FILES,
    within('one', `mkdir b && cd b && ${ABSOLUTE}`),
    clone,
    again(within('two', `cd b && ${ABSOLUTE}`)),
  ),
  cached(
    'base directories',
    FILES,
    `mkdir -p b/x && cd b/x && D=$PWD/../../one && cd $D && D=$PWD && cd ../b/x && SCCACHE_BASEDIRS=$D ${ABSOLUTE}`,
    clone,
    again(`mkdir -p b/y && cd two && D=$PWD && cd ../b/y && SCCACHE_BASEDIRS=$D ${ABSOLUTE}`),
  ),
  cached(
    'a dependency file',
    FILES,
    within('one', `${ABSOLUTE} -MD -MP`),
    clone,
    again(within('two', `${ABSOLUTE} -MD -MP`)),
    again(within('two', `${ABSOLUTE} -MD -MP -MF other.d`)),
  ),
  cached(
    'messages',
    { ...FILES, 'one/src/l.h': '#define L 2\nstatic int unused;\n' },
    within('one', `${ABSOLUTE} -Wall`),
    clone,
    again(within('two', `${ABSOLUTE} -Wall`)),
    again(within('two', `${ABSOLUTE} -Wall`)),
  ),
  cached(
    'assert of a header elsewhere that is not used',
    { ...FILES, 'one/src/l.h': '#include <assert.h>\n#define L 2\n' },
    within('one', ABSOLUTE),
    clone,
    again(within('two', ABSOLUTE)),
  ),
  cached(
    'headers that are read once',
    { 'one/a.cc': '#pragma once\n#include "h.h"\n', 'one/h.h': '#pragma once\nint v;\n' },
    within('one', '$CXX -w -c $D/a.cc'),
    clone,
    again(within('two', '$CXX -w -c $D/a.cc')),
  ),
  cached(
    'C++ with standard headers',
    { 'one/a.cc': '#include <vector>\nstd::vector<int> v;\n' },
    within('one', '$CXX -O1 -c $D/a.cc'),
    clone,
    again(within('two', '$CXX -O1 -c $D/a.cc')),
  ),
]);

const MAPS = {
  'the longer map last': '"-fdebug-prefix-map=$(dirname $PWD)=up" "-ffile-prefix-map=$PWD=."',
  'the longer map first': '"-ffile-prefix-map=$PWD=." "-fdebug-prefix-map=$(dirname $PWD)=up"',
  'two maps of one directory': '"-fdebug-prefix-map=$PWD=up" "-ffile-prefix-map=$PWD=."',
};

describeDifferential('a directory that several maps cover', [
  ...Object.entries(MAPS).map(([name, maps]) =>
    cached(
      name,
      FILES,
      within('one/src', `$CC -g ${maps} -I../inc -c a.c -o a.o`),
      clone,
      again(within('two/src', `$CC -g ${maps} -I../inc -c a.c -o a.o`)),
    ),
  ),
  cached(
    'another one',
    FILES,
    within('one', '$CC -g "-fdebug-prefix-map=$(dirname $PWD)=up" "-ffile-prefix-map=$PWD=." -Iinc -c src/a.c -o a.o'),
    clone,
    within(
      'two',
      '$CC -g "-fdebug-prefix-map=$(dirname $PWD)=up" "-ffile-prefix-map=$(dirname $PWD)=." -Iinc -c src/a.c -o a.o',
    ),
    within(
      'two/src',
      '$CC -g "-fdebug-prefix-map=$(dirname $PWD)=up" "-ffile-prefix-map=$PWD=." -I../inc -c a.c -o a.o',
    ),
  ),
]);

describeDifferential('another checkout that is another compile', [
  cached(
    'another header',
    FILES,
    within('one', ABSOLUTE),
    clone,
    change('two/inc/h.h', '#define V 3\n'),
    within('two', ABSOLUTE),
  ),
  cached(
    'a header that comes first',
    FILES,
    within('one', ABSOLUTE),
    clone,
    change('two/src/h.h', '#define V 3\n'),
    again(within('two', ABSOLUTE)),
    change('two/inc/l.h', '#define L 7\n'),
    again(within('two', ABSOLUTE)),
  ),
  cached(
    'a header that comes first on the way',
    FILES,
    within('one', '$CC -I$D/no -I$D/inc -c $D/src/a.c'),
    clone,
    change('two/no/h.h', '#define V 3\n'),
    within('two', '$CC -I$D/no -I$D/inc -c $D/src/a.c'),
  ),
  cached(
    '__FILE__',
    { ...FILES, 'one/src/l.h': '#define L (__FILE__[1])\n' },
    within('one', ABSOLUTE),
    clone,
    within('two', ABSOLUTE),
  ),
  cached(
    'the length of __FILE__',
    { ...FILES, 'one/src/l.h': '#define L ((int)sizeof __FILE__)\n' },
    within('one', ABSOLUTE),
    clone,
    { edit: (world) => renameSync(world.path('two'), world.path('three')) },
    within('three', ABSOLUTE),
  ),
  cached(
    '__BASE_FILE__ of a header elsewhere',
    { ...FILES, 'out/o.h': '#define L ((int)sizeof __BASE_FILE__)\n', 'one/src/l.h': '#include "../../out/o.h"\n' },
    within('one', ABSOLUTE),
    clone,
    { edit: (world) => renameSync(world.path('two'), world.path('three')) },
    within('three', ABSOLUTE),
  ),
  cached(
    'assert',
    {
      ...FILES,
      'one/src/l.h': '#include <assert.h>\nstatic inline void g(int n) { assert(n); }\n#define L (g(n), 2)\n',
    },
    within('one', ABSOLUTE),
    clone,
    within('two', ABSOLUTE),
  ),
  cached('debug information', FILES, within('one', `${ABSOLUTE} -g`), clone, within('two', `${ABSOLUTE} -g`)),
  cached(
    'a definition',
    { ...FILES, 'one/src/l.h': '#define L 2\nconst char *root = ROOT;\n' },
    within('one', `${ABSOLUTE} -DROOT=\\"$D\\"`),
    clone,
    within('two', `${ABSOLUTE} -DROOT=\\"$D\\"`),
  ),
  cached(
    'an absolute name in a source',
    { 'one/h.h': '#define V 1\n' },
    within('one', 'echo "#include \\"$D/h.h\\"" > a.c && echo "int v = V;" >> a.c && $CC -MD -c $D/a.c'),
    clone,
    within('two', '$CC -MD -c $D/a.c'),
  ),
  cachedBy(
    'gcc',
    'a message that names it',
    FILES,
    within('one', `${ABSOLUTE} -I$D/inc/h.h -Wall`),
    clone,
    within('two', `${ABSOLUTE} -I$D/inc/h.h -Wall`),
  ),
]);

const NAMED = {
  'one/a.c': '#include <h.h>\nint f(void) { return h(); }\n',
  'one/inc/h.h': 'static const char *name = __FILE__;\nstatic int h(void) { return name[0]; }\n',
};
const ALL_MAPPED = 'D=$PWD && $CC -g -ffile-prefix-map=$D=.';

describeDifferential('checkouts with prefix maps that share a directory', [
  cached(
    'a search directory in one of them',
    NAMED,
    `cd one && ${ALL_MAPPED} -I$D/inc -c a.c`,
    clone,
    'R=$PWD; cd two && $CC -g -ffile-prefix-map=$PWD=. -I$R/one/inc -c a.c',
  ),
  cached(
    'a search directory in the second',
    { ...NAMED, 'two/a.c': NAMED['one/a.c'], 'two/inc/h.h': NAMED['one/inc/h.h'] },
    'R=$PWD; cd one && $CC -g -fdebug-prefix-map=$PWD=. -I$R/two/inc -c a.c',
    'R=$PWD; cd two && $CC -g -fdebug-prefix-map=$PWD=. -I$R/two/inc -c a.c',
  ),
  cached(
    'a header by its whole name',
    { 'h.h': NAMED['one/inc/h.h'] },
    `mkdir one && echo "#include \\"$PWD/one/h.h\\"" > one/a.c && cp h.h one && cd one && ${ALL_MAPPED} -c a.c`,
    clone,
    `cd two && ${ALL_MAPPED} -c a.c`,
  ),
  cached(
    'a name that the source says is its own',
    {},
    `mkdir one && echo "#line 1 \\"$PWD/one/x.c\\"\nint f(int n) { return n; }" > one/a.c && cd one && ${ALL_MAPPED} -c a.c`,
    clone,
    `cd two && ${ALL_MAPPED} -c a.c`,
  ),
]);

const MAPPED = '-ffile-prefix-map=$D=/src -I$D/inc -c $D/src/a.c -o a.o';

describeDifferential('another checkout whose name a map takes away', [
  cached(
    'relative names',
    FILES,
    within('one', '$CC -ffile-prefix-map=$D=. -Iinc -c src/a.c'),
    move,
    again(within('two', '$CC -ffile-prefix-map=$D=. -Iinc -c src/a.c')),
  ),
  cached('debug information', FILES, within('one', `$CC -g ${MAPPED}`), move, again(within('two', `$CC -g ${MAPPED}`))),
  cached(
    'names that the object shows',
    {
      ...FILES,
      'one/src/l.h':
        '#include <assert.h>\n#define L 2\nstatic inline void l(int n) { assert(n); }\nvoid k(int n) { l(n); }\n',
    },
    within('one', `$CC -MMD ${MAPPED}`),
    clone,
    again(within('two', `$CC -MMD ${MAPPED}`)),
  ),
  cached(
    'a map of debug information only, and a name that the object shows',
    { ...FILES, 'one/src/l.h': '#define L 2\nconst char *name = __FILE__;\n' },
    within('one', `$CC -g ${MAPPED.replace('file', 'debug')}`),
    clone,
    within('two', `$CC -g ${MAPPED.replace('file', 'debug')}`),
  ),
  cached(
    'an edit there',
    FILES,
    within('one', `$CC -g ${MAPPED}`),
    clone,
    change('two/inc/h.h', '#define V 4\n'),
    within('two', `$CC -g ${MAPPED}`),
  ),
]);
