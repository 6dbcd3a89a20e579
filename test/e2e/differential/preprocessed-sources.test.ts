import { mkdirSync } from 'node:fs';
import { again, always, cached, cachedBy, describeDifferential, shell, write } from '../../rig/differential.ts';

const V = (value: number) => `#define V ${value}\n`;

describeDifferential('preprocessed sources', [
  cached(
    'as the compiler leaves them',
    { 'a.c': '#include "h.h"\nint v = V;\n', 'h.h': V(1) },
    shell('$COMPILER -E a.c -o a.i'),
    '$CC -c a.i',
    shell('sed s/1/2/ h.h > n && mv n h.h'),
    again('$CC -c a.i'),
    shell('$COMPILER -E a.c -o a.i'),
    '$CC -c a.i',
  ),
  cached('.incbin', { 'a.i': '__asm__(".incbin \\"f\\"");\n', f: '1' }, '$CC -c a.i', write({ f: '2' }), '$CC -c a.i'),
  // gcc takes no directives there.
  ...[
    ['an #include', '#include "h.h"\n', 'compiler did not list the headers'],
    ['__has_include', '#if __has_include("h.h")\nint yes;\n#endif\n', 'compiler did not list the headers'],
    ['a time macro', 'const char *d = __TIMESTAMP__;\n', '__DATE__, __TIME__ or __TIMESTAMP__'],
  ].map(([what, text, reason]) =>
    cachedBy(
      'clang',
      `with ${what}`,
      { 'a.i': `${text}int v;\n`, 'h.h': '' },
      always(`not-kept: ${reason}`, '$CC -c a.i'),
    ),
  ),
  cachedBy(
    'gcc',
    'with a precompiled header, as -fpch-preprocess leaves it',
    {
      'a.i': '# 1 "a.c"\n#pragma GCC pch_preprocess "p.gch"\nT v;\n',
      'one.h': 'typedef int T;\n',
      'two.h': 'typedef long T;\n',
    },
    // A precompiled header has other bytes each time.
    {
      edit: (world) => mkdirSync(`${world.directory}/made`, { recursive: true }),
    },
    shell(
      'cd $TMPDIR/../made && for n in one two; do test -e $n.gch || gcc -x c-header $OLDPWD/$n.h -o $n.gch; done; cp one.gch $OLDPWD/p.gch',
    ),
    '$CC -c a.i',
    again('$CC -c a.i'),
    shell('cp $TMPDIR/../made/two.gch p.gch'),
    '$CC -c a.i',
  ),
]);
