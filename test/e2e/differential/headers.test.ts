import { lutimesSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { again, always, cached, describeDifferential, type EditStep, shell, write } from '../../rig/differential.ts';

const USES_H = '#include "h.h"\nint v = V;\n';
const V = (value: number | string) => `#define V ${value}\n`;

function remove(name: string): EditStep {
  return { edit: (world) => rmSync(world.path(name), { recursive: true }) };
}

function link(target: string, name: string): EditStep {
  return { edit: (world) => symlinkSync(target, world.path(name)) };
}

function relink(target: string, name: string): EditStep {
  return {
    edit: (world) => {
      unlinkSync(world.path(name));
      symlinkSync(target, world.path(name));
    },
  };
}

/** Sets both times of a file to a moment, in seconds. */
function touch(name: string, seconds: number): EditStep {
  return { edit: (world) => lutimesSync(world.path(name), seconds, seconds) };
}

describeDifferential('headers', [
  cached(
    'nested',
    { 'a.c': '#include "b.h"\nint v = V;\n', 'b.h': '#include "i/c.h"\n', 'i/c.h': '#include "d.h"\n', 'i/d.h': V(1) },
    '$CC -c a.c',
    write({ 'i/d.h': V(2) }),
    '$CC -c a.c',
  ),
  cached(
    'in ../',
    { 'src/a.c': '#include "../inc/h.h"\nint v = V;\n', 'inc/h.h': V(1) },
    '$CC -c src/a.c',
    write({ 'inc/h.h': V(2) }),
    '$CC -c src/a.c',
  ),
  cached('edited, same length', { 'a.c': USES_H, 'h.h': V(1) }, '$CC -c a.c', write({ 'h.h': V(2) }), '$CC -c a.c'),
  cached(
    'edited, same length and same time',
    { 'a.c': USES_H, 'h.h': V(1) },
    touch('h.h', 1_600_000_000),
    '$CC -c a.c',
    write({ 'h.h': V(2) }),
    touch('h.h', 1_600_000_000),
    '$CC -c a.c',
  ),
  cached('edited, longer', { 'a.c': USES_H, 'h.h': V(1) }, '$CC -c a.c', write({ 'h.h': V(100) }), '$CC -c a.c'),
  cached(
    'touched only',
    { 'a.c': USES_H, 'h.h': V(1) },
    '$CC -c a.c',
    touch('h.h', 1_500_000_000),
    again('$CC -c a.c'),
  ),
  cached(
    'edited to what means the same is another header',
    { 'a.c': USES_H, 'h.h': V(1) },
    '$CC -c a.c',
    write({ 'h.h': `${V(1)}/* new */\n` }),
    '$CC -c a.c',
  ),
  cached(
    'A, B, A',
    { 'a.c': USES_H, 'h.h': V('1') },
    '$CC -c a.c',
    write({ 'h.h': V('2') }),
    '$CC -c a.c',
    write({ 'h.h': V('1') }),
    again('$CC -c a.c'),
    write({ 'h.h': V('2') }),
    again('$CC -c a.c'),
  ),
  cached(
    'the source A, B, A',
    { 'a.c': 'int v = 1;\n' },
    '$CC -c a.c',
    write({ 'a.c': 'int v = 2;\n' }),
    '$CC -c a.c',
    write({ 'a.c': 'int v = 1;\n' }),
    again('$CC -c a.c'),
  ),
  cached('removed', { 'a.c': USES_H, 'h.h': V(1) }, '$CC -c a.c', remove('h.h'), always('failed', '$CC -c a.c')),
  cached(
    'removed, then found in a later directory',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'one/h.h': V(1), 'two/h.h': V(2) },
    '$CC -Ione -Itwo -c a.c',
    remove('one/h.h'),
    '$CC -Ione -Itwo -c a.c',
  ),
  cached(
    'a new one earlier in the -I path',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'one/keep': '', 'two/h.h': V(2) },
    '$CC -Ione -Itwo -c a.c',
    write({ 'one/h.h': V(1) }),
    '$CC -Ione -Itwo -c a.c',
    remove('one/h.h'),
    again('$CC -Ione -Itwo -c a.c'),
  ),
  cached(
    'a new one in a directory that did not exist',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'two/h.h': V(2) },
    '$CC -Ione -Itwo -c a.c',
    write({ 'one/h.h': V(1) }),
    '$CC -Ione -Itwo -c a.c',
  ),
  cached(
    'a new one beside the including file',
    { 'src/a.c': USES_H, 'inc/h.h': V(2) },
    '$CC -Iinc -c src/a.c',
    write({ 'src/h.h': V(1) }),
    '$CC -Iinc -c src/a.c',
  ),
  cached(
    'a new one beside a header that includes',
    { 'a.c': '#include "i/x.h"\nint v = V;\n', 'i/x.h': '#include "h.h"\n', 'inc/h.h': V(2) },
    '$CC -Iinc -c a.c',
    write({ 'i/h.h': V(1) }),
    '$CC -Iinc -c a.c',
  ),
  cached(
    'a new one with directories in its name',
    { 'a.c': '#include <lib/h.h>\nint v = V;\n', 'one/keep': '', 'two/lib/h.h': V(2) },
    '$CC -Ione -Itwo -c a.c',
    write({ 'one/lib/h.h': V(1) }),
    '$CC -Ione -Itwo -c a.c',
  ),
  cached(
    'a new one in -iquote',
    { 'a.c': USES_H, 'q/keep': '', 'inc/h.h': V(2) },
    '$CC -iquote q -Iinc -c a.c',
    write({ 'q/h.h': V(1) }),
    '$CC -iquote q -Iinc -c a.c',
  ),
  cached(
    'a new one that shadows a system header',
    { 'a.c': '#include <stddef.h>\n#ifndef V\n#define V 0\n#endif\nint v = V;\n', 'one/keep': '' },
    '$CC -Ione -c a.c',
    write({ 'one/stddef.h': V(1) }),
    '$CC -Ione -c a.c',
  ),
  cached(
    '-isystem',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'sys/h.h': V(1) },
    '$CC -isystem sys -c a.c',
    write({ 'sys/h.h': V(2) }),
    '$CC -isystem sys -c a.c',
  ),
  cached(
    '-idirafter',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'after/h.h': V(1) },
    '$CC -idirafter after -c a.c',
    write({ 'after/h.h': V(2) }),
    '$CC -idirafter after -c a.c',
  ),
  cached(
    '#include_next',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'one/h.h': '#include_next <h.h>\n', 'two/h.h': V(1) },
    '$CC -Ione -Itwo -c a.c',
    write({ 'two/h.h': V(2) }),
    '$CC -Ione -Itwo -c a.c',
  ),
  cached(
    '#include of a macro',
    { 'a.c': '#define H "h.h"\n#include H\nint v = V;\n', 'h.h': V(1) },
    '$CC -c a.c',
    write({ 'h.h': V(2) }),
    '$CC -c a.c',
  ),
  cached(
    'a new one for an #include of a macro',
    { 'a.c': '#define H <h.h>\n#include H\nint v = V;\n', 'one/keep': '', 'two/h.h': V(2) },
    '$CC -Ione -Itwo -c a.c',
    write({ 'one/h.h': V(1) }),
    '$CC -Ione -Itwo -c a.c',
  ),
  cached(
    'the order of -I',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'one/h.h': V(1), 'two/h.h': V(2) },
    '$CC -Ione -Itwo -c a.c',
    '$CC -Itwo -Ione -c a.c',
    again('$CC -Ione -Itwo -c a.c'),
  ),
  cached(
    'a link',
    { 'a.c': USES_H, 'x.h': V(1), 'y.h': V(2) },
    link('x.h', 'h.h'),
    '$CC -c a.c',
    relink('y.h', 'h.h'),
    '$CC -c a.c',
    relink('x.h', 'h.h'),
    again('$CC -c a.c'),
  ),
  cached(
    'the target of a link is edited',
    { 'a.c': USES_H, 'x.h': V(1) },
    link('x.h', 'h.h'),
    '$CC -c a.c',
    write({ 'x.h': V(2) }),
    '$CC -c a.c',
  ),
  cached(
    'a linked directory',
    { 'a.c': USES_H, 'd1/h.h': V(1), 'd2/h.h': V(2) },
    link('d1', 'd'),
    '$CC -Id -c a.c',
    relink('d2', 'd'),
    '$CC -Id -c a.c',
  ),
  cached(
    '.. behind a linked directory',
    { 'a.c': '#include "d/../h.h"\nint v = V;\n', 'deep/in/keep': '', 'deep/h.h': V(1), 'h.h': V(2) },
    link('deep/in', 'd'),
    '$CC -c a.c',
    write({ 'deep/h.h': V(3) }),
    '$CC -c a.c',
  ),
  cached(
    '__has_include turns true',
    { 'a.c': '#if __has_include("h.h")\nint v = 1;\n#else\nint v = 0;\n#endif\n' },
    '$CC -c a.c',
    write({ 'h.h': '' }),
    '$CC -c a.c',
    remove('h.h'),
    again('$CC -c a.c'),
  ),
  cached(
    '__has_include turns false',
    { 'a.c': '#if __has_include(<h.h>)\nint v = 1;\n#else\nint v = 0;\n#endif\n', 'one/h.h': '' },
    '$CC -Ione -c a.c',
    remove('one/h.h'),
    '$CC -Ione -c a.c',
  ),
  cached(
    '__has_include in a header',
    {
      'a.c': '#include "p.h"\nint v = V;\n',
      'p.h': '#if __has_include("config.h")\n#include "config.h"\n#else\n#define V 0\n#endif\n',
    },
    '$CC -c a.c',
    write({ 'config.h': V(1) }),
    '$CC -c a.c',
  ),
  cached(
    '__has_include of a macro',
    { 'a.c': '#define H "h.h"\n#if __has_include(H)\nint v = 1;\n#else\nint v = 0;\n#endif\n' },
    always('not-kept: __has_include of a macro', '$CC -c a.c'),
    write({ 'h.h': '' }),
    always('not-kept: __has_include of a macro', '$CC -c a.c'),
  ),
  cached(
    'a directory of the name in the search path',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'one/h.h/keep': '', 'two/h.h': V(1) },
    '$CC -Ione -Itwo -c a.c',
  ),
  cached(
    'included many times',
    { 'a.c': '#define X a\n#include "x.h"\n#undef X\n#define X b\n#include "x.h"\n', 'x.h': 'int X;\n' },
    '$CC -c a.c',
    write({ 'x.h': 'int X = 1;\n' }),
    '$CC -c a.c',
  ),
  cached(
    '#pragma once through two names',
    { 'a.c': '#include "x.h"\n#include "y.h"\nint v = V;\n', 'x.h': `#pragma once\n${V(1)}` },
    link('x.h', 'y.h'),
    '$CC -c a.c',
  ),
  cached(
    'includes a .c file',
    { 'a.c': '#include "b.c"\n', 'b.c': 'int v = 1;\n' },
    '$CC -c a.c',
    write({ 'b.c': 'int v = 2;\n' }),
    '$CC -c a.c',
  ),
  cached(
    'an empty header and one without an end of line',
    { 'a.c': '#include "e.h"\n#include "n.h"\nint v = V;\n', 'e.h': '', 'n.h': '#define V 1' },
    '$CC -c a.c',
    write({ 'e.h': '#define W\n' }),
    '$CC -c a.c',
  ),
  cached(
    'CPATH and C_INCLUDE_PATH',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'one/h.h': V(1), 'two/h.h': V(2) },
    'CPATH=one $CC -c a.c',
    'CPATH=two $CC -c a.c',
    'C_INCLUDE_PATH=two $CC -c a.c',
    again('CPATH=one $CC -c a.c'),
  ),
  cached(
    'a header that is not readable as text',
    { 'a.c': '#include "h.h"\nint v = V;\n' },
    shell(`printf '#define V 1\\n/* \\377\\376 */\\n' > h.h`),
    '$CC -c a.c',
  ),
  cached(
    '-I joined, apart and with an end slash',
    { 'a.c': '#include <h.h>\nint v = V;\n', 'one/h.h': V(1) },
    '$CC -Ione -c a.c',
    again('$CC -I one -c a.c'),
  ),
  cached('-I that does not exist', { 'a.c': 'int v;\n' }, '$CC -Inowhere -c a.c'),
  cached(
    'relative -I from two build directories',
    { 'src/a.c': '#include <config.h>\nint v = V;\n', 'b1/config.h': V(1), 'b2/config.h': V(2) },
    'cd b1 && $CC -I. -c "$PWD/../src/a.c"',
    'cd b2 && $CC -I. -c "$PWD/../src/a.c"',
  ),
]);
