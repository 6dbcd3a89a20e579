import { again, cached, cachedBy, compile, describeDifferential, write } from '../../rig/differential.ts';

const V = (value: number) => `#define V ${value}\n`;

/** A header that is found in `i`, and then one beside the source, which is searched first. */
function shadowed(spelling: string, options = '') {
  const command = `$CC ${options} -Ii -c s/a.c -o a.o`;
  return cached(
    `an include spelled ${JSON.stringify(spelling)}`,
    { 's/a.c': `${spelling}\nint v = V;\n`, 'i/h.h': V(1) },
    command,
    write({ 's/h.h': V(2) }),
    command,
  );
}

/** A header that is asked for, and then is there. */
function probed(name: string, text: string, options = '', outcome = 'miss', again = 'hit') {
  const command = `$CC ${options} -c a.c`;
  return cached(
    name,
    { 'a.c': text },
    compile(command, outcome, again),
    write({ 'h.h': '' }),
    compile(command, outcome, again),
  );
}

const REFUSED = 'not-kept: __has_include of a macro';

describeDifferential('spellings', [
  shadowed('/* why */ #include "h.h"'),
  shadowed('/* why\n */#include "h.h"'),
  shadowed('#/* why */include/**/"h.h"'),
  shadowed('#\f\vinclude\t"h.h"'),
  shadowed('\ufeff#include "h.h"'),
  shadowed('%:include "h.h"'),
  shadowed('#inc\\ \nlude "h.h"'),
  shadowed(' \\\n#include "h.h"'),
  shadowed('??=include "h.h"', '-trigraphs'),
  shadowed('#inc??/\nlude "h.h"', '-trigraphs'),
  probed('__has_include with a comment', '#if __has_include/**/("h.h")\nint v;\n#endif\n'),
  probed('__has_include in a spliced line', '#if __has_\\\ninclude("h.h")\nint v;\n#endif\n'),
  probed('__has_include by another name', '#define ASK __has_include\n#if ASK("h.h")\nint v;\n#endif\n'),
  probed('__has_include in a macro', '#define ASK(x) __has_include(x)\n#if ASK("h.h")\nint v;\n#endif\n'),
  probed(
    '__has_include by two macros, of a macro',
    '#define ASK(x) __has_include(x)\n#define REALLY ASK\n#define H "h.h"\n#if REALLY(H)\nint v;\n#endif\n',
  ),
  probed(
    '__has_include on the command line',
    '#if ASK("h.h")\nint v;\n#endif\n',
    '-DASK=__has_include',
    REFUSED,
    REFUSED,
  ),
  cachedBy(
    'gcc',
    'a header that a dependency file names twice',
    { 'a/x.c': '#include "../c/h.h"\n#include "../c/k.h"\n', 'c/h.h': '#include "k.h"\n', 'c/k.h': '/* no guard */\n' },
    '$CC -MD -c a/x.c -o x.o',
    again('$CC -MD -MP -c a/x.c -o x.o'),
    '$CC -MMD -MP -c a/x.c -o x.o',
  ),
  cachedBy(
    'gcc',
    '.incbin and the search path',
    { 'a.c': '__asm__(".data\\n.incbin \\"d.bin\\"\\n.text");\n', 'i2/d.bin': 'one', 'i1/other': '' },
    '$CC -Ii1 -Ii2 -c a.c',
    write({ 'i1/d.bin': 'two' }),
    '$CC -Ii1 -Ii2 -c a.c',
    write({ 'd.bin': 'three' }),
    '$CC -Ii1 -Ii2 -c a.c',
  ),
  cachedBy(
    'gcc',
    '.include and directories for the assembler',
    { 'a.s': '.data\n.include "x.inc"\n', 'i2/x.inc': '.long 1\n', 'i1/other': '' },
    '$CC -Wa,-Ii1,-Ii2 -c a.s',
    write({ 'i1/x.inc': '.long 2\n' }),
    '$CC -Wa,-Ii1,-Ii2 -c a.s',
  ),
]);
