import { again, always, cached, compile, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const LIB = 'pub fn f() -> u32 { 1 }\n';
const RLIB = '$WRAPPER rustc --crate-name a --crate-type lib --edition 2021';

describeRust('rustc: kinds of output', [
  cached('rlib', { 'a.rs': LIB }, `${RLIB} a.rs`),
  cached('as cargo asks', { 'a.rs': LIB }, `${RLIB} --emit=dep-info,metadata,link -C extra-filename=-1 a.rs`),
  cached('metadata alone', { 'a.rs': LIB }, `${RLIB} --emit=metadata a.rs`),
  cached('dep-info alone', { 'a.rs': LIB }, `${RLIB} --emit=dep-info a.rs`),
  ...['asm', 'llvm-ir', 'llvm-bc', 'obj', 'mir'].map((kind) =>
    cached(`--emit ${kind}`, { 'a.rs': LIB }, `${RLIB} --emit ${kind} a.rs`),
  ),
  cached(
    'all kinds at once',
    { 'a.rs': LIB },
    `${RLIB} --emit asm,llvm-ir,llvm-bc,obj,mir,metadata,link,dep-info a.rs`,
  ),
  cached(
    'named outputs',
    { 'a.rs': LIB },
    `${RLIB} --emit dep-info=x.dep,metadata=y.meta,link=z.lib a.rs`,
    again(`${RLIB} --emit dep-info=x2.dep,metadata=y2.meta,link=z2.lib a.rs`),
  ),
  cached(
    '-o',
    { 'a.rs': LIB },
    `${RLIB} a.rs -o liba.rlib`,
    `${RLIB} a.rs -o other.rlib`,
    again(`mkdir d && ${RLIB} a.rs -o d/other.rlib`),
  ),
  cached('two crate types', { 'a.rs': LIB }, `${RLIB} --crate-type staticlib a.rs`),
  cached(
    'a program',
    { 'a.rs': 'fn main() { println!("x"); }\n' },
    '$WRAPPER rustc a.rs',
    again('$WRAPPER rustc a.rs'),
  ),
  cached('a program with a dash', { 'a-b.rs': 'fn main() {}\n' }, '$WRAPPER rustc a-b.rs && ./a-b'),
  cached('-g', { 'a.rs': 'fn main() { println!("x"); }\n' }, '$WRAPPER rustc -g -O a.rs -o program && ./program'),
  cached('tests', { 'a.rs': '#[test] fn t() {}\n' }, '$WRAPPER rustc --test --crate-name a a.rs && ./a -q >/dev/null'),
  cached('cdylib', { 'a.rs': '#[no_mangle] pub extern "C" fn f() {}\n' }, '$WRAPPER rustc --crate-type cdylib a.rs'),
  cached('dylib', { 'a.rs': LIB }, '$WRAPPER rustc --crate-type dylib a.rs'),
  cached('an older output is replaced', { 'a.rs': LIB }, `printf old > liba.rlib; ln liba.rlib name; ${RLIB} a.rs`),
]);

describeRust('rustc: what it reads', [
  cached(
    'modules',
    { 'a.rs': 'mod b;\npub use b::f;\n', 'b.rs': LIB },
    `${RLIB} --emit=link,dep-info a.rs`,
    write({ 'b.rs': 'pub fn f() -> u32 { 2 }\n' }),
    `${RLIB} --emit=link,dep-info a.rs`,
    write({ 'b.rs': LIB }),
    again(`${RLIB} --emit=link,dep-info a.rs`),
  ),
  cached(
    'a module that appears twice',
    { 'a.rs': 'mod b;\npub use b::f;\n', 'b.rs': LIB },
    `${RLIB} a.rs`,
    write({ 'b/mod.rs': LIB }),
    always('failed', `${RLIB} a.rs`),
  ),
  cached(
    'include_str, include_bytes, include',
    {
      'a.rs':
        'pub const A: &str = include_str!("t x.txt"); pub const B: &[u8] = include_bytes!("b"); include!("i.rs");\n',
      't x.txt': 'one',
      b: '\0\x01',
      'i.rs': 'pub fn g() {}\n',
    },
    `${RLIB} --emit=link,dep-info a.rs`,
    write({ 't x.txt': 'two' }),
    `${RLIB} --emit=link,dep-info a.rs`,
  ),
  cached(
    'env! and option_env!',
    { 'a.rs': 'pub const A: Option<&str> = option_env!("AAA"); pub const B: &str = env!("BBB");\n' },
    `BBB=1 ${RLIB} --emit=link,dep-info a.rs`,
    `BBB=2 ${RLIB} --emit=link,dep-info a.rs`,
    `BBB=2 AAA= ${RLIB} --emit=link,dep-info a.rs`,
    `BBB=2 AAA='a b\\c' ${RLIB} --emit=link,dep-info a.rs`,
    again(`BBB=1 CCC=1 ${RLIB} --emit=link,dep-info a.rs`),
    always('failed', `${RLIB} --emit=link,dep-info a.rs`),
  ),
  cached(
    'externs by path',
    { 'a.rs': LIB, 'b.rs': 'pub fn g() -> u32 { a::f() }\n' },
    `${RLIB} a.rs`,
    '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a=liba.rlib b.rs',
    write({ 'a.rs': 'pub fn f() -> u32 { 7 }\n' }),
    `${RLIB} a.rs`,
    '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a=liba.rlib b.rs',
  ),
  cached(
    'externs by name, found by -L',
    { 'a.rs': LIB, 'b.rs': 'pub fn g() -> u32 { a::f() }\n', 'd/keep': '' },
    `${RLIB} --out-dir d a.rs`,
    '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a -L d b.rs',
    write({ 'a.rs': 'pub fn f() -> u32 { 7 }\n' }),
    `${RLIB} --out-dir d a.rs`,
    '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a -L d b.rs',
  ),
  cached(
    'an extern under another name',
    { 'a.rs': LIB, 'b.rs': 'pub fn g() -> u32 { x::f() }\n' },
    `${RLIB} a.rs`,
    '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern x=liba.rlib b.rs',
    always('failed', '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern y=liba.rlib b.rs'),
  ),
  cached(
    'a missing extern',
    { 'b.rs': 'pub fn g() -> u32 { a::f() }\n' },
    always(
      'cannot-cache: extern crate cannot be read',
      '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a=liba.rlib b.rs',
    ),
  ),
  cached(
    'a static library in an rlib',
    { 'a.rs': 'extern "C" { pub fn n() -> i32; }\n', 'n.c': 'int n(void) { return 1; }\n' },
    compile('gcc -c n.c && ar rcsD libn.a n.o', 'nothing', 'nothing'),
    `${RLIB} -L native=. -l static=n a.rs`,
    compile('printf "int n(void) { return 2; }" > n.c && gcc -c n.c && ar rcsD libn.a n.o', 'nothing', 'nothing'),
    `${RLIB} -L native=. -l static=n a.rs`,
  ),
  cached(
    'a static library by attribute',
    {
      'a.rs': '#[link(name = "n", kind = "static")]\nextern "C" { pub fn n() -> i32; }\n',
      'n.c': 'int n(void) { return 1; }\n',
    },
    compile('gcc -c n.c && ar rcsD libn.a n.o', 'nothing', 'nothing'),
    `${RLIB} -L native=. a.rs`,
    compile('printf "int n(void) { return 2; }" > n.c && gcc -c n.c && ar rcsD libn.a n.o', 'nothing', 'nothing'),
    `${RLIB} -L native=. a.rs`,
  ),
  cached(
    'a shared library that a program is linked with',
    { 'a.rs': 'extern "C" { fn n() -> i32; }\nfn main() { unsafe { n(); } }\n', 'n.c': 'int n(void) { return 1; }\n' },
    compile('gcc -shared -fPIC n.c -o libn.so', 'nothing', 'nothing'),
    '$WRAPPER rustc -L native=. -l dylib=n a.rs',
    compile('printf "int n(void) { return 2; }" > n.c; gcc -shared -fPIC n.c -o libn.so', 'nothing', 'nothing'),
    '$WRAPPER rustc -L native=. -l dylib=n a.rs',
  ),
  cached(
    'an argument file',
    { 'a.rs': LIB, args: '--crate-type\nlib\na.rs\n' },
    '$WRAPPER rustc @args --crate-name a',
    write({ args: '--crate-type\nlib\n-O\na.rs\n' }),
    '$WRAPPER rustc @args --crate-name a',
  ),
  cached(
    'the same file in two directories',
    { 'd/a.rs': LIB, 'e/a.rs': LIB },
    `cd d && ${RLIB} a.rs`,
    `cd e && ${RLIB} a.rs`,
  ),
  cached('the spelling of the source', { 'a.rs': LIB }, `${RLIB} a.rs`, `${RLIB} ./a.rs`),
]);

describeRust('rustc: messages', [
  cached('warnings', { 'a.rs': 'fn unused() {}\n' }, `${RLIB} a.rs`, `${RLIB} -Dwarnings -Adead_code a.rs`),
  cached('warnings as JSON', { 'a.rs': 'fn unused() {}\n' }, `${RLIB} --error-format=json --json=artifacts a.rs`),
  cached(
    'artifacts in another directory',
    { 'a.rs': 'fn unused() {}\n' },
    `mkdir one 'two "x'; ${RLIB} --error-format=json --json=artifacts --emit=dep-info,metadata,link --out-dir "$PWD/one" a.rs`,
    again(`${RLIB} --error-format=json --json=artifacts --emit=dep-info,metadata,link --out-dir "two \\"x" a.rs`),
  ),
  cached(
    'advice for callers by cargo',
    { 'a.rs': '#[cfg(x)] pub fn f() {}\n' },
    `${RLIB} --check-cfg 'cfg(y)' a.rs`,
    `CARGO_CRATE_NAME=a ${RLIB} --check-cfg 'cfg(y)' a.rs`,
  ),
  cached(
    'sources and functions called like the output',
    { 'd/x.rs': 'fn unused() {}\nfn main() { let x = 1; }\n' },
    '$WRAPPER rustc d/x.rs -o d/x',
    'cd d && $WRAPPER rustc x.rs',
  ),
  cached('colours', { 'a.rs': 'fn unused() {}\n' }, `${RLIB} --color always a.rs`, `${RLIB} --color never a.rs`),
  cached('width', { 'a.rs': 'fn unused() {}\n' }, `${RLIB} --diagnostic-width 20 a.rs`, `${RLIB} a.rs`),
  cached('errors', { 'a.rs': 'fn f( {}\n' }, always('failed', `${RLIB} --emit=dep-info,link a.rs`)),
  cached('a missing source', {}, always('cannot-cache: source cannot be read', `${RLIB} a.rs`)),
  cached('an unknown option', { 'a.rs': LIB }, always('cannot-cache: --nonsense', `${RLIB} --nonsense a.rs`)),
]);

describeRust('rustc: what is no compile, and what is not cached', [
  cached('-vV', {}, always('not-compilation', '$WRAPPER rustc -vV')),
  cached('--print', {}, always('not-compilation', '$WRAPPER rustc --print sysroot')),
  cached('standard input', {}, always('cannot-cache: -', 'echo | $WRAPPER rustc --crate-type lib -')),
  cached(
    'incremental',
    { 'a.rs': LIB },
    always('cannot-cache: incremental', `${RLIB} -C incremental=inc a.rs && rm -r inc liba.rlib`),
  ),
  cached('CARGO_INCREMENTAL is no error', { 'a.rs': LIB }, `CARGO_INCREMENTAL=1 ${RLIB} a.rs`),
]);
