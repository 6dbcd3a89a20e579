import { again, always, cached, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const PLAIN = { 'a.c': 'int f(void) { return 1; }\n' };

describeDifferential('environment', [
  cached('SOURCE_DATE_EPOCH without a date', PLAIN, 'SOURCE_DATE_EPOCH=1 $CC -c a.c'),
  cached('TMPDIR elsewhere', PLAIN, shell('mkdir t'), 'TMPDIR=$PWD/t $CC -c a.c', 'TMPDIR=$PWD/t $CC -O1 -c a.c'),
  cached('TMPDIR that does not exist', PLAIN, 'TMPDIR=/nonexistent $CC -c a.c'),
  cachedBy(
    'gcc',
    'COMPILER_PATH with another assembler',
    { ...PLAIN, 'b/as': '#!/bin/sh\nexec /usr/bin/as "$@"\n' },
    shell('chmod +x b/as'),
    'COMPILER_PATH=$PWD/b $CC -c a.c',
    write({ 'b/as': '#!/bin/sh\n# new\nexec /usr/bin/as "$@"\n' }),
    'COMPILER_PATH=$PWD/b $CC -c a.c',
  ),
  ...(['gcc', 'clang'] as const).map((compiler) => {
    const command = `$CC ${compiler === 'clang' ? '-fno-integrated-as ' : ''}-B b -c a.c`;
    return cachedBy(
      compiler,
      'an assembler that appears in a -B directory',
      PLAIN,
      shell('mkdir b'),
      command,
      write({ 'b/as': '#!/bin/sh\nexec /usr/bin/as --defsym appeared=1 "$@"\n' }),
      shell('chmod +x b/as'),
      command,
      shell('rm b/as'),
      again(command),
    );
  }),
  cachedBy(
    'gcc',
    'an assembler that appears under a prefix of -B that is no directory',
    { 'a.c': 'int v;\n', 'b/x': '' },
    '$CC -Bb/x- -c a.c',
    shell(`printf '#!/bin/sh\\nexec /usr/bin/as --defsym zz=1 "$@"\\n' > b/x-as && chmod +x b/x-as`),
    '$CC -Bb/x- -c a.c',
  ),
  cachedBy(
    'gcc',
    'an assembler that appears in COMPILER_PATH, and one further up in PATH',
    PLAIN,
    shell('mkdir b p'),
    'COMPILER_PATH=$PWD/b:$PWD/none PATH=$PWD/p:$PATH $CC -c a.c',
    write({ 'p/as': '#!/bin/sh\nexec /usr/bin/as --defsym further=1 "$@"\n' }),
    shell('chmod +x p/as'),
    'COMPILER_PATH=$PWD/b:$PWD/none PATH=$PWD/p:$PATH $CC -c a.c',
    write({ 'none/as': '#!/bin/sh\nexec /usr/bin/as --defsym appeared=1 "$@"\n' }),
    shell('chmod +x none/as'),
    'COMPILER_PATH=$PWD/b:$PWD/none PATH=$PWD/p:$PATH $CC -c a.c',
  ),
  cached(
    'a compiler that is made of a shared library',
    {
      'a.c': 'int v = N;\n',
      'value.c': 'const char *definition(void) { return "-DN=" VALUE; }\n',
      'compiler.c': `#include <stdlib.h>
#include <unistd.h>
const char *definition(void);
int main(int count, char **words) {
  char *all[100] = {getenv("COMPILER"), (char *)definition()};
  for (int i = 1; i < count; i++) all[i + 1] = words[i];
  execvp(all[0], all);
}
`,
    },
    shell('mkdir l && gcc -shared -fPIC -DVALUE=\'"1"\' -o l/libvalue.so value.c'),
    shell("gcc -o mycc compiler.c -Ll -lvalue -Wl,-rpath,'$ORIGIN/l'"),
    '$WRAPPER ./mycc -c a.c',
    shell('gcc -shared -fPIC -DVALUE=\'"2"\' -o l/libvalue.so value.c'),
    '$WRAPPER ./mycc -c a.c',
    shell('mkdir e && gcc -shared -fPIC -DVALUE=\'"3"\' -o e/libvalue.so value.c'),
    again('$WRAPPER ./mycc -c a.c'),
    'LD_LIBRARY_PATH=$PWD/e $WRAPPER ./mycc -c a.c',
  ),
  cached('no HOME', PLAIN, 'env -u HOME $CC -c a.c'),
  cached(
    'an empty environment',
    PLAIN,
    'env -i PATH="$PATH" SCCACHE_DIR="$SCCACHE_DIR" XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" SCCACHE_C_CUSTOM_CACHE_BUSTER="$SCCACHE_C_CUSTOM_CACHE_BUSTER" $CC -c a.c',
  ),
  cached('a variable that is not UTF-8', PLAIN, `X="$(printf '\\377')" $CC -c a.c`),
  cached('LD_PRELOAD reaches the compiler', PLAIN, 'LD_PRELOAD=/nonexistent.so $CC -c a.c 2>/dev/null'),
  cached('SCCACHE_RECACHE', PLAIN, '$CC -c a.c', always('miss', 'SCCACHE_RECACHE=1 $CC -c a.c'), again('$CC -c a.c')),
  cached('SCCACHE_NO_CACHE', PLAIN, always('bypassed', 'SCCACHE_NO_CACHE=1 $CC -c a.c')),
  cached(
    'SCCACHE_C_CUSTOM_CACHE_BUSTER',
    PLAIN,
    '$CC -c a.c',
    'SCCACHE_C_CUSTOM_CACHE_BUSTER="$SCCACHE_C_CUSTOM_CACHE_BUSTER 2" $CC -c a.c',
  ),
  cached(
    'SCCACHE_EXTRAFILES',
    { ...PLAIN, x: '1' },
    'SCCACHE_EXTRAFILES=$PWD/x $CC -c a.c',
    write({ x: '2' }),
    'SCCACHE_EXTRAFILES=$PWD/x $CC -c a.c',
  ),
]);

describeDifferential('compilers', [
  cached('by its absolute path', PLAIN, '$WRAPPER $(command -v $COMPILER) -c a.c'),
  cached(
    'by a link with its name',
    PLAIN,
    shell('mkdir bin; ln -s "$(command -v $COMPILER)" bin/$COMPILER'),
    '$WRAPPER ./bin/$COMPILER -c a.c',
  ),
  cached(
    'by a link with another name',
    PLAIN,
    shell('ln -s "$(command -v $COMPILER)" my-$COMPILER'),
    '$WRAPPER ./my-$COMPILER -c a.c',
  ),
  cachedBy('gcc', 'by its long name', PLAIN, '$WRAPPER x86_64-linux-gnu-gcc-12 -c a.c', '$WRAPPER cc -O1 -c a.c'),
  cached(
    'a script around it',
    {
      ...PLAIN,
      'wrap/mycc': '#!/bin/sh\nexec "$COMPILER" -DWRAPPED "$@"\n',
      'a.c': '#ifdef WRAPPED\nint v = 1;\n#else\nint v;\n#endif\n',
    },
    shell('chmod +x wrap/mycc'),
    '$WRAPPER wrap/mycc -c a.c',
  ),
  cached(
    'a script around it is edited',
    { ...PLAIN, mycc: '#!/bin/sh\nexec "$COMPILER" -DN=1 "$@"\n', 'a.c': 'int v = N;\n' },
    shell('chmod +x mycc'),
    '$WRAPPER ./mycc -c a.c',
    write({ mycc: '#!/bin/sh\nexec "$COMPILER" -DN=2 "$@"\n' }),
    '$WRAPPER ./mycc -c a.c',
    write({ mycc: '#!/bin/sh\nexec "$COMPILER" -DN=1 "$@"\n' }),
    again('$WRAPPER ./mycc -c a.c'),
  ),
  cached(
    'a compiler found in another directory of PATH',
    {
      'one/mycc': '#!/bin/sh\nexec "$COMPILER" -DN=1 "$@"\n',
      'two/mycc': '#!/bin/sh\nexec "$COMPILER" -DN=2 "$@"\n',
      'a.c': 'int v = N;\n',
    },
    shell('chmod +x one/mycc two/mycc'),
    'PATH=$PWD/one:$PATH $WRAPPER mycc -c a.c',
    'PATH=$PWD/two:$PATH $WRAPPER mycc -c a.c',
  ),
  cached(
    'ccache behind us',
    PLAIN,
    shell('mkdir bin; ln -s "$(command -v ccache)" bin/$COMPILER'),
    always(
      'cannot-cache: compiler is another compiler cache',
      'CCACHE_DIR=$TMPDIR/ccache $WRAPPER ./bin/$COMPILER -c a.c; status=$?; rm -rf "$TMPDIR/ccache"; exit $status',
    ),
  ),
  cached('sccache behind sccache', PLAIN, '$WRAPPER $CC -c a.c'),
  cached('a compiler that is missing', PLAIN, always('unsupported', '$WRAPPER ./no-such-compiler -c a.c 2>/dev/null')),
  cached('a program that is no compiler', PLAIN, always('unsupported', '$WRAPPER /bin/echo -c a.c')),
  cachedBy(
    'gcc',
    '-B with another assembler',
    { ...PLAIN, 'b/as': '#!/bin/sh\nexec /usr/bin/as "$@"\n' },
    shell('chmod +x b/as'),
    '$CC -Bb/ -c a.c',
    write({ 'b/as': '#!/bin/sh\n# new\nexec /usr/bin/as "$@"\n' }),
    '$CC -Bb/ -c a.c',
  ),
  cachedBy(
    'clang',
    '-target',
    PLAIN,
    '$CC -target aarch64-linux-gnu -ffreestanding -c a.c',
    '$CC --target=armv7-none-eabi -ffreestanding -c a.c',
  ),
  cachedBy('clang', '-fno-integrated-as', PLAIN, '$CC -fno-integrated-as -c a.c'),
]);
