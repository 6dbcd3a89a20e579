import {
  again,
  always,
  type Case,
  cached,
  cachedBy,
  describeDifferential,
  shell,
  write,
} from '../../rig/differential.ts';

const MAIN = '#include "h.h"\nint twice(int n)\n{\n  return n + n;\n}\nint limit(void)\n{\n  return LIMIT;\n}\n';
const HEADER = '#ifndef H\n#define H\n#define LIMIT 7\nint twice(int n);\n#endif\n';
const FILES = { 'a.c': MAIN, 'h.h': HEADER };

/** An edit of one file after which the compile is a hit, or (with other bytes or not) a miss. */
function edited(
  name: string,
  command: string,
  file: string,
  [before, after]: readonly [string, string],
  expected: 'hit' | 'miss',
  others: Case['files'] = {},
): Case {
  const step = expected === 'hit' ? again(command) : command;
  return cached(name, { ...others, [file]: before }, command, write({ [file]: after }), step);
}

function hit(name: string, command: string, file: string, before: string, after: string, others?: Case['files']) {
  return edited(name, command, file, [before, after], 'hit', others);
}

function miss(name: string, command: string, file: string, before: string, after: string, others?: Case['files']) {
  return edited(name, command, file, [before, after], 'miss', others);
}

const COMMENTED = MAIN.replace('int limit', '/* The limit.\n * Not more. */\n\n// see above\nint limit').replace(
  'n + n;',
  'n + n; // twice',
);

const LOCATION = '#include <source_location>\nint a = std::source_location::current().line();\n';
const LAMBDA = '#include "h.h"\nauto p = name([](int) {});\n';
const USES_LINE = 'int f(void) { return 1; }\nint line(void) { return __LINE__; }\n';
const ASSERTS = '#include <assert.h>\nvoid f(int n) { assert(n > 0); }\n';

describeDifferential('edits of comments and blanks that cannot be seen', [
  hit('comments in the source', '$CC -c a.c', 'a.c', MAIN, COMMENTED, { 'h.h': HEADER }),
  hit('comments taken out', '$CC -O2 -c a.c', 'a.c', COMMENTED, MAIN, { 'h.h': HEADER }),
  hit('comments in a header', '$CC -c a.c', 'h.h', HEADER, `/* Copyright\n   1999 */\n${HEADER}`, { 'a.c': MAIN }),
  hit('with -Wall -Wextra', '$CC -Wall -Wextra -O2 -c a.c', 'a.c', MAIN, COMMENTED, { 'h.h': HEADER }),
  hit(
    'form feeds between the parts',
    '$CC -Wall -c a.c',
    'a.c',
    MAIN,
    MAIN.replace('int twice', '\f\nint twice').replace('\nint limit', '\n\fint\vlimit'),
    {
      'h.h': HEADER,
    },
  ),
  {
    ...hit(
      'the text of a comment, where macros are recorded',
      '$CC -g3 -c a.c',
      'a.c',
      '#define A 1 // one\nint a = A;\n',
      '#define A 1 // 1st\nint a = A;\n',
    ),
    only: 'gcc',
  },
  {
    ...miss(
      'blanks of a macro, where macros are recorded',
      '$CC -g3 -c a.c',
      'a.c',
      '#define A 1+1\nint a = A;\n',
      '#define A 1 +1\nint a = A;\n',
    ),
    only: 'gcc',
  },
  hit('with -W', '$CC -W -c a.c', 'a.c', MAIN, COMMENTED, { 'h.h': HEADER }),
  hit('indentation', '$CC -c a.c', 'a.c', MAIN, MAIN.replace(/^ {2}/gm, '\t\t'), { 'h.h': HEADER }),
  hit(
    'indentation that nothing guards, with -Wall',
    '$CC -Wall -Wextra -c a.c',
    'a.c',
    MAIN,
    MAIN.replace(/^ {2}/gm, '\t\t'),
    {
      'h.h': HEADER,
    },
  ),
  hit(
    'a comment in front, with -Wall',
    '$CC -Wall -O2 -c a.c',
    'a.c',
    MAIN,
    MAIN.replace('int limit', '/* the */ int limit'),
    {
      'h.h': HEADER,
    },
  ),
  hit('with passes by name', '$CC -Ofast -funroll-loops -fno-inline -c a.c', 'a.c', MAIN, COMMENTED, { 'h.h': HEADER }),
  hit(
    'blanks where there were none',
    '$CC -c a.c',
    'a.c',
    MAIN,
    MAIN.replace('n + n', 'n+n').replace('(int n)', '( int  n )'),
    {
      'h.h': HEADER,
    },
  ),
  hit(
    'blanks where there were none, with -Wall and a standard header',
    '$CXX -O2 -Wall -c a.cc',
    'a.cc',
    '#include <vector>\nint f(std::vector<int> &v) { v.push_back(1); return v[0]*2; }\n',
    '#include <vector>\nint f( std::vector< int > & v ) { v.push_back( 1 ); return v[ 0 ] * 2; }\n',
  ),
  hit('blanks between tokens', '$CC -c a.c', 'a.c', MAIN, MAIN.replace('n + n', 'n  +   n'), { 'h.h': HEADER }),
  hit('blanks at the end of a line', '$CC -Wall -c a.c', 'a.c', MAIN, MAIN.replace(/\n/g, '  \t\n'), { 'h.h': HEADER }),
  hit('a comment in a macro', '$CC -c a.c', 'h.h', HEADER, HEADER.replace('7', '7 /* the most */'), { 'a.c': MAIN }),
  hit('with a dependency file', '$CC -MD -c a.c -o o.o', 'a.c', MAIN, COMMENTED, { 'h.h': HEADER }),
  hit(
    'a standard header in between',
    '$CXX -O1 -c a.cc',
    'a.cc',
    '#include <vector>\nint a;\n',
    '#include <vector>\n// a\nint a;\n',
  ),
  cached(
    'there and back',
    FILES,
    '$CC -c a.c',
    write({ 'a.c': COMMENTED }),
    again('$CC -c a.c'),
    write({ 'a.c': MAIN }),
    again('$CC -c a.c'),
  ),
  cached(
    'two files at once',
    FILES,
    '$CC -c a.c',
    write({ 'a.c': COMMENTED, 'h.h': `// h\n${HEADER}` }),
    again('$CC -c a.c'),
  ),
  hit(
    '__LINE__ above the edit only in a macro that is not used',
    '$CC -c a.c',
    'a.c',
    '#define L __LINE__\nint a;\n',
    '#define L __LINE__\n\nint a;\n',
  ),
  hit(
    'a comment at the end of a line, where __LINE__ is used',
    '$CC -c a.c',
    'a.c',
    USES_LINE,
    USES_LINE.replace('1; }', '1; } // one'),
  ),
  hit('another comment where assert is used', '$CC -c a.c', 'a.c', `// aa\n${ASSERTS}`, `// b\n${ASSERTS}`),
]);

describeDifferential('edits of comments and blanks that can be seen', [
  miss('__LINE__ below a new line', '$CC -c a.c', 'a.c', USES_LINE, `\n${USES_LINE}`),
  miss(
    '__LINE__ by a macro',
    '$CC -c a.c',
    'a.c',
    '#define L __LINE__\n#define M L\nint m = M;\n',
    '#define L __LINE__\n#define M L\n\nint m = M;\n',
  ),
  miss(
    '__LINE__ by a macro of a header',
    '$CC -c a.c',
    'a.c',
    '#include "h.h"\nint m = M;\n',
    '#include "h.h"\n\nint m = M;\n',
    { 'h.h': '#define M __LINE__\n' },
  ),
  miss(
    '__LINE__ put together',
    '$CC -c a.c',
    'a.c',
    '#define P(a, b) a##b\nint m = P(__LI, NE__);\n',
    '#define P(a, b) a##b\n\nint m = P(__LI, NE__);\n',
  ),
  miss('__LINE__ from the command line', '$CC -DM=__LINE__ -c a.c', 'a.c', 'int m = M;\n', '\nint m = M;\n'),
  miss(
    '__LINE__ in a header that is edited',
    '$CC -c a.c',
    'h.h',
    'static int m = __LINE__;\n',
    '//\nstatic int m = __LINE__;\n',
    { 'a.c': '#include "h.h"\nint *p = &m;\n' },
  ),
  miss('assert', '$CC -c a.c', 'a.c', ASSERTS, ASSERTS.replace('void', '// f\nvoid')),
  miss(
    'a condition about __LINE__',
    '$CC -c a.c',
    'a.c',
    '#if __LINE__ > 1\nint big;\n#endif\nint a;\n',
    '\n#if __LINE__ > 1\nint big;\n#endif\nint a;\n',
  ),
  miss(
    '__builtin_LINE as a default argument of a header',
    '$CXX -c a.cc',
    'a.cc',
    '#include "h.h"\nint a = f();\n',
    '#include "h.h"\n\nint a = f();\n',
    { 'h.h': 'inline int f(int l = __builtin_LINE()) { return l; }\n' },
  ),
  cachedBy(
    'gcc',
    'std::source_location',
    { 'a.cc': LOCATION },
    '$CXX -std=c++20 -c a.cc',
    write({ 'a.cc': `//\n${LOCATION}` }),
    '$CXX -std=c++20 -c a.cc',
  ),
  miss(
    'the column of a call',
    '$CXX -c a.cc',
    'a.cc',
    '#include "h.h"\nint a =  f();\n',
    '#include "h.h"\nint a =      f();\n',
    {
      'h.h':
        '#if __has_builtin(__builtin_COLUMN)\ninline int f(int l = __builtin_COLUMN()) { return l; }\n#else\nint f();\n#endif\n',
    },
  ),
  cachedBy(
    'clang',
    'a lambda by its name',
    { 'a.cc': LAMBDA, 'h.h': 'template <class T> const char *name(T) { return __PRETTY_FUNCTION__; }\n' },
    '$CXX -std=c++17 -c a.cc',
    write({ 'a.cc': `//\n${LAMBDA}` }),
    '$CXX -std=c++17 -c a.cc',
  ),
  miss('a line more with debug information', '$CC -g -c a.c', 'a.c', MAIN, `\n${MAIN}`, { 'h.h': HEADER }),
  miss('a column more with debug information', '$CC -g -c a.c', 'a.c', MAIN, MAIN.replace('return n', 'return  n'), {
    'h.h': HEADER,
  }),
  miss('the function name of a blank in a string', '$CC -c a.c', 'a.c', 'char *s = "a b";\n', 'char *s = "a  b";\n'),
  miss(
    'what looks like a comment in a string',
    '$CC -c a.c',
    'a.c',
    'char *s = "/* a */";\n',
    'char *s = "/* b */";\n',
  ),
  miss(
    'what looks like a comment in a character',
    '$CC -c a.c',
    'a.c',
    'int a = \'"\'; char *s = "//1";\n',
    'int a = \'"\'; char *s = "//2";\n',
  ),
  miss('a raw string', '$CXX -std=c++17 -c a.cc', 'a.cc', 'auto s = R"(" // a\n)";\n', 'auto s = R"(" // b\n)";\n'),
  miss(
    'a raw string with a prefix',
    '$CXX -std=c++17 -c a.cc',
    'a.cc',
    'auto s = u8R"x(/* a */)x";\n',
    'auto s = u8R"x(/* b */)x";\n',
  ),
  miss(
    'blanks that # shows',
    '$CC -c a.c',
    'a.c',
    '#define S(x) #x\nchar *s = S(a+b);\n',
    '#define S(x) #x\nchar *s = S(a + b);\n',
  ),
  miss(
    'blanks that a macro of a header shows',
    '$CC -c a.c',
    'a.c',
    '#include <assert.h>\nvoid f(int n) { assert(n>0); }\n',
    '#include <assert.h>\nvoid f(int n) { assert(n > 0); }\n',
  ),
  miss(
    'an operator of two',
    '$CC -c a.c',
    'a.c',
    'int f(int n) { return n - -n; }\n',
    'int f(int n) { return n --n; }\n'.replace('n --n', '-- n'),
  ),
  miss(
    'a comment that # shows as a blank',
    '$CC -c a.c',
    'a.c',
    '#define S(x) #x\nchar *s = S(a+b);\n',
    '#define S(x) #x\nchar *s = S(a/**/+b);\n',
  ),
  cached(
    'a macro that takes arguments no more',
    { 'a.c': '#define f(x) 1\nint g(int x) { return f(x); }\n' },
    '$CC -c a.c',
    write({ 'a.c': '#define f (x) 1\nint g(int x) { return f(x); }\n' }),
    always('failed', '$CC -c a.c'),
  ),
  miss(
    'a line that a backslash ends',
    '$CC -c a.c',
    'a.c',
    '#define A 1 \\\n+ 1\nint a = A;\n',
    '#define A 1\n+ 1;\nint a = A;\n'.replace('+ 1;', 'int c;'),
  ),
  miss(
    'a comment that a backslash makes longer',
    '$CC -c a.c',
    'a.c',
    'int a = 1\n// \\\n+ 1\n;\n',
    'int a = 1\n// \n+ 1\n;\n',
  ),
  miss(
    'a comment that a trigraph makes longer',
    '$CC -trigraphs -c a.c',
    'a.c',
    'int a = 1\n// ??/\n+ 1\n;\n',
    'int a = 1\n// ??\n+ 1\n;\n',
  ),
  miss(
    'what C89 takes for a division',
    '$CC -std=c89 -c a.c',
    'a.c',
    'int a = 8 //**/ 2\n;\n',
    'int a = 8 //**/ 4\n;\n',
  ),
  miss(
    'a new line within a directive',
    '$CC -c a.c',
    'a.c',
    '#define A 1 /*\n*/ + 1\nint a = A;\n',
    '#define A 1\n + 1\nint a = A;\n'.replace(' + 1', 'int c;'),
  ),
  miss(
    'a blank line that ends a definition',
    '$CC -c a.c',
    'a.c',
    '#define A 1 \\\n\nint b;\nint a = A;\n',
    '#define A 1 \\\nint b;\nint a = A;\n'.replace('= A', ''),
  ),
  miss(
    'a header name with slashes',
    '$CC -I. -c a.c',
    'a.c',
    '#include <d//h.h>\nint a = V;\n',
    '#include <d//i.h>\nint a = V;\n',
    { 'd/h.h': '#define V 1\n', 'd/i.h': '#define V 2\n' },
  ),
  miss('#pragma once and a copy', '$CC -c a.c', 'd/h.h', '#pragma once\nint NAME;\n', '#pragma once\nint NAME; //\n', {
    'a.c': '#define NAME one\n#include "h.h"\n#undef NAME\n#define NAME two\n#include "d/h.h"\n',
    'h.h': '#pragma once\nint NAME;\n',
  }),
  cachedBy(
    'gcc',
    'a file that the assembler reads',
    { 'a.c': 'asm(".section .rodata\\n.incbin \\"d.c\\"");\n', 'd.c': 'int a;\n' },
    '$CC -c a.c',
    write({ 'd.c': 'int  a;\n' }),
    '$CC -c a.c',
  ),
]);

const SWITCH = (comment: string) =>
  `int f(int n)\n{\n  switch (n) {\n  case 1:\n    n = 2;\n    ${comment}\n  case 2:\n    n = 4;\n  }\n  return n;\n}\n`;
const GUARDED = (between: string) => `void g(void);\nvoid f(int n)\n{\n  if (n)\n    g();\n${between}    g();\n}\n`;

describeDifferential('edits of comments and blanks that are warned of', [
  miss(
    'a form feed in a directive',
    '$CC -pedantic -c a.c',
    'a.c',
    '#define A 1\nint a = A;\n',
    '#define A\f1\nint a = A;\n',
  ),
  cachedBy(
    'gcc',
    'fall through, taken out',
    { 'a.c': SWITCH('/* fall through */') },
    '$CC -Wextra -c a.c',
    write({ 'a.c': SWITCH('/* something */') }),
    '$CC -Wextra -c a.c',
  ),
  cachedBy(
    'gcc',
    'fall through at level 1',
    { 'a.c': SWITCH('/* whatever */') },
    '$CC -Wimplicit-fallthrough=1 -c a.c',
    write({ 'a.c': SWITCH('') }),
    '$CC -Wimplicit-fallthrough=1 -c a.c',
  ),
  miss(
    'misleading indentation',
    '$CC -Wall -c a.c',
    'a.c',
    GUARDED('').replace('    g();\n}', '  g();\n}'),
    GUARDED(''),
  ),
  cachedBy(
    'clang',
    'what stands below an empty loop',
    { 'a.c': 'void g(void);\nvoid f(int n)\n{\n  while (n);\n  g();\n}\n' },
    '$CC -c a.c',
    write({ 'a.c': 'void g(void);\nvoid f(int n)\n{\n  while (n);\n      g();\n}\n' }),
    '$CC -c a.c',
  ),
  miss(
    'misleading indentation of a macro',
    '$CC -Wall -c a.c',
    'a.c',
    '#include "h.h"\nvoid g(void);\nvoid f(int n)\n{\n  IF (n)\n    g();\n  g();\n}\n',
    '#include "h.h"\nvoid g(void);\nvoid f(int n)\n{\n  IF (n)\n    g();\n    g();\n}\n',
    { 'h.h': '#define IF if\n' },
  ),
  cachedBy(
    'gcc',
    'a comment that makes it not misleading',
    { 'a.c': GUARDED('/* on its own */\n') },
    '$CC -Wall -c a.c',
    write({ 'a.c': GUARDED('') }),
    '$CC -Wall -c a.c',
  ),
  miss('a comment in a comment', '$CC -Wall -c a.c', 'a.c', 'int a; /* b */\n', 'int a; /* /* b */\n'),
  miss('a comment over two lines', '$CC -Wall -c a.c', 'a.c', 'int a; // b\nint c;\n', 'int a; // b \\\nint c;\n'),
  miss('letters that run backwards', '$CC -Wall -c a.c', 'a.c', 'int a; // b\n', 'int a; // \u202eb\n'),
  miss('a bad byte with every warning', '$CC -Wall -Wextra -c a.c', 'a.c', 'int a; // b\n', 'int a; // \u00e4\u202e\n'),
  cachedBy(
    'clang',
    'documentation',
    { 'a.c': '/** f */\nint f(int);\n' },
    '$CC -Wdocumentation -c a.c',
    write({ 'a.c': '/** \\param x */\nint f(int);\n' }),
    '$CC -Wdocumentation -c a.c',
  ),
  cachedBy(
    'clang',
    'what a pragma asks for',
    { 'a.c': '#pragma clang diagnostic warning "-Wdocumentation"\n/** f */\nint f(int);\n' },
    '$CC -c a.c',
    write({ 'a.c': '#pragma clang diagnostic warning "-Wdocumentation"\n/** @param x */\nint f(int);\n' }),
    '$CC -c a.c',
  ),
  cachedBy(
    'clang',
    'an empty body on its own line',
    { 'a.c': 'void f(int n) { if (n)\n;\n}\n' },
    '$CC -c a.c',
    write({ 'a.c': 'void f(int n) { if (n) ;\n}\n' }),
    '$CC -c a.c',
  ),
  cachedBy(
    'clang',
    'an operator that looks like another',
    { 'a.c': 'void f(int n) { n = -1; }\n' },
    '$CC -c a.c',
    write({ 'a.c': 'void f(int n) { n =- 1; }\n' }),
    '$CC -c a.c',
  ),
  miss('a message that shows the line', '$CC -Wall -c a.c', 'a.c', 'static int a; // one\n', 'static int a; // two\n'),
  miss('a message below a new line', '$CC -Wall -c a.c', 'a.c', 'static int a;\n', '\nstatic int a;\n'),
  miss(
    'a column that gcc writes down',
    '$CC -c -fstack-usage a.c',
    'a.c',
    'int f(void) { return 1; }\n',
    '  int f(void) { return 1; }\n',
  ),
  miss(
    'assembly that shows where asm stands',
    '$CC -S a.c',
    'a.c',
    'void f(void) { asm("nop"); }\n',
    '\nvoid f(void) { asm("nop"); }\n',
  ),
]);

const DEFINED = '#ifdef FEATURE_USED\nint used;\n#endif\nint a;\n';

describeDifferential('definitions that nothing mentions', [
  cached(
    'unused',
    { 'a.c': DEFINED },
    '$CC -c a.c',
    again('$CC -DFEATURE_UNUSED -c a.c'),
    again('$CC -DFEATURE_UNUSED=2 -c a.c'),
    again('$CC -DOTHER -DFEATURE_UNUSED -c a.c'),
    again('$CC -c a.c'),
  ),
  cachedBy(
    'gcc',
    'with debug information',
    { 'a.c': DEFINED },
    '$CC -O2 -g -c a.c',
    again('$CC -O2 -DUNUSED -g -c a.c'),
  ),
  cachedBy(
    'clang',
    'with debug information',
    { 'a.c': DEFINED },
    '$CC -O2 -g -c a.c',
    again('$CC -g -DUNUSED -O2 -c a.c'),
    write({ 'a.c': DEFINED.replace('int a;', 'int a; // one') }),
    '$CC -O2 -g -c a.c',
  ),
  cached(
    'in small letters',
    { 'a.c': DEFINED },
    '$CC -c a.c',
    again('$CC -Dunused -c a.c'),
    again('$CC -Dtinted=2 -c a.c'),
    '$CC -Dlinux=7 -c a.c',
  ),
  cachedBy('gcc', 'an operator', { 'a.cc': 'int a;\n' }, '$CXX -c a.cc', always('failed', '$CXX -Dand=1 -c a.cc')),
  cached(
    'with messages',
    { 'a.c': 'static int unused;\n' },
    '$CC -Wall -c a.c',
    again('$CC -Wall -DUNUSED -c a.c'),
    again('$CC -DOTHER=1 -Wall -c a.c'),
  ),
  cached(
    'that a message suggests',
    { 'a.c': 'int f(void) { return some_functiom(); }\n' },
    '$CC -std=c99 -c a.c',
    '$CC -std=c99 -Dsome_function=1 -c a.c',
    '$CC -std=c99 -c a.c -Wall',
  ),
  cached('used', { 'a.c': DEFINED }, '$CC -c a.c', '$CC -DFEATURE_USED -c a.c'),
  cached(
    'used in a header',
    { 'a.c': '#include "h.h"\nint a;\n', 'h.h': '#ifdef FEATURE\nint b;\n#endif\n' },
    '$CC -c a.c',
    '$CC -DFEATURE -c a.c',
  ),
  cached(
    'used by another',
    { 'a.c': 'int a = VALUE;\n' },
    '$CC -DVALUE=OTHER -DOTHER=1 -c a.c',
    '$CC -DVALUE=OTHER -DOTHER=2 -c a.c',
  ),
  cached(
    'put together',
    {
      'a.c': '#define P(a, b) a##b\nint PRE_FIX;\nint a = P(PRE, _FIX) + P(PRE_, FI);\n'
        .replace(' + P(PRE_, FI)', '')
        .replace('int PRE_FIX;\n', ''),
    },
    '$CC -DPRE_FIX=1 -c a.c',
    '$CC -DPRE_FIX=2 -c a.c',
  ),
  cached(
    'put together of three',
    { 'a.c': '#define P(a, b, c) a##b##c\nint a = P(A, B, C);\n' },
    '$CC -DABC=1 -c a.c',
    '$CC -DABC=2 -c a.c',
  ),
  cached('over two lines', { 'a.c': 'int a = VAL\\\nUE;\n' }, '$CC -DVALUE=1 -c a.c', '$CC -DVALUE=2 -c a.c'),
  cached('twice', { 'a.c': 'int a;\n' }, '$CC -DA=1 -c a.c', '$CC -DA=1 -DA=2 -c a.c'),
  cached('one that the compiler has', { 'a.c': 'int a;\n' }, '$CC -c a.c', '$CC -D__linux__=7 -c a.c'),
  cached('one that the compiler refuses', { 'a.c': 'int a;\n' }, '$CC -c a.c', {
    command: '$CC -Ddefined=1 -c a.c',
    cold: 'failed',
    warm: 'failed',
    options: {},
  }),
  cached(
    'with a parameter',
    { 'a.c': 'int a;\n' },
    '$CC -c a.c',
    again("$CC '-DUNUSED(x)=do (x + 1); while (0)' -c a.c"),
    again("$CC '-DUNUSED(x)' -c a.c"),
    again("$CC '-DUNUSED()=' -c a.c"),
  ),
  cached('with a parameter, used', { 'a.c': 'int a = F(1);\n' }, "$CC '-DF(x)=x' -c a.c", "$CC '-DF(x)=x + 1' -c a.c"),
  cachedBy(
    'gcc',
    'with parameters that cannot be',
    { 'a.cc': 'int a;\n' },
    '$CXX -c a.cc',
    always('failed', "$CXX '-DF(and)=1' -c a.cc 2>/dev/null"),
    always('failed', "$CXX '-DF(x)=#y' -c a.cc 2>/dev/null"),
    always('failed', "$CXX '-DF(x,x)=1' -c a.cc 2>/dev/null"),
  ),
  cached('recorded', { 'a.c': 'int a;\n' }, '$CC -g3 -c a.c', '$CC -DUNUSED -g3 -c a.c'),
  cached(
    'a header that asks for it appears',
    { 'a.c': '#if __has_include("n.h")\n#include "n.h"\n#endif\nint a;\n' },
    '$CC -c a.c',
    write({ 'n.h': '#ifdef UNUSED\nint n;\n#endif\n' }),
    '$CC -DUNUSED -c a.c',
  ),
]);

const LOOPS = `int g(int);
int f(int n)
{
    for (int i = 0; i < g(n); i++) { /* each */
        n += g(i);
    }
    while ((n & 1) == 0)
        n /= 2;
    return n;
}
`;
/** @param body of a loop, which a macro may stand for */
function barren(body: string): string {
  return `#define EMPTY\n#define SEMICOLON EMPTY ;\nint g(int);\nint f(int n)\n{\n  while (g(n)) ${body}\n  g(2);\n  return n;\n}\n`;
}

describeDifferential('indentation where clang looks at loops', [
  hit('loops with something in them', '$CC -O1 -c a.c', 'a.c', LOOPS, LOOPS.replace(/^ {4}/gm, '\t')),
  ...['SEMICOLON', ';', '/* none */ ;', '\n#if 1\n;\n#endif'].map((body): Case => {
    const moved = barren(body).replace('  g(2)', '        g(2)');
    return {
      ...miss(`an empty one: ${JSON.stringify(body)}`, '$CC -c a.c', 'a.c', barren(body), moved),
      only: 'clang',
    };
  }),
]);

describeDifferential('options in another order', [
  cached(
    'independent ones',
    { 'a.c': MAIN, 'h.h': HEADER },
    '$CC -O2 -Wall -fPIC -DA -DB=2 -I. -c a.c',
    again('$CC -I. -fPIC -DB=2 -Wall -c a.c -DA -O2'),
  ),
  cached('optimisation', { 'a.c': 'int f(int n) { return n * 2; }\n' }, '$CC -O0 -O2 -c a.c', '$CC -O2 -O0 -c a.c'),
  ...[
    ['-O2', '-fno-vectorize'],
    ['-O2', '-fno-slp-vectorize'],
    ['-Ofast', '-fno-fast-math'],
    ['-Ofast', '-fno-strict-aliasing'],
  ].map(([level, option]) =>
    cachedBy(
      'clang',
      `${option}, of which a level may be another word`,
      {
        'a.c': `float f(float *a, float *b, int *c) { for (int i = 0; i < 999; i++) a[i] = a[i] * b[i] + 3; a[0] = *b; *c = 1; return *b; }
void g(int *a) { a[0]++; a[1]++; a[2]++; a[3]++; }\n`,
      },
      `$CC ${level} ${option} -c a.c`,
      `$CC ${option} ${level} -c a.c`,
    ),
  ),
  cached(
    'those of C++ for C, of which gcc warns',
    { 'a.c': 'int v;\n' },
    '$CC -fno-rtti -fvisibility-inlines-hidden -c a.c',
    '$CC -fvisibility-inlines-hidden -fno-rtti -c a.c',
  ),
  cached(
    'directories',
    { 'a.c': '#include <v.h>\nint a = V;\n', 'x/v.h': '#define V 1\n', 'y/v.h': '#define V 2\n' },
    '$CC -Ix -Iy -c a.c',
    '$CC -Iy -Ix -c a.c',
  ),
  cached(
    'definitions of one name',
    { 'a.c': '#ifdef __A\nint a;\n#endif\nint b;\n' },
    '$CC -D__A -U__A -c a.c',
    '$CC -U__A -D__A -c a.c',
  ),
  cached(
    'warnings',
    { 'a.c': 'static int a;\n' },
    '$CC -Wall -Wno-unused-variable -c a.c',
    '$CC -Wno-unused-variable -Wall -c a.c',
  ),
  cached(
    'warnings that are only turned on',
    { 'a.c': 'int f(unsigned n) { int unused; return n > -1; }\n' },
    '$CC -Wall -Wextra -Wshadow -Wundef -c a.c',
    again('$CC -Wundef -Wshadow -Wextra -Wall -c a.c'),
    '$CC -Wundef -Wshadow -Wextra -Wall -Wno-unused-variable -c a.c',
    '$CC -Wshadow -Wundef -Wextra -Wall -Wno-unused-variable -c a.c',
  ),
  cached(
    'warnings of C++ for C, of which gcc complains',
    { 'a.c': 'int v;\n' },
    '$CC -Wreorder -Wnon-virtual-dtor -c a.c',
    '$CC -Wnon-virtual-dtor -Wreorder -c a.c',
  ),
  cached(
    'processors',
    { 'a.c': 'int f(int n) { return n * 3; }\n' },
    '$CC -march=x86-64-v2 -mtune=generic -mno-avx -c a.c',
    again('$CC -mno-avx -mtune=generic -march=x86-64-v2 -c a.c'),
    '$CC -mavx2 -mno-avx -c a.c',
    '$CC -mno-avx -mavx2 -c a.c',
  ),
  cached(
    'sections',
    { 'a.c': 'int f(void) { return 1; }\n' },
    '$CC -ffunction-sections -fno-function-sections -c a.c',
    '$CC -fno-function-sections -ffunction-sections -c a.c',
  ),
  cachedBy(
    'gcc',
    'recorded in debug information',
    { 'a.c': MAIN, 'h.h': HEADER },
    '$CC -g -O2 -fPIC -c a.c',
    '$CC -g -fPIC -O2 -c a.c',
  ),
]);

describeDifferential('options that come to the same', [
  cached(
    'a level of optimisation twice',
    FILES,
    '$CC -O2 -c a.c',
    again('$CC -O2 -O2 -c a.c'),
    again('$CC -O3 -O2 -c a.c'),
    '$CC -O2 -O3 -c a.c',
  ),
  cached(
    'no optimisation',
    FILES,
    '$CC -c a.c',
    again('$CC -O0 -c a.c'),
    again('$CC -O2 -O0 -c a.c'),
    again('$CC -g0 -c a.c'),
    again('$CC -g0 -O0 -c a.c'),
  ),
  cached('-O and -O1', FILES, '$CC -O -c a.c', again('$CC -O1 -c a.c')),
  cachedBy(
    'gcc',
    'levels that debug information has',
    FILES,
    '$CC -g -O2 -c a.c',
    '$CC -g -O2 -O2 -c a.c',
    '$CC -g -c a.c',
    '$CC -g -O0 -c a.c',
  ),
  cached('-g and then -g0', FILES, '$CC -g -c a.c', '$CC -g -g0 -c a.c'),
  cached(
    '-U of a name that nobody has',
    FILES,
    '$CC -c a.c',
    again('$CC -UNOBODY -c a.c'),
    again('$CC -g0 -UNOBODY -UELSE -c a.c'),
  ),
  cached(
    '-U of a name that is asked for',
    { 'a.c': '#ifdef SOMEBODY\nint v;\n#endif\n' },
    '$CC -DSOMEBODY -c a.c',
    '$CC -USOMEBODY -c a.c',
    '$CC -c a.c',
  ),
  cached(
    '-U of what the compiler defines',
    { 'a.c': '#ifdef linux\nint v;\n#endif\n' },
    '$CC -c a.c',
    '$CC -Ulinux -c a.c',
  ),
]);

describeDifferential('ends of lines', [
  hit('CRLF', '$CC -c a.c', 'a.c', MAIN, MAIN.replaceAll('\n', '\r\n'), { 'h.h': HEADER }),
  hit('CRLF in a header', '$CC -O2 -Wall -c a.c', 'h.h', HEADER, HEADER.replaceAll('\n', '\r\n'), { 'a.c': MAIN }),
  hit(
    'CRLF behind a backslash',
    '$CC -c a.c',
    'a.c',
    '#define A 1 + \\\n 2\nint a = A;\n',
    '#define A 1 + \\\r\n 2\r\nint a = A;\r\n',
  ),
  miss(
    'CRLF in a raw string',
    '$CXX -c a.cc',
    'a.cc',
    'const char *a = R"(x\ny)";\n',
    'const char *a = R"(x\r\ny)";\n',
  ),
  {
    ...hit('CRLF with debug information', '$CC -g -c a.c', 'a.c', MAIN, MAIN.replaceAll('\n', '\r\n'), {
      'h.h': HEADER,
    }),
    only: 'gcc',
  },
  {
    ...miss('CRLF with debug information', '$CC -g -c a.c', 'a.c', MAIN, MAIN.replaceAll('\n', '\r\n'), {
      'h.h': HEADER,
    }),
    only: 'clang',
  },
  {
    ...hit('no end of the last line', '$CC -Wall -pedantic -c a.c', 'a.c', MAIN, MAIN.slice(0, -1), { 'h.h': HEADER }),
    only: 'gcc',
  },
  {
    ...hit('no end of the last line of a header', '$CC -g -c a.c', 'h.h', HEADER.slice(0, -1), HEADER, { 'a.c': MAIN }),
    only: 'gcc',
  },
  {
    ...hit('no end of the last line', '$CC -Wall -Wextra -c a.c', 'a.c', MAIN, MAIN.slice(0, -1), { 'h.h': HEADER }),
    only: 'clang',
  },
  {
    ...miss('no end of the last line, which debug information has', '$CC -g -c a.c', 'a.c', MAIN, MAIN.slice(0, -1), {
      'h.h': HEADER,
    }),
    only: 'clang',
  },
  {
    ...miss('no end of the last line', '$CC -pedantic -c a.c', 'a.c', MAIN, MAIN.slice(0, -1), { 'h.h': HEADER }),
    only: 'clang',
  },
  {
    ...miss('a comment that takes the last line', '$CC -c a.c', 'a.c', 'int a;\nint b;\n', 'int a;\n//int b;'),
    only: 'gcc',
  },
]);

describeDifferential('a dependency file that is asked for later', [
  cached('none after -MD', FILES, '$CC -MD -c a.c', again('$CC -c a.c'), again('$CC -c a.c -o b.o')),
  cached('none after -MMD', FILES, '$CC -MMD -MF x.d -c a.c', again('$CC -c a.c'), '$CC -MD -c a.c'),
  cachedBy(
    'gcc',
    '-MD after none',
    { ...FILES, 'b.c': '#include <stdio.h>\n#include "h.h"\n#include "h.h"\n' },
    '$CC -c ./a.c',
    again('$CC -MD -c ./a.c'),
    again('$CC -MD -MP -MF x.d -MT t -c ./a.c'),
    '$CC -MMD -c ./a.c',
    '$CC -c b.c',
    again('$CC -MD -c b.c'),
  ),
  cachedBy('clang', '-MD after none', FILES, '$CC -c a.c', '$CC -MD -c a.c', '$CC -MMD -c a.c'),
  cached(
    'after an edit',
    FILES,
    '$CC -MD -c a.c',
    write({ 'h.h': HEADER.replace('7', '8') }),
    '$CC -c a.c',
    shell('rm h.h'),
    always('failed', '$CC -c a.c'),
  ),
  cached('with debug information', FILES, '$CC -g -MD -c a.c', again('$CC -g -c a.c')),
  cached('with recorded words', FILES, '$CC -MD -frecord-gcc-switches -c a.c', '$CC -frecord-gcc-switches -c a.c'),
  cachedBy(
    'gcc',
    'a name with a blank',
    { 'a.c': '#include "h h.h"\n', 'h h.h': HEADER },
    '$CC -c a.c',
    '$CC -MD -c a.c',
  ),
  cachedBy(
    'gcc',
    'a header without a guard twice',
    { 'a.c': '#include "h.h"\n#include "./h.h"\n', 'h.h': '#define A 1\n', 'd/k': '' },
    '$CC -c a.c',
    '$CC -MD -c a.c',
  ),
  cachedBy(
    'gcc',
    'a source that includes itself',
    { 'a.c': '#ifndef A\n#define A\n#include "a.c"\n#endif\n' },
    '$CC -c a.c',
    '$CC -MD -c a.c',
  ),
  cached('preprocessed', { 'a.i': 'int a;\n' }, '$CC -c a.i'),
  cached('only the syntax', FILES, '$CC -MD -MF x.d -fsyntax-only a.c', again('$CC -fsyntax-only a.c')),
]);
