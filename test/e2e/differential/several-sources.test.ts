import { again, always, cached, cachedBy, compile, describeDifferential, write } from '../../rig/differential.ts';

const FILES = {
  'a.c': '#include "h.h"\nint a = VALUE;\n',
  'b.c': 'int b;\n',
  'w.c': 'int w(void) { int unused; return 0; }\n',
  'bad.c': 'int = ;\n',
  'd/a.c': 'int other;\n',
  'h.h': '#define VALUE 1\n',
};
const CHANGED = write({ 'h.h': '#define VALUE 2\n' });

describeDifferential('several sources in one command', [
  cached(
    'two',
    FILES,
    compile('$CC -c a.c b.c', 'miss, miss', 'hit, hit'),
    CHANGED,
    compile('$CC -c a.c b.c', 'hit, miss', 'hit, hit'),
  ),
  cached(
    'share results with single ones',
    FILES,
    '$CC -c a.c',
    compile('$CC -c a.c b.c', 'hit, miss', 'hit, hit'),
    again('$CC -c b.c -o x.o'),
  ),
  cached('with dependency files', FILES, compile('$CC -MMD -g -c a.c b.c', 'miss, miss', 'hit, hit')),
  cached(
    'with files beside',
    FILES,
    compile('$CC --coverage -frandom-seed=s -fstack-usage -c a.c b.c', 'miss, miss', 'hit, hit'),
  ),
  cached('to assembly', FILES, compile('$CC -S a.c b.c', 'miss, miss', 'hit, hit')),
  cached('messages in order', FILES, compile('$CC -Wall -c w.c a.c b.c', 'miss, miss, miss', 'hit, hit, hit')),
  cached('one that fails', FILES, compile('$CC -Wall -c w.c bad.c b.c', 'miss, miss, failed', 'hit, hit, failed')),
  cached('in other directories', FILES, compile('$CC -c d/a.c b.c', 'miss, miss', 'hit, hit')),
  cached('C and assembly', { ...FILES, 's.s': '.text\n' }, compile('$CC -c b.c s.s', 'miss, miss', 'hit, hit')),
  cached('of which two make one object', FILES, always('cannot-cache: multiple input files', '$CC -c a.c d/a.c')),
  cached('twice the same', FILES, always('cannot-cache: multiple input files', '$CC -c a.c a.c')),
  cached('with -MF', FILES, always('cannot-cache: multiple input files', '$CC -MMD -MF x.d -c a.c b.c')),
  cached('with -o', FILES, always('cannot-cache: multiple input files', '$CC -c a.c b.c -o x.o')),
  cached(
    'and an object',
    FILES,
    '$CC -c b.c -o x.o',
    always('cannot-cache: multiple input files', '$CC -c a.c b.c x.o'),
  ),
  cached('one that is missing', FILES, always('cannot-cache: multiple input files', '$CC -c none.c b.c')),
  cached(
    'one that is missing after others',
    FILES,
    always('cannot-cache: multiple input files', '$CC -c a.c none.c b.c'),
    always('cannot-cache: multiple input files', '$CC -c a.c none.c'),
  ),
  cachedBy(
    'clang',
    'of which the driver says something',
    FILES,
    compile('$CC -c a.c b.c -lm', 'miss, cannot-cache: multiple input files', 'cannot-cache: multiple input files'),
  ),
  cachedBy(
    'clang',
    'whose command is recorded',
    FILES,
    always('cannot-cache: multiple input files', '$CC -g -grecord-command-line -c a.c b.c'),
  ),
  cached(
    'a link of several',
    { ...FILES, 'm.c': 'int main(void) { return 0; }\n' },
    always('not-compilation', '$CC m.c b.c -o m'),
  ),
  cached('without a cache', FILES, always('bypassed', 'SCCACHE_NO_CACHE=1 $CC -c a.c b.c')),
  cached('only their syntax', FILES, compile('$CC -Wall -fsyntax-only a.c w.c', 'miss, miss', 'hit, hit')),
  cached(
    'only their syntax, with dependency files',
    FILES,
    always('cannot-cache: multiple input files', '$CC -fsyntax-only -MD a.c b.c'),
  ),
  cached('with what comes between', FILES, compile('$CC -save-temps -c a.c b.c', 'miss, miss', 'hit, hit')),
]);
