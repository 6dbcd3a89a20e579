import { again, always, cached, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const N = { 'a.c': 'int v = N;\n' };
const LOOP = {
  'a.c':
    'int f(int x) { for (int i = 0; i < x; i++) x += i; return x; }\nint main(int c, char **v) { return f(c * 9) & 0; }\n',
};

/** Counts of a run have the time in them: they are made once. */
const COUNT =
  'test -e $TMPDIR/../counts || { $COMPILER -O2 -fprofile-generate a.c -o p && GCOV_PREFIX=. GCOV_PREFIX_STRIP=99 ./p && mv *.gcda $TMPDIR/../counts && rm p; }';

/** A file that an option names is edited, and edited back. */
function edited(name: string, command: string, file: string, one: string, two: string, files: Record<string, string>) {
  const steps = [command, write({ [file]: two }), command, write({ [file]: one }), again(command)];
  return cached(name, { ...files, [file]: one }, ...steps);
}

describeDifferential(
  'files that options of gcc name',
  [
    edited('-specs', '$CC -specs=my.specs -c a.c', 'my.specs', '*cpp:\n+ -DN=1\n', '*cpp:\n+ -DN=2\n', N),
    edited(
      '-specs that include others',
      '$CC -specs=my.specs -c a.c',
      'other.specs',
      '*cpp:\n+ -DN=1\n',
      '*cpp:\n+ -DN=2\n',
      { ...N, 'my.specs': '%include <other.specs>\n' },
    ),
    cached(
      '-specs in two directories',
      { ...N, 'd1/my.specs': '*cpp:\n+ -DN=1\n', 'd2/my.specs': '*cpp:\n+ -DN=2\n' },
      'cd d1 && $CC -specs=my.specs -c ../a.c',
      'cd d2 && $CC -specs=my.specs -c ../a.c',
    ),
    cached(
      '-specs that add debug information, in two directories',
      { 'd1/a.c': 'int v;\n', 'd2/a.c': 'int v;\n', 'my.specs': '*cc1:\n+ -g\n' },
      'cd d1 && $CC -specs=../my.specs -MMD -c a.c',
      'cd d2 && $CC -specs=../my.specs -MMD -c a.c',
    ),
    cached(
      'a file of specs beside the programs',
      N,
      shell('mkdir b; cp "$($COMPILER -print-prog-name=cc1)" b/cc1'),
      always('failed', '$CC -B$PWD/b -c a.c 2>/dev/null'),
      '$CC -B$PWD/b -DN=1 -c a.c',
      write({ 'b/specs': '*cpp:\n+ -UN -DN=2\n' }),
      '$CC -B$PWD/b -DN=1 -c a.c',
    ),
    cached(
      '-fprofile-use by the default name',
      LOOP,
      '$CC -O2 -fprofile-use -c a.c',
      shell(`${COUNT}; cp $TMPDIR/../counts a.gcda`),
      '$CC -O2 -fprofile-use -c a.c',
      again('$CC -O2 -fprofile-use -c a.c'),
      shell('rm a.gcda'),
      again('$CC -O2 -fprofile-use -c a.c'),
      '$CC -O2 -fbranch-probabilities -c a.c',
    ),
    cached(
      '-fprofile-use with a directory',
      { ...LOOP, 'd/keep': '' },
      '$CC -O2 -fprofile-use=d -c a.c',
      shell(`${COUNT}; cp $TMPDIR/../counts "d/$(pwd | tr / '#')#a.gcda"`),
      '$CC -O2 -fprofile-use=d -c a.c',
      again('$CC -O2 -fprofile-use=d -c a.c'),
    ),
    cached(
      '-fplugin',
      {
        'a.c': 'int v;\n',
        'p.c':
          '#include <stdio.h>\nint plugin_is_GPL_compatible;\nint plugin_init(void *a, void *b) { fprintf(stderr, "one\\n"); return 0; }\n',
      },
      shell('$COMPILER -shared -fPIC p.c -o p.so'),
      '$CC -fplugin=./p.so -c a.c',
      again('$CC -fplugin=./p.so -c a.c'),
      shell('sed -i s/one/two/ p.c && $COMPILER -shared -fPIC p.c -o p.so'),
      '$CC -fplugin=./p.so -c a.c',
      '$CC -fplugin=./p.so -fplugin-arg-p-x=1 -c a.c',
    ),
  ],
  ['gcc'],
);

const PROFILE = (count: number) => `f\n# Func Hash:\n0\n# Num Counters:\n1\n# Counter Values:\n${count}\n`;

describeDifferential(
  'files that options of clang name',
  [
    edited('--config', '$CC --config ./my.cfg -c a.c', 'my.cfg', '-DN=1\n', '-DN=2\n', N),
    cached(
      '--config that includes another',
      { ...N, 'my.cfg': '@other.cfg\n', 'other.cfg': '-DN=1\n' },
      '$CC --config ./my.cfg -c a.c',
    ),
    cached(
      '--config that adds debug information, in two directories',
      { 'd1/a.c': 'int v;\n', 'd2/a.c': 'int v;\n', 'my.cfg': '-g\n' },
      'cd d1 && $CC --config ../my.cfg -c a.c',
      'cd d2 && $CC --config ../my.cfg -c a.c',
    ),
    cached(
      '--config that asks for a dependency file',
      { 'a.c': 'int v;\n', 'my.cfg': '-MD\n' },
      always('cannot-cache: compiler not understood', '$CC --config ./my.cfg -c a.c'),
    ),
    cached(
      'a configuration file that takes in others',
      {
        'a.c': 'int v = N;\n',
        'my.cfg': '-O1 # @none\n"@c/other.cfg"\n',
        'c/other.cfg': '@third.cfg',
        'c/third.cfg': '-DN=1\n',
      },
      always('cannot-cache: compiler not understood', '$CC --config ./my.cfg -c a.c 2>/dev/null'),
      write({ 'my.cfg': '-O1\n"@c/other.cfg"\n' }),
      '$CC --config ./my.cfg -c a.c',
      write({ 'c/third.cfg': '-DN=2\n' }),
      '$CC --config ./my.cfg -c a.c',
      write({ 'c/other.cfg': '-DN=3' }),
      '$CC --config ./my.cfg -c a.c',
    ),
    cached(
      'a configuration file beside a compiler with a target in its name',
      { ...N, 'b/x86_64-linux-gnu-clang.cfg': '-DN=1\n' },
      shell('ln -s "$(readlink -f "$(command -v $COMPILER)")" b/x86_64-linux-gnu-clang'),
      '$WRAPPER b/x86_64-linux-gnu-clang -no-canonical-prefixes -c a.c',
      write({ 'b/x86_64-linux-gnu-clang.cfg': '-DN=2\n' }),
      '$WRAPPER b/x86_64-linux-gnu-clang -no-canonical-prefixes -c a.c',
    ),
    edited(
      '-fsanitize-ignorelist',
      '$CC -fsanitize=address -fsanitize-ignorelist=l -c a.c',
      'l',
      'fun:f\n',
      'fun:g\n',
      LOOP,
    ),
    edited(
      '-fprofile-list',
      '$CC -fprofile-instr-generate -fprofile-list=l -c a.c',
      'l',
      'fun:f\n',
      'fun:main\n',
      LOOP,
    ),
    edited(
      '-fxray-attr-list',
      '$CC -fxray-instrument -fxray-attr-list=l -c a.c',
      'l',
      '[always]\nfun:f\n',
      '[never]\nfun:f\n',
      LOOP,
    ),
    edited(
      '-fprofile-sample-use',
      '$CC -O2 -fprofile-sample-use=l -c a.c',
      'l',
      'f:1000:10\n 1: 10\n',
      'f:9000:90\n 1: 90\n',
      LOOP,
    ),
    cached(
      '-fprofile-instr-use and -fprofile-use',
      { 'a.c': 'int f(int x) { return x + 1; }\n', l: PROFILE(1), 'd/keep': '' },
      shell('llvm-profdata merge l -o p && cp p d/default.profdata'),
      '$CC -O2 -w -fprofile-instr-use=p -c a.c',
      '$CC -O2 -w -fprofile-use=d/ -c a.c',
      '$CC -O2 -w -fprofile-use=d -c a.c',
      write({ l: PROFILE(9000) }),
      shell('llvm-profdata merge l -o p && cp p d/default.profdata'),
      '$CC -O2 -w -fprofile-instr-use=p -c a.c',
      '$CC -O2 -w -fprofile-use=d/ -c a.c',
      '$CC -O2 -w -fprofile-use=d -c a.c',
    ),
    cached(
      '-ivfsoverlay',
      {
        'a.c': '#include <h.h>\nint v = N;\n',
        'real/one.h': '#define N 1\n',
        'real/two.h': '#define N 2\n',
        'inc/keep': '',
        'first/keep': '',
      },
      shell(
        `printf "{'version':0,'roots':[{'type':'file','name':'%s/inc/h.h','external-contents':'%s/real/one.h'}]}" "$PWD" "$PWD" > o.yaml`,
      ),
      '$CC -ivfsoverlay o.yaml -Ifirst -I$PWD/inc -c a.c',
      again('$CC -ivfsoverlay o.yaml -Ifirst -I$PWD/inc -c a.c'),
      shell('sed -i s/one/two/ o.yaml'),
      '$CC -ivfsoverlay o.yaml -Ifirst -I$PWD/inc -c a.c',
      write({ 'real/two.h': '#define N 3\n' }),
      '$CC -ivfsoverlay o.yaml -Ifirst -I$PWD/inc -c a.c',
      write({ 'first/h.h': '#define N 4\n' }),
      '$CC -ivfsoverlay o.yaml -Ifirst -I$PWD/inc -c a.c',
    ),
    cached(
      '-ivfsoverlay with a file that appears',
      { 'a.c': '#include <h.h>\nint v = N;\n', 'inc/keep': '', 'later/h.h': '#define N 1\n' },
      shell(
        `printf "{'version':0,'roots':[{'type':'file','name':'%s/inc/h.h','external-contents':'%s/one.h'}]}" "$PWD" "$PWD" > o.yaml`,
      ),
      '$CC -ivfsoverlay o.yaml -I$PWD/inc -Ilater -c a.c',
      write({ 'one.h': '#define N 2\n' }),
      '$CC -ivfsoverlay o.yaml -I$PWD/inc -Ilater -c a.c',
      '$CC -Xclang -ivfsoverlay -Xclang o.yaml -I$PWD/inc -Ilater -c a.c',
      write({ 'one.h': '#define N 3\n' }),
      '$CC -Xclang -ivfsoverlay -Xclang o.yaml -I$PWD/inc -Ilater -c a.c',
    ),
    ...[
      ['headers by their virtual names', "'use-external-names':false,", 'inc/h.h'],
      ['another source', '', 'a.c'],
    ].map(([what, says, name]) =>
      cached(
        `-ivfsoverlay with ${what}`,
        { 'a.c': '#include <h.h>\nint v = N;\n', 'inc/h.h': '#define N 1\n', 'real.h': '#define N 2\n' },
        shell(
          `printf "{'version':0,${says}'roots':[{'type':'file','name':'%s/${name}','external-contents':'%s/real.h'}]}" "$PWD" "$PWD" > o.yaml`,
        ),
        always('cannot-cache: -ivfsoverlay', '$CC -ivfsoverlay o.yaml -I$PWD/inc -c $PWD/a.c'),
      ),
    ),
    cached(
      'a default list of a sanitizer',
      { 'a.c': 'int *p;\nint f(void) { return *p; }\n', 'r/share/x': '' },
      '$CC -resource-dir r -fsanitize=address -c a.c',
      write({ 'r/share/asan_ignorelist.txt': 'fun:f\n' }),
      '$CC -resource-dir r -fsanitize=address -c a.c',
      write({ 'r/share/asan_ignorelist.txt': 'fun:g\n' }),
      '$CC -resource-dir r -fsanitize=address -c a.c',
    ),
    cached(
      'a file that an unknown option names is removed',
      { 'a.c': 'int v;\n', s: '' },
      '$CC -fbuild-session-file=s -c a.c',
      again('$CC -fbuild-session-file=s -c a.c'),
      shell('rm s'),
      always('failed', '$CC -fbuild-session-file=s -c a.c'),
    ),
    cached(
      'CCC_OVERRIDE_OPTIONS',
      { 'd1/a.c': 'int v;\n', 'd2/a.c': 'int v;\n' },
      'cd d1 && CCC_OVERRIDE_OPTIONS="#+-g" $CC -c a.c',
      'cd d2 && CCC_OVERRIDE_OPTIONS="#+-g" $CC -c a.c',
      always('cannot-cache: compiler not understood', 'cd d2 && CCC_OVERRIDE_OPTIONS="#+-MD" $CC -c a.c'),
    ),
  ],
  ['clang'],
);

describeDifferential('scripts around compilers', [
  cached(
    'one that adds debug information, in two directories',
    { 'd1/a.c': 'int v;\n', 'd2/a.c': 'int v;\n', mycc: '#!/bin/sh\nexec $COMPILER -g "$@"\n' },
    shell('chmod +x mycc'),
    'cd d1 && $WRAPPER ../mycc -MMD -c a.c',
    'cd d2 && $WRAPPER ../mycc -MMD -c a.c',
  ),
  cached(
    'one that asks for stack usage',
    { 'a.c': 'int f(void) { return 1; }\n', mycc: '#!/bin/sh\nexec $COMPILER -fstack-usage "$@"\n' },
    shell('chmod +x mycc'),
    always('cannot-cache: compiler not understood', '$WRAPPER ./mycc -c a.c'),
  ),
  cached(
    'one that defines the date',
    { 'a.c': 'const char *d = D;\n', mycc: '#!/bin/sh\nexec $COMPILER -DD=__DATE__ "$@"\n' },
    shell('chmod +x mycc'),
    always('cannot-cache: compiler not understood', '$WRAPPER ./mycc -c a.c'),
  ),
  cachedBy(
    'gcc',
    'another cc1',
    { 'a.c': 'int v = 1;\n', 'b/cc1': '#!/bin/sh\nexec "$(gcc -print-prog-name=cc1)" "$@"\n' },
    shell('chmod +x b/cc1'),
    '$CC -Bb/ -c a.c',
    write({ 'b/cc1': '#!/bin/sh\nexec "$(gcc -print-prog-name=cc1)" -w "$@"\n' }),
    '$CC -Bb/ -c a.c',
  ),
]);
