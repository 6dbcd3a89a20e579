import { again, always, cached, cachedBy, describeDifferential, write } from '../../rig/differential.ts';

const FILES = {
  'a.c': '#include "h.h"\nint v = V + X;\n',
  'i/h.h': '#define V 1\n',
  'j/h.h': '#define V 2\n',
  'f.h': '#define X 7\n',
  'b.c': 'int f(int x) { int y; return x; }\n',
  'a.src': 'int v = 1;\n',
};

describeDifferential('long spellings of options', [
  cached(
    'macros and directories',
    FILES,
    '$CC --compile --define-macro=X=1 --include-directory=i a.c',
    '$CC --compile --define-macro X=2 --include-directory j a.c',
    write({ 'j/h.h': '#define V 3\n' }),
    '$CC --compile --define-macro X=2 --include-directory j a.c',
    write({ 'h.h': '#define V 4\n' }),
    '$CC --compile --define-macro X=2 --include-directory j a.c',
    always('failed', '$CC --compile --define-macro=X --undefine-macro=X -Ii a.c'),
  ),
  cached(
    '--include, --imacros and --include-directory-after',
    FILES,
    '$CC -c --include f.h --include-directory-after=j a.c',
    write({ 'f.h': '#define X 8\n' }),
    '$CC -c --include f.h --include-directory-after=j a.c',
    '$CC -c --imacros=f.h --include-directory-after j a.c',
    write({ 'f.h': '#define X 9\n' }),
    '$CC -c --imacros=f.h --include-directory-after j a.c',
  ),
  cached(
    '--output and --assemble',
    FILES,
    '$CC -c b.c --output=x.o',
    again('$CC -c b.c --output y.o'),
    '$CC --assemble b.c --output z.s',
    '$CC --assemble b.c',
  ),
  cached(
    '--language, --optimize, --debug and warnings',
    FILES,
    '$CC --language=c -c a.src -o a.o',
    '$CC --language c -c a.src -o a.o --optimize=2 --debug=3',
    '$CC --debug -c b.c --all-warnings --warn-shadow',
    '$CC -c b.c --all-warnings --no-warnings',
  ),
  cached(
    'dependency files',
    FILES,
    '$CC -c -Ii -DX b.c --write-dependencies',
    '$CC -c -Ii -DX b.c --write-user-dependencies -MF m.d',
    '$CC -c -Ii -DX=1 a.c --trace-includes',
  ),
  cached('a value that looks like one', FILES, '$CC -MD -MT --compile=1 -c b.c'),
  cached('options of the linker', FILES, '$CC -c b.c -T i -e main -l foo -lbar', '$CC -c b.c -Ti -emain'),
  cached(
    'recorded words',
    FILES,
    '$CC -c b.c --define-macro=Q -frecord-gcc-switches --output=x.o',
    '$CC -c b.c -DQ -frecord-gcc-switches -o x.o',
  ),
  cached(
    'warnings for the preprocessor',
    FILES,
    '$CC -Wall -c b.c',
    '$CC -Wall -Wp,-w -c b.c',
    '$CC -Wp,-Wall,-Wundef -c b.c',
  ),
  cachedBy('gcc', '--prefix', FILES, '$CC -c b.c --prefix=i', '$CC -c b.c --prefix i/'),
  cached('--output without a value', FILES, always('cannot-cache: argument parse', '$CC -c b.c --output 2>/dev/null')),
]);

describeDifferential('names of files beside the object', [
  cachedBy(
    'gcc',
    '-dumpbase, -dumpdir and -dumpbase-ext',
    FILES,
    '$CC -c b.c -dumpbase foo',
    '$CC -c b.c -dumpdir i/',
    '$CC -c b.c -dumpbase foo.c -dumpbase-ext .c -o q.o',
    '$CC -c b.c -dumpbase foo -MMD -MF z.d',
    again('$CC -c b.c -dumpbase foo'),
  ),
  cachedBy(
    'gcc',
    '-dumpbase with such files',
    FILES,
    always('cannot-cache: -dumpbase', '$CC -c b.c -dumpbase foo -fstack-usage'),
    always('cannot-cache: -dumpbase', '$CC -c b.c -dumpbase foo -MD'),
    always('cannot-cache: -dumpdir', '$CC -c b.c -dumpdir i/ -save-temps'),
    always('cannot-cache: -dumpbase', '$CC -c b.c -dumpbase foo -gsplit-dwarf'),
  ),
  cached('-P', FILES, '$CC -c -P b.c', '$CC -c -P -g b.c', '$CC -P -c b.c -save-temps'),
]);
