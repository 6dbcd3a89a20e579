import {
  again,
  type Case,
  cached,
  cachedBy,
  compile,
  describeDifferential,
  shell,
  write,
} from '../../rig/differential.ts';

const NUMBERED = 'int v = N;\n';

/** A script that calls what its last words say. */
const script = (...words: string[]) => `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`;

/** A script `mycc`, and one of the files that it goes by, which changes. */
function ruledBy(name: string, text: string, path: string, before: string, after: string): Case {
  return cached(
    name,
    { mycc: text, [path]: before, 'a.c': NUMBERED },
    shell(`chmod +x mycc; case ${path} in inner) chmod +x inner;; esac`),
    '$WRAPPER ./mycc -c a.c',
    again('$WRAPPER ./mycc -c a.c'),
    write({ [path]: after }),
    '$WRAPPER ./mycc -c a.c',
  );
}

describeDifferential('scripts around the compiler', [
  ruledBy('calls another script', script('./inner'), 'inner', script('"$COMPILER" -DN=1'), script('"$COMPILER" -DN=2')),
  ruledBy(
    'calls another script beside itself',
    script('"$(dirname "$0")/inner"'),
    'inner',
    script('"$COMPILER" -DN=1'),
    script('"$COMPILER" -DN=2'),
  ),
  ruledBy('takes options from a file', script('"$COMPILER" $(cat flags)'), 'flags', '-DN=1', '-DN=2'),
  ruledBy('sources a file', '#!/bin/sh\n. ./env.sh\nexec "$COMPILER" $F "$@"\n', 'env.sh', 'F=-DN=1\n', 'F=-DN=2\n'),
  ruledBy('looks at the size of a file', script('"$COMPILER" -DN=$(wc -c < data)'), 'data', 'abc', 'abcd'),
  ruledBy(
    'is written in Python and imports a module',
    '#!/usr/bin/python3 -B\nimport os, sys\nfrom flags import F\ncc = os.environ["COMPILER"]\nos.execvp(cc, [cc, F] + sys.argv[1:])\n',
    'flags.py',
    'F = "-DN=1"\n',
    'F = "-DN=2"\n',
  ),
  cached(
    'a file that it asks for appears',
    {
      mycc: '#!/bin/sh\n[ -f flags ] && F=$(cat flags)\nexec "$COMPILER" $F "$@"\n',
      'a.c': '#ifdef N\nint v = N;\n#endif\n',
    },
    shell('chmod +x mycc'),
    '$WRAPPER ./mycc -c a.c',
    write({ flags: '-DN=1' }),
    '$WRAPPER ./mycc -c a.c',
    shell('rm flags'),
    again('$WRAPPER ./mycc -c a.c'),
  ),
  cached(
    'a variable',
    { mycc: script('"$COMPILER" $FLAGS'), 'a.c': NUMBERED },
    shell('chmod +x mycc'),
    'FLAGS=-DN=1 $WRAPPER ./mycc -c a.c',
    'FLAGS=-DN=2 $WRAPPER ./mycc -c a.c',
    again('FLAGS=-DN=1 $WRAPPER ./mycc -c a.c'),
  ),
  cached(
    'its directory',
    { mycc: script('"$COMPILER" -DN=$(basename "$PWD" | tr -d d)'), 'a.c': NUMBERED, 'd1/x': '', 'd2/x': '' },
    shell('chmod +x mycc'),
    'cd d1 && $WRAPPER ../mycc -c ../a.c',
    'cd d2 && $WRAPPER ../mycc -c ../a.c',
  ),
  cached(
    'another compiler behind it',
    { mycc: script('./real'), 'a.c': 'int f(int x) { return x * 3 + __GNUC__; }\n' },
    shell('chmod +x mycc && ln -s "$(command -v gcc)" real'),
    '$WRAPPER ./mycc -O2 -c a.c',
    shell('ln -sfn "$(command -v clang)" real'),
    '$WRAPPER ./mycc -O2 -c a.c',
    shell('ln -sfn "$(command -v gcc)" real'),
    again('$WRAPPER ./mycc -O2 -c a.c'),
  ),
  cached(
    'edited, same size and time',
    { mycc: script('"$COMPILER" -DN=1'), 'a.c': NUMBERED },
    shell('chmod +x mycc && touch -d 2020-01-01 mycc'),
    '$WRAPPER ./mycc -c a.c',
    shell('sed s/=1/=2/ mycc > new && cat new > mycc && rm new && touch -d 2020-01-01 mycc'),
    '$WRAPPER ./mycc -c a.c',
  ),
  cached(
    'one that keeps a log of its calls',
    {
      mycc: '#!/bin/sh\necho called >> log\ncase "$*" in *-c*) echo compiled | tee -a "log" > /dev/null;; esac\nexec "$COMPILER" "$@"\n',
      'a.c': 'int v;\n',
    },
    shell('chmod +x mycc'),
    '$WRAPPER ./mycc -c a.c; status=$?; echo > log; exit $status',
    again('$WRAPPER ./mycc -c a.c; status=$?; echo > log; exit $status'),
  ),
  cachedBy(
    'gcc',
    'in place of cc1, with options from a file',
    { 'b/cc1': script('$(gcc -print-prog-name=cc1)', '$(cat b/flags)'), 'b/flags': '-DN=1', 'a.c': NUMBERED },
    shell('chmod +x b/cc1'),
    '$CC -Bb/ -c a.c',
    write({ 'b/flags': '-DN=2' }),
    '$CC -Bb/ -c a.c',
  ),
  cachedBy(
    'clang',
    'in place of the assembler, with a variable',
    { 'b/as': script('/usr/bin/as', '--defsym', 'zz=$ZZ'), 'a.c': 'int v;\n' },
    shell('chmod +x b/as'),
    compile('ZZ=1 $CC -fno-integrated-as -Bb/ -c a.c'),
    compile('ZZ=2 $CC -fno-integrated-as -Bb/ -c a.c'),
    again('ZZ=1 $CC -fno-integrated-as -Bb/ -c a.c'),
  ),
]);
