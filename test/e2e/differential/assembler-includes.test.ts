import { always, cached, cachedBy, describeDifferential, write } from '../../rig/differential.ts';

const NOT_KEPT = 'not-kept: .incbin or .include';
const EDIT = write({ 'x.bin': 'g: ret\n' });

/** A source that takes in `x.bin`, which is edited between two compiles. */
function takenIn(name: string, files: Record<string, string>, options = '') {
  const command = `$CC ${options} -c ${Object.keys(files)[0]}`;
  return cached(name, { ...files, 'x.bin': 'f: ret\n' }, command, EDIT, command);
}

const SOURCE = { 'a.c': '__asm__(".incbin \\"x.bin\\"");\n' };

describeDifferential('what the assembler reads', [
  takenIn('.incbin in a source', SOURCE),
  takenIn('.incbin with debug information and a dependency file', SOURCE, '-g -MMD'),
  takenIn('.incbin with split debug information', SOURCE, '-g -gsplit-dwarf -o x.o'),
  takenIn('.incbin with coverage', SOURCE, '--coverage -frandom-seed=s'),
  takenIn('.incbin with -flto and coverage', SOURCE, '--coverage -flto -frandom-seed=s -ffat-lto-objects -w'),
  cachedBy('clang', '.incbin with -S', { ...SOURCE, 'x.bin': '1' }, '$CC -S a.c', EDIT, '$CC -S a.c'),
  takenIn('.incbin with -flto', SOURCE, '-flto -frandom-seed=s -ffat-lto-objects -w'),
  takenIn('.incbin in a header', { 'a.c': '#include "h.h"\n', 'h.h': '__asm__(".incbin \\"x.bin\\"");\n' }),
  takenIn('.incbin made by a macro', {
    'a.c': '#define S(x) #x\n#define I(f) __asm__(".inc" "bin " S(f))\nI("x.bin");\n',
  }),
  ...[
    '__asm__(".INCBIN \\"x.bin\\"");',
    '__asm__("\\x2eincbin \\"x.bin\\"");',
    '__asm__(".i\\156cbin \\"x.bin\\"");',
    '#define S(x) #x\n#define T(x) S(x)\n#define D .\n#define N incbin\n__asm__(T(D) T(N) " \\"x.bin\\"");',
    '#define S "inc" "bin"\n__asm__("." S " \\"x.bin\\"");',
    '#define S "inc" "bin"\n__asm__("nop; ." S " \\"x.bin\\"");',
    '#define S "inc" "bin"\n__asm__("\\56" S " \\"x.bin\\"");',
  ].map((text, index) => takenIn(`.incbin in other words (${index + 1})`, { 'a.c': `${text}\n` })),
  takenIn(
    '.incbin by a word of the command line',
    { 'a.c': '#define S(x) #x\n#define T(x) S(x)\n__asm__("." T(N) " \\"x.bin\\"");\n' },
    '-DN=incbin',
  ),
  cached(
    '.incbin of standard input',
    { 'a.c': '__asm__(".incbin \\"/dev/stdin\\"");\n', s: 'one' },
    always(NOT_KEPT, '$CC -c a.c < s'),
    write({ s: 'two' }),
    always(NOT_KEPT, '$CC -c a.c < s'),
  ),
  takenIn('.INCLUDE in assembler', { 'a.s': '.INCLUDE "x.bin"\n' }),
  takenIn('.incbin in assembler', { 'a.s': '.incbin "x.bin"\n' }),
  takenIn('.include in assembler', { 'a.s': '.include "x.bin"\n' }),
  takenIn('.incbin in an included file', { 'a.s': '.include "i.s"\n', 'i.s': '.incbin "x.bin", 1, 2\n' }),
  takenIn('.incbin in assembler that is preprocessed', {
    'a.S': '#include "h.h"\n.incbin NAME\n',
    'h.h': '#define NAME "x.bin"\n',
  }),
  cached(
    '.incbin in a directory of -I, then in the own one',
    { 'a.s': '.incbin "x.bin"\n', 'i/x.bin': '1' },
    '$CC -Wa,-Ii -c a.s',
    write({ 'i/x.bin': '2' }),
    '$CC -Wa,-Ii -c a.s',
  ),
  cachedBy(
    'clang',
    'a new file where the assembler looks first',
    { 'a.c': '__asm__(".incbin \\"x.bin\\"");\n', 'i/x.bin': '1' },
    '$CC -Ii -c a.c',
    write({ 'x.bin': '2' }),
    '$CC -Ii -c a.c',
  ),
  cachedBy(
    'clang',
    'a name that is the argument of an assembler macro',
    { 'a.s': '.macro take name\n.incbin "\\name"\n.endm\ntake x.bin\n', 'x.bin': '1' },
    always(NOT_KEPT, '$CC -c a.s'),
    write({ 'x.bin': '2' }),
    always(NOT_KEPT, '$CC -c a.s'),
  ),
  ...[
    '.macro take kind\n.\\kind "x.bin"\n.endm\ntake incbin\n',
    '.macro take kind\n.inc\\kind "x.bin"\n.endm\ntake bin\n',
    '.irp half,inc\n.\\half\\()bin "x.bin"\n.endr\n',
  ].map((text, index) =>
    cachedBy(
      'clang',
      `a directive that an assembler macro makes (${index + 1})`,
      { 'a.s': text, 'x.bin': '1' },
      always(NOT_KEPT, '$CC -c a.s'),
      write({ 'x.bin': '2' }),
      always(NOT_KEPT, '$CC -c a.s'),
    ),
  ),
  cached('a mention in a comment of a source', { 'a.c': '/* like .incbin "x" of old */\nint v;\n' }, '$CC -c a.c'),
]);
