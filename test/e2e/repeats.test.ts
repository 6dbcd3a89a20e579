import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import {
  again,
  always,
  type Case,
  cached,
  cachedBy,
  compile,
  describeDifferential,
  type EditStep,
  shell,
  write,
} from '../rig/differential.ts';
import { describeRust } from '../rig/rust.ts';
import type { World } from '../rig/world.ts';

/*
 * A request that was answered from the cache is answered again without a look at its arguments, as long as the client
 * finds all files as they were. Each of these compiles therefore runs three times before something changes.
 */

const FILES = { 'a.c': '#include "a.h"\nint f(void) { return A; }\n', 'inc/a.h': '#define A 1\n' };
const edit = (change: (world: World) => void): EditStep => ({ edit: change });

/** The command three times, an edit, and three times what then is another compile. */
function changed(name: string, files: Case['files'], command: string, ...edits: (EditStep | Case['steps'][number])[]) {
  return cached(
    name,
    files,
    command,
    again(command),
    again(command),
    ...edits,
    command,
    again(command),
    again(command),
  );
}

const COMPILE = '$CC -Iinc -c a.c';
/** So many that a client reads the directory instead of asking for each beside the source. */
const MANY = Array.from({ length: 8 }, (_, index) => `h${index}.h`);
const MANY_FILES = {
  'a.c': `${MANY.map((name) => `#include "${name}"\n`).join('')}int f(void) { return h3; }\n`,
  ...Object.fromEntries(MANY.map((name) => [`inc/${name}`, `enum { ${name.slice(0, -2)} = 1 };\n`])),
};
const SCRIPT = '#!/bin/sh\nexec $COMPILER "$@"\n';

describeDifferential('requests that come again', [
  changed('the source changes', FILES, COMPILE, write({ 'a.c': '#include "a.h"\nint f(void) { return A + 1; }\n' })),
  changed('a header changes', FILES, COMPILE, write({ 'inc/a.h': '#define A 2\n' })),
  changed('a header appears beside the source', FILES, COMPILE, write({ 'a.h': '#define A 2\n' })),
  changed(
    'one of many headers appears beside the source',
    MANY_FILES,
    COMPILE,
    write({ 'h3.h': 'enum { h3 = 2 };\n' }),
  ),
  cached(
    'a directory has the name of a header',
    { ...MANY_FILES, 'h3.h/x': '' },
    COMPILE,
    again(COMPILE),
    again(COMPILE),
    write({ x: '' }),
    again(COMPILE),
  ),
  changed(
    'a header appears in an earlier directory',
    { ...FILES, 'first/other.h': '' },
    '$CC -Ifirst -Iinc -c a.c',
    write({ 'first/a.h': '#define A 2\n' }),
  ),
  changed(
    'a header appears in a directory that was missing',
    FILES,
    '$CC -Imissing -Iinc -c a.c',
    write({ 'missing/a.h': '#define A 2\n' }),
  ),
  changed(
    'the source is a link that leads elsewhere',
    { 'one.c': 'int f(void) { return 1; }\n', 'two.c': 'int f(void) { return 2; }\n' },
    '[ -e a.c ] || ln -s one.c a.c; $CC -c a.c',
    shell('ln -sf two.c a.c'),
  ),
  changed(
    'the directory with the headers is another',
    { ...FILES, 'other/a.h': '#define A 2\n' },
    COMPILE,
    edit((world) => {
      rmSync(world.path('inc'), { recursive: true });
      symlinkSync('other', world.path('inc'));
    }),
  ),
  changed(
    'a response file changes',
    { ...FILES, options: '-DB=1' },
    `${COMPILE} @options -O1`,
    write({ options: '-DA=3' }),
  ),
  changed(
    'a script around the compiler changes',
    { ...FILES, tool: SCRIPT },
    '[ -x tool ] || chmod +x tool; mkdir -p out; $WRAPPER ./tool -Iinc -c a.c -o out/a.o',
    write({ tool: SCRIPT.replace('"$@"', '-DB "$@"') }),
  ),
  cached(
    'a variable changes',
    { 'a.c': '#include <a.h>\nint f(void) { return A; }\n', 'one/a.h': '#define A 1\n', 'two/a.h': '#define A 2\n' },
    'CPATH=one $CC -c a.c',
    again('CPATH=one $CC -c a.c'),
    again('CPATH=one $CC -c a.c'),
    'CPATH=two $CC -c a.c',
    again('CPATH=one $CC -c a.c'),
    again('CPATH=two $CC -c a.c'),
  ),
  cached(
    'the mode that files get changes',
    FILES,
    COMPILE,
    again(COMPILE),
    again(`umask 077; rm a.o; ${COMPILE}`),
    again(`umask 002; rm a.o; ${COMPILE}`),
  ),
  cached(
    'the object becomes a directory',
    FILES,
    COMPILE,
    again(COMPILE),
    again(COMPILE),
    edit((world) => {
      rmSync(world.path('a.o'));
      mkdirSync(world.path('a.o'));
    }),
    // The client cannot place it, so that the compiler says why.
    always('cannot-cache: output cannot be written', COMPILE),
  ),
  cached(
    'the same by way of another directory',
    { 'one/a.c': 'int f(void) { return 1; }\n', 'two/a.c': 'int f(void) { return 2; }\n' },
    'ln -sfn one here; cd here && $CC -g -c a.c',
    again('cd here && $CC -g -c a.c'),
    again('cd here && $CC -g -c a.c'),
    compile('ln -sfn two here; cd here && $CC -g -c a.c'),
  ),
  cachedBy(
    'gcc',
    'an assembler appears in PATH',
    { ...FILES, 'new/as': '#!/bin/sh\nexec /usr/bin/as --defsym X=1 "$@"\n' },
    'mkdir -p bin; PATH=$PWD/bin:$PATH $CC -Iinc -c a.c',
    again('PATH=$PWD/bin:$PATH $CC -Iinc -c a.c'),
    again('PATH=$PWD/bin:$PATH $CC -Iinc -c a.c'),
    shell('cp new/as bin/as; chmod +x bin/as'),
    'PATH=$PWD/bin:$PATH $CC -Iinc -c a.c',
  ),
]);

const RUSTC = '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021';

describeRust('requests of rustc that come again', [
  changed(
    'a module changes',
    { 'b.rs': 'pub mod m;\n', 'm.rs': 'pub const A: u8 = 1;\n' },
    `${RUSTC} b.rs`,
    write({ 'm.rs': 'pub const A: u8 = 2;\n' }),
  ),
  changed(
    'a module appears twice',
    { 'b.rs': 'pub mod m;\n', 'm/mod.rs': 'pub const A: u8 = 1;\n' },
    `${RUSTC} b.rs`,
    shell('mv m/mod.rs m.rs'),
  ),
  changed(
    'a crate that it uses changes',
    { 'b.rs': 'pub use a::A;\n', 'a.rs': 'pub const A: u8 = 1;\n', 'a2.rs': 'pub const A: u8 = 2;\n' },
    `[ -e liba.rlib ] || rustc --crate-name a --crate-type lib a.rs; ${RUSTC} --extern a=liba.rlib b.rs`,
    shell('rustc --crate-name a --crate-type lib a2.rs'),
  ),
  cached(
    'a variable changes',
    { 'b.rs': 'pub const A: Option<&str> = option_env!("A");\n' },
    `A=1 ${RUSTC} b.rs`,
    again(`A=1 ${RUSTC} b.rs`),
    again(`A=1 ${RUSTC} b.rs`),
    `A=2 ${RUSTC} b.rs`,
    again(`A=1 ${RUSTC} b.rs`),
  ),
]);
