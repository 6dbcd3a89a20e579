import { again, always, cached, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const FILES = {
  'h.h': '#include "i.h"\n#include <stddef.h>\nint f(int);\n',
  'i.h': '#define A 1\n',
  'u.c': '#include "h.h"\nint g(void) { return f(A); }\n',
  'out/keep': '',
};
const CHANGED = write({ 'i.h': '#define A 2\n' });

/** What gcc writes differs each time; so it is used, and does not stay. */
function used(command: string): string {
  return `${command} && $COMPILER -Winvalid-pch -S -o - u.c; rm -f h.h.gch`;
}

describeDifferential('precompiled headers as outputs', [
  cachedBy('gcc', 'of C', FILES, used('$CC -c h.h'), CHANGED, used('$CC -c h.h')),
  cachedBy('gcc', 'with a name', FILES, used('$CC -x c-header h.h -o h.h.gch'), again(used('$CC -c h.h'))),
  cachedBy('gcc', 'without -c', FILES, used('$CC h.h'), again(used('$CC h.h'))),
  cachedBy('gcc', 'with a dependency file', FILES, used('$CC -MD -c h.h'), used('$CC -MMD -x c-header h.h -o h.h.gch')),
  cachedBy(
    'gcc',
    'whose list of headers a dependency file of its user has',
    FILES,
    ...['$CC -c h.h', '$CC -MD -MF /dev/null -c h.h', '$CC -MMD -MF x.d -c h.h', '$CC -MD -MF x.d -c h.h'].map(
      (command) => `${command} && $COMPILER -fpch-deps -MD -MF u.d -c u.c; rm -f h.h.gch`,
    ),
  ),
  cachedBy(
    'gcc',
    'with a dependency file of uncertain name',
    FILES,
    always('cannot-cache: precompiled header', used('$CC -MD h.h')),
  ),
  cachedBy(
    'gcc',
    'over a file with two names',
    FILES,
    shell('echo old > h.h.gch; ln h.h.gch other'),
    '$CC -c h.h; ls -l h.h.gch | cut -c12; rm h.h.gch other',
  ),
  cachedBy('clang', 'of C', FILES, '$CC -c h.h', again('$CC -c h.h'), CHANGED, '$CC -c h.h'),
  cachedBy('clang', 'with a name', FILES, '$CC -x c-header h.h -o h.pch', '$CC -x c-header h.h -o out/h.pch'),
  cachedBy('clang', 'of C++', FILES, '$CXX -x c++-header h.h -o h.pch', '$CXX -x c++-header -g h.h -o h.pch'),
  cachedBy(
    'clang',
    'after a touch of a header: its time is noted',
    FILES,
    '$CC -c h.h',
    { edit: (world) => world.write({ 'i.h': FILES['i.h'] }) },
    '$CC -c h.h',
    '$CC -Xclang -fno-pch-timestamp -c h.h',
  ),
  cachedBy(
    'clang',
    'without times',
    FILES,
    '$CC -Xclang -fno-pch-timestamp -c h.h',
    { edit: (world) => world.write({ 'i.h': FILES['i.h'] }) },
    again('$CC -Xclang -fno-pch-timestamp -c h.h'),
  ),
  cachedBy(
    'clang',
    'in another directory',
    FILES,
    '$CC -c h.h -o h.pch',
    shell('mkdir d && cp -p *.h d'),
    'cd d && $CC -c h.h -o h.pch',
  ),
  cachedBy(
    'clang',
    'with a dependency file',
    FILES,
    '$CC -MD -x c-header h.h -o h.pch',
    CHANGED,
    '$CC -MMD -x c-header h.h -o h.pch',
  ),
  cachedBy('clang', 'that says something', { 'h.h': '#warning look\n' }, '$CC -c h.h -o h.pch'),
  cachedBy(
    'clang',
    'as LLVM',
    FILES,
    always('cannot-cache: -emit-llvm', '$CC -emit-llvm -c h.h -o h.pch; rm -f h.pch'),
  ),
  cached('as assembly', FILES, always('cannot-cache: -S', '$CC -S h.h; rm -f h.h.gch')),
  cached('several', FILES, always('cannot-cache: multiple input files', '$CC h.h i.h; rm -f *.gch')),
]);
