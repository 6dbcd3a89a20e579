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

describeDifferential('files beside the object', [
  cachedBy(
    'clang',
    '-emit-llvm',
    FILES,
    '$CC -emit-llvm -c a.c',
    EDIT,
    '$CC -emit-llvm -c a.c',
    '$CC -emit-llvm -c a.c -O1 -o out/x',
  ),
  cachedBy('clang', '-emit-llvm -S', FILES, '$CC -emit-llvm -S a.c', again('$CC -emit-llvm -S a.c -o out/y')),
  cachedBy('clang', '-flto', FILES, '$CC -flto -c a.c', '$CC -flto=thin -c a.c'),
  cachedBy('clang', '-ftime-trace', FILES, compile('$CC -ftime-trace -c a.c; grep -c traceEvents a.json; rm a.json')),
  cachedBy(
    'clang',
    '-ftime-trace and -o',
    FILES,
    compile('$CC -ftime-trace -ftime-trace-granularity=10 -c a.c -o out/b.o; test -s out/b.json; rm out/b.json'),
  ),
  cachedBy(
    'clang',
    '-fsave-optimization-record',
    FILES,
    '$CC -O2 -fsave-optimization-record -c a.c -o out/b.o',
    EDIT,
    '$CC -O2 -fsave-optimization-record -c a.c -o out/b.o',
  ),
  cachedBy('clang', '-foptimization-record-file', FILES, '$CC -O2 -foptimization-record-file=x.yaml -c a.c'),
  cachedBy(
    'clang',
    '-MJ',
    FILES,
    '$CC -MJ x.json -c a.c',
    again('$CC -MJ x.json -c a.c'),
    '$CC -MJ x.json -c a.c -o out/b.o',
  ),
  cachedBy(
    'clang',
    '-MJ in another directory',
    { ...FILES, 'd/a.c': FILES['a.c'], 'd/h.h': FILES['h.h'] },
    '$CC -MJ x.json -c a.c',
    'cd d && $CC -MJ x.json -c a.c',
  ),
  cachedBy('clang', '-MJ and -MMD', FILES, '$CC -MJ x.json -MMD -c a.c', EDIT, '$CC -MJ x.json -MMD -c a.c'),
  cachedBy('clang', '-MJ, -g and a map', FILES, '$CC -g -MJ x.json -fdebug-prefix-map=$PWD=. -c a.c'),
  cachedBy(
    'clang',
    '--serialize-diagnostics',
    WARNS,
    '$CC -Wall --serialize-diagnostics a.dia -c a.c',
    again('$CC -Wall --serialize-diagnostics b.dia -c a.c -o b.o'),
  ),
  cachedBy(
    'clang',
    '--serialize-diagnostics without a message',
    FILES,
    shell('echo old > a.dia'),
    '$CC --serialize-diagnostics a.dia -c a.c',
  ),
  cachedBy(
    'clang',
    '--serialize-diagnostics and -MMD',
    WARNS,
    '$CC -Wall -grecord-command-line -MMD --serialize-diagnostics a.dia -c a.c',
  ),
  cachedBy('gcc', '-aux-info', FILES, '$CC -aux-info x -c a.c', EDIT, '$CC -aux-info x -c a.c'),
  cachedBy('gcc', '-fprofile-note', FILES, '$CC --coverage -frandom-seed=s -fprofile-note=n.gcno -c a.c'),
  cachedBy(
    'gcc',
    '-fcallgraph-info=su,da',
    FILES,
    '$CC -fcallgraph-info=su,da -c a.c -o out/b.o',
    again('$CC -fcallgraph-info=su,da -c a.c'),
  ),
  cachedBy('gcc', '-fopt-info', FILES, '$CC -O2 -fopt-info-all -c a.c'),
  cachedBy(
    'gcc',
    '-fopt-info to a file',
    FILES,
    always('cannot-cache: -fopt-info', '$CC -O2 -fopt-info-inline=notes -c a.c'),
  ),
  cached(
    'coverage with -fprofile-dir',
    FILES,
    '$CC --coverage -frandom-seed=s -fprofile-dir=$PWD/prof -c a.c -o out/b.o',
  ),
  cached(
    'coverage with -fprofile-dir, an absolute object',
    FILES,
    '$CC --coverage -frandom-seed=s -fprofile-dir=prof -c a.c -o $PWD/out/b.o',
  ),
  cached(
    'all at once',
    FILES,
    '$CC -g -gsplit-dwarf --coverage -frandom-seed=s -fstack-usage -MMD -c a.c -o out/b.o',
    EDIT,
    '$CC -g -gsplit-dwarf --coverage -frandom-seed=s -fstack-usage -MMD -c a.c -o out/b.o',
  ),
  cachedBy(
    'clang',
    'an object that is there, with an assembler apart',
    FILES,
    shell(': > a.o'),
    '$CC -fno-integrated-as -c a.c',
    shell('echo old > a.o; ln a.o b.o'),
    again('$CC -fno-integrated-as -c a.c'),
  ),
  cached(
    'an option in the wrong place',
    FILES,
    always('cannot-cache: two outputs of one name', '$CC -gsplit-dwarf -c a.c -o a.dwo 2> /dev/null; rm -f a.dwo'),
  ),
]);
