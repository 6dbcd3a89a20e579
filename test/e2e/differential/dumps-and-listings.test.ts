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
const ADDED = write({ 'h.h': '#define STEP 5\nint other;\n' });

describeDifferential('dumps and temporaries', [
  cachedBy(
    'gcc',
    'a dump that shows lines, after a comment has become longer',
    { 'a.c': 'int f(int x) { return x * 3; }\n' },
    '$CC -O1 -fdump-tree-optimized-lineno -c a.c',
    write({ 'a.c': '/* more\n of it */\nint f(int x) { return x * 3; }\n' }),
    '$CC -O1 -fdump-tree-optimized-lineno -c a.c',
  ),
  cachedBy(
    'gcc',
    '-fdump-tree-optimized',
    FILES,
    '$CC -O1 -fdump-tree-optimized -c a.c',
    EDIT,
    '$CC -O1 -fdump-tree-optimized -c a.c',
  ),
  cachedBy(
    'gcc',
    '-fdump-ipa-clones',
    FILES,
    '$CC -O2 -fdump-ipa-clones -c a.c -o out/a.o',
    again('$CC -O2 -fdump-ipa-clones -c a.c -o ./out//b.x.o'),
  ),
  cachedBy(
    'gcc',
    'all dumps',
    FILES,
    '$CC -O1 -fdump-noaddr -fdump-unnumbered -fdump-tree-all -fdump-rtl-all -fdump-ipa-all -c a.c -o out/b',
    again('$CC -O1 -fdump-noaddr -fdump-unnumbered -fdump-tree-all -fdump-rtl-all -fdump-ipa-all -c a.c'),
  ),
  cachedBy(
    'gcc',
    'a dump that is there and not written',
    FILES,
    shell('echo old > a.c.001t.tu'),
    '$CC -O1 -fdump-tree-optimized -c a.c',
  ),
  cachedBy(
    'gcc',
    'a dump to a file',
    FILES,
    '$CC -O1 -fdump-tree-optimized=x -fdump-tree-ssa=x -c a.c',
    EDIT,
    '$CC -O1 -fdump-tree-optimized=x -fdump-tree-ssa=x -c a.c',
  ),
  cachedBy('gcc', 'a dump to the streams', FILES, '$CC -O1 -fdump-tree-optimized=stdout -fdump-tree-cfg=stderr -c a.c'),
  cachedBy(
    'gcc',
    'dumps that nobody knows',
    FILES,
    always('cannot-cache: -fdump-', '$CC -fdump-ada-spec -c a.c; rm -f *.ads'),
  ),
  cachedBy(
    'gcc',
    'dumps without a name',
    FILES,
    always('cannot-cache: -fdump-tree', '$CC -O1 -fdump-tree-optimized -c a.c -o /dev/null; rm -f /dev/*.optimized'),
  ),
  cachedBy('gcc', '-da', FILES, '$CC -O1 -fdump-noaddr -da -c a.c'),
  cachedBy('gcc', '-dA and -dp', FILES, '$CC -S -dA a.c', '$CC -S -dp a.c'),
  cached(
    '-save-temps',
    FILES,
    '$CC -save-temps -c a.c',
    EDIT,
    '$CC -save-temps -c a.c',
    ADDED,
    '$CC -save-temps -c a.c',
  ),
  cached('-save-temps and -o', FILES, '$CC -save-temps -c a.c -o out/b.o', '$CC -save-temps -c a.c -o out/c.o'),
  cached(
    '-save-temps=obj',
    FILES,
    '$CC -save-temps=obj -c a.c -o out/b.o',
    EDIT,
    '$CC -save-temps=obj -c a.c -o out/b.o',
  ),
  cached(
    '-save-temps=obj, -g and -MMD',
    FILES,
    '$CC -g -save-temps=obj -MMD -c a.c',
    EDIT,
    '$CC -g -save-temps=obj -MMD -c a.c',
  ),
  cached('-save-temps and -MD', FILES, '$CC -save-temps -MD -c a.c', EDIT, '$CC -save-temps -MD -c a.c'),
  cached('-save-temps -S', FILES, '$CC -save-temps -S a.c -o out/b.s'),
  cached(
    '-save-temps and -pipe',
    FILES,
    '$CC -save-temps -c a.c',
    compile('$CC -save-temps -pipe -c a.c'),
    again('$CC -save-temps -c a.c'),
  ),
  cached(
    '-save-temps over old files',
    FILES,
    shell('for f in a.i a.s a.bc a.o; do echo old > $f; ln $f $f.other; done'),
    '$CC -save-temps -c a.c',
  ),
  cached(
    '-save-temps of C++',
    { 'a.cc': '#include "h.h"\nint v = STEP;\n', ...HEADER },
    '$CXX -save-temps -c a.cc',
    EDIT,
    '$CXX -save-temps -c a.cc',
  ),
  cached('-save-temps of what is preprocessed', { 'a.i': 'int v;\n' }, '$CC -save-temps -c a.i -o b.o'),
  cached('-save-temps and a warning', WARNS, '$CC -save-temps -Wall -c a.c'),
  cached('-save-temps=cwd', FILES, always('cannot-cache: -save-temps=cwd', '$CC -save-temps=cwd -c a.c -o out/b.o')),
  cached(
    '-save-temps of assembly',
    { 'a.S': 'f: ret\n' },
    always('cannot-cache: -save-temps', '$CC -save-temps -c a.S'),
  ),
]);

describeDifferential('assembler listings', [
  cachedBy('gcc', 'in a file', FILES, '$CC -pipe -Wa,-al=a.lst -c a.c', EDIT, '$CC -pipe -Wa,-al=a.lst -c a.c'),
  cachedBy(
    'gcc',
    'without headings',
    FILES,
    '$CC -pipe -g -Wa,-adhlns=out/a.lst -c a.c',
    EDIT,
    '$CC -pipe -g -Wa,-adhlns=out/a.lst -c a.c',
  ),
  cachedBy('gcc', 'to standard output', FILES, '$CC -Wa,-aln -c a.c', again('$CC -Wa,-aln -c a.c -o b.o')),
  cachedBy('gcc', 'two of them', FILES, always('cannot-cache: -Wa', '$CC -Wa,-aln=1,-ahn=2 -c a.c')),
  cachedBy('gcc', 'with the time', FILES, always('cannot-cache: -Wa', '$CC -pipe -Wa,-ag=x -c a.c; rm x')),
  cachedBy(
    'gcc',
    'of what another file says',
    { 'a.c': '#line 1 "x.y"\nint f(void) { return 1; }\n', 'x.y': 'text\n' },
    always('not-kept: listing or message of what #line names', '$CC -pipe -g -Wa,-adhlns=a.lst -c a.c'),
  ),
  cachedBy('gcc', 'of assembly', { 'a.s': 'f: ret\n' }, '$CC -Wa,-al=a.lst -c a.s'),
  cachedBy('gcc', 'without assembling', FILES, '$CC -Wa,-al=a.lst -S a.c'),
  cachedBy(
    'clang',
    'by GNU as',
    FILES,
    '$CC -fno-integrated-as -Wa,-aln=a.lst -c a.c',
    EDIT,
    '$CC -fno-integrated-as -Wa,-aln=a.lst -c a.c',
  ),
  cachedBy('clang', 'by clang', FILES, always('failed', '$CC -Wa,-al=a.lst -c a.c')),
]);
