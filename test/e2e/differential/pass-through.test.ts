import { again, always, cached, cachedBy, describeDifferential, write } from '../../rig/differential.ts';

const C = { 'a.c': 'int main(void) { return 0; }\n', 'b.c': 'int g(void) { return 2; }\n' };

describeDifferential('what is passed through', [
  cached('-E', C, always('cannot-cache: -E', '$CC -E a.c'), always('cannot-cache: -E', '$CC -E a.c -o a.i')),
  cached('-M and -MM', C, always('cannot-cache: -M', '$CC -M a.c'), always('cannot-cache: -MM', '$CC -MM a.c')),
  cached('a link', C, '$CC -c a.c', always('not-compilation', '$CC a.o -o a && ./a')),
  cached('compile and link in one', C, always('not-compilation', '$CC a.c -o a && ./a')),
  cached('source from standard input', C, always('cannot-cache: -', 'echo "int v;" | $CC -x c -c - -o a.o')),
  cached(
    '--version and -dumpmachine',
    C,
    always('not-compilation', '$CC --version'),
    always('not-compilation', '$CC -dumpmachine'),
  ),
  cached('--help', C, always('not-compilation', '$CC --help')),
  cached('no arguments', C, always('not-compilation', '$CC')),
  cached('no source', C, always('cannot-cache: no input file', '$CC -c')),
  ...['-MF', '-MT', '-include', '-isystem', '-idirafter', '-iquote', '-imacros', '-I', '-D', '-x', '-B'].map((option) =>
    cached(
      `${option} without a value`,
      C,
      always(`cannot-cache: ${option}`, `$CC -MD -c a.c ${option} 2>/dev/null`),
      always(`cannot-cache: ${option}`, `$CC -MD -c a.c ${option} '' 2>/dev/null`),
    ),
  ),
  cached('-o without a value', C, always('cannot-cache: -o', '$CC -c a.c -o 2>/dev/null')),
  cached(
    'a suffix that nobody knows',
    { ...C, 'a.weird': 'x' },
    always('cannot-cache: unknown source language', '$CC -c a.weird'),
  ),
  cached(
    '-print options',
    C,
    always('not-compilation', '$CC -print-file-name=crt1.o'),
    always('not-compilation', '$CC -print-search-dirs'),
  ),
  cached(
    'a static library',
    C,
    '$CC -c b.c',
    always('nothing', 'ar rcD lib.a b.o'),
    always('not-compilation', '$CC a.c lib.a -o a'),
  ),
  cached('-shared', C, always('not-compilation', '$CC -shared -fPIC b.c -o b.so')),
  cached('-dM -E', C, always('cannot-cache: -d', '$CC -dM -E a.c')),
  cachedBy(
    'clang',
    '-fmodules',
    C,
    always('cannot-cache: -fmodules', '$CC -fmodules -fmodules-cache-path=$TMPDIR/m -c a.c; rm -rf "$TMPDIR/m"'),
  ),
  cached('standard input of the compile is not read', { ...C }, '{ $CC -c a.c; cat; } < b.c'),
  cached('in the middle of a shell pipe', C, 'echo kept | { $CC -c a.c && cat; }'),
]);

describeDifferential('response files', [
  cached('one', { ...C, rsp: '-O2 -DX=1 -c a.c -o a.o\n' }, '$CC @rsp'),
  cached(
    'is edited',
    { 'a.c': 'int v = X;\n', rsp: '-DX=1' },
    '$CC @rsp -c a.c',
    write({ rsp: '-DX=2' }),
    '$CC @rsp -c a.c',
  ),
  cached(
    'in another',
    { 'a.c': 'int v = X;\n', one: '@two -c', two: '-DX=1 a.c\n' },
    '$CC @one',
    write({ two: '-DX=2 a.c\n' }),
    '$CC @one',
  ),
  cached(
    'with quotes, spaces and backslashes',
    { 'a b.c': 'const char *s = S;\n', rsp: `'-DS="x y"' -c "a b.c" -o out\\ put.o` },
    '$CC @rsp',
  ),
  cached('that is missing', C, always('cannot-cache: @', '$CC @none -c a.c')),
  cached('that is empty', { ...C, rsp: '' }, '$CC @rsp -c a.c', again('$CC -c a.c')),
  cached('of which the words are arguments', { ...C, rsp: '-c a.c' }, '$CC @rsp', again('$CC -c a.c')),
]);
