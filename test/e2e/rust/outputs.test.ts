import { again, always, cached, compile, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const LIB = 'pub fn f() -> u32 { 1 }\n';
/** Some code in three modules: with `-C codegen-units` as many objects. */
const UNITS =
  'pub fn f(x: &str) -> String { x.to_uppercase() }\npub mod m { pub fn g() -> Vec<u8> { vec![1, 2] } }\n' +
  'pub mod n { pub fn h(v: &[u8]) -> usize { v.iter().map(|x| *x as usize).sum() } }\n';
const MAIN = 'mod m { pub fn g() -> Vec<u8> { vec![1, 2] } }\nfn main() { println!("{:?}", m::g()); }\n';
const RLIB = '$WRAPPER rustc --crate-name a --crate-type lib --edition 2021';
const NIGHTLY = '$WRAPPER rustc +nightly --crate-name a --crate-type lib --edition 2021';
const BIN = '$WRAPPER rustc --crate-name a --crate-type bin --edition 2021';

/** rustc's temporary directories end in six letters of chance. */
const NAMED_BY_KIND = 'for d in rmeta?????? rustc??????; do test ! -d $d || mv $d $(echo $d | cut -c1-5); done';

describeRust('rustc: names of outputs', [
  ...[
    '--crate-type lib --emit link,metadata,obj,dep-info a-b.rs',
    '--crate-type lib --emit link,metadata,obj,dep-info -C extra-filename=-1.2 a-b.rs',
    '--crate-type lib --emit link,dep-info -o d/x.y a-b.rs',
    '--crate-type lib --emit metadata,asm,dep-info -C extra-filename=-3 -o d/x.y a-b.rs',
    '--crate-name q --crate-type lib --emit metadata,obj,dep-info -C extra-filename=-3 -o d/x.y a-b.rs',
    '--crate-name q --crate-type lib --emit metadata,link -o d/x.y a-b.rs',
    '--crate-type lib --emit link=l,dep-info -o d/x.y a-b.rs',
    '--crate-type lib --emit metadata -C extra-filename=-3 -o d/x.y a-b.rs',
    '--crate-type lib --emit obj --out-dir d -o x.y a-b.rs',
    '--crate-type rlib,staticlib --emit link,dep-info a-b.rs',
    '--crate-type lib --emit link,dep-info --out-dir d -- a-b.rs',
    '--crate-type lib --emit metadata,thin-link-bitcode,dep-info -Z unstable-options a-b.rs',
    '--crate-type lib --emit asm=- a-b.rs',
    '--crate-type lib --emit llvm-ir -o - a-b.rs',
  ].map((options) => cached(options, { 'a-b.rs': LIB, 'd/keep': '' }, `RUSTC_BOOTSTRAP=1 $WRAPPER rustc ${options}`)),
  ...[
    '--emit link,dep-info a-b.rs',
    '--emit link,dep-info -C extra-filename=-1.2 a-b.rs',
    '--emit link,dep-info -o d/x.y a-b.rs',
    '--emit link=d/l,dep-info=d/m a-b.rs',
    '--crate-type cdylib --crate-type staticlib --emit link,dep-info a-b.rs',
    '--crate-type dylib,cdylib a-b.rs',
    '--crate-type bin --emit link -- a-b.rs',
  ].map((options) => cached(options, { 'a-b.rs': MAIN, 'd/keep': '' }, `$WRAPPER rustc ${options}`)),
  cached(
    'the same outputs elsewhere',
    { 'a.rs': UNITS, 'd/keep': '' },
    `${RLIB} --emit obj,asm,dep-info -C codegen-units=3 a.rs`,
    again(`${RLIB} --emit obj,asm,dep-info -C codegen-units=3 --out-dir d a.rs`),
  ),
]);

describeRust('rustc: names of chance', [
  ...[
    '--emit obj -C codegen-units=4',
    '--emit asm,llvm-ir,link,dep-info -C codegen-units=4',
    '--emit obj=q.o,asm -C codegen-units=4',
    '--emit obj -C codegen-units=4 -o x.o',
    '--emit obj,llvm-bc -C codegen-units=1',
    '-O --emit llvm-bc -C codegen-units=2 -C lto=off',
    '-g -C split-debuginfo=unpacked',
    '-g -C split-debuginfo=packed',
    '-g -C split-debuginfo=off',
    '-g -C split-debuginfo=unpacked -o x.y.z',
    '-g -C split-debuginfo=unpacked --emit obj,metadata',
  ].map((options) =>
    cached(`a library with ${options}`, { 'a.rs': UNITS }, `${RLIB} ${options} a.rs`, again(`${RLIB} ${options} a.rs`)),
  ),
  ...['-Z split-dwarf-kind=single -C split-debuginfo=unpacked', '-C split-debuginfo=unpacked'].map((options) =>
    cached(`nightly with ${options}`, { 'a.rs': UNITS }, `${NIGHTLY} -g ${options} a.rs`),
  ),
  ...['unpacked', 'packed'].map((how) =>
    cached(
      `a program with ${how} debug information`,
      { 'a.rs': MAIN },
      `${BIN} -g -C split-debuginfo=${how} a.rs && ./a`,
      `mkdir d; ${BIN} -g -C split-debuginfo=${how} -o d/z.q a.rs; d/z.q`,
      again(`rm a; ${BIN} -g -C split-debuginfo=${how} a.rs`),
    ),
  ),
  cached(
    'debug information in files of another directory',
    { 'a.rs': UNITS, 'd/keep': '' },
    `${RLIB} -g -C split-debuginfo=unpacked a.rs`,
    `${RLIB} -g -C split-debuginfo=unpacked --out-dir d a.rs`,
  ),
  ...['--emit obj,asm', '--emit metadata', '--emit link,dep-info'].map((options) =>
    cached(
      `-C save-temps ${options}`,
      { 'a.rs': UNITS },
      `${RLIB} -C save-temps ${options} a.rs; ${NAMED_BY_KIND}`,
      again(`rm -rf rmeta rustc; ${RLIB} -C save-temps ${options} a.rs; ${NAMED_BY_KIND}`),
    ),
  ),
  cached(
    'a program with -C save-temps',
    { 'a.rs': MAIN },
    `${BIN} -C save-temps a.rs && ./a; ${NAMED_BY_KIND}`,
    again(`rm -r rmeta rustc; ${BIN} -C save-temps a.rs; ${NAMED_BY_KIND}`),
  ),
  cached(
    'a shared library with packed debug information',
    { 'a.rs': UNITS },
    '$WRAPPER rustc -g --crate-type cdylib -C split-debuginfo=packed a.rs',
  ),
  cached(
    'listings over older ones of another mode',
    { 'a.rs': LIB },
    `umask 077; ${RLIB} --emit asm,llvm-ir,llvm-bc,obj,mir,metadata,dep-info a.rs`,
    again(`umask 022; ${RLIB} --emit asm,llvm-ir,llvm-bc,obj,mir,metadata,dep-info a.rs`),
    again(`ln -s a.s x.s; ${RLIB} --emit asm=x.s,llvm-ir,llvm-bc,obj,mir,metadata,dep-info a.rs`),
  ),
  cached(
    'older files of other units stay',
    { 'a.rs': UNITS },
    `${RLIB} --emit obj -C codegen-units=4 a.rs`,
    write({ 'a.rs': LIB }),
    `${RLIB} --emit obj -C codegen-units=4 a.rs`,
    write({ 'a.rs': UNITS }),
    again(`rm *.o; ${RLIB} --emit obj -C codegen-units=4 a.rs`),
  ),
  cached(
    'objects with two names',
    { 'a.rs': UNITS },
    `${RLIB} --emit obj -C codegen-units=2 a.rs`,
    again(`for f in *.o; do ln $f name-$f; done; ${RLIB} --emit obj -C codegen-units=2 a.rs`),
  ),
]);

const CALLS = 'extern "C" { fn n() -> i32; }\nfn main() { std::process::exit(unsafe { n() }); }\n';

describeRust('rustc: objects that a failed link left', [
  ...['', '-g --out-dir d', '-C extra-filename=-7 -C codegen-units=3', '-o d/x.y', '-C save-temps=no -O'].map(
    (options) =>
      cached(
        `are removed by the next: ${options}`,
        { 'a.rs': CALLS, 'd/keep': '' },
        always('failed', `${BIN} ${options} a.rs 2>/dev/null`),
        write({ 'a.rs': 'fn main() {}\n' }),
        `${BIN} ${options} a.rs`,
        always('failed', `${BIN} ${options} -C link-arg=missing.o a.rs 2>/dev/null`),
        again(`${BIN} ${options} a.rs`),
      ),
  ),
  ...['lib', 'staticlib', 'lib,staticlib', 'lib,cdylib'].flatMap((types) =>
    ['', '-g -C codegen-units=4 --out-dir d', '-C extra-filename=-7 --emit dep-info,metadata,link'].map((options) =>
      cached(
        `and so are those of a library without the one that it takes in: ${types} ${options}`,
        { 'a.rs': CALLS, 'n.c': 'int n(void) { return 1; }\n', 'd/a.of-another.rcgu.o': '' },
        always('failed', `$WRAPPER rustc --crate-type ${types} ${options} -l static=n -L . a.rs 2>/dev/null`),
        shell('gcc -c n.c && ar rcsD libn.a n.o'),
        `$WRAPPER rustc --crate-type ${types} ${options} -l static=n -L . a.rs 2>/dev/null`,
      ),
    ),
  ),
  cached(
    'and those that an assembler did not understand',
    { 'a.rs': 'pub fn f() { unsafe { core::arch::asm!("bogus") } }\n' },
    always('failed', `${RLIB} a.rs`),
    write({ 'a.rs': 'pub fn f() { unsafe { core::arch::asm!("nop") } }\n' }),
    `${RLIB} a.rs`,
  ),
  cached(
    'and what a compile with split debug information left',
    { 'a.rs': 'fn main() {}\n' },
    ...['unpacked', 'packed', 'off', 'unpacked', 'off'].map((split, index) =>
      compile(`${BIN} -g -C split-debuginfo=${split} a.rs`, index < 3 ? 'miss' : 'hit'),
    ),
  ),
]);

describeRust('rustc: what the source says of the crate', [
  ...[
    '#![crate_name = "z"]\n#![crate_type = "lib"]\n',
    '#!/usr/bin/env run\n//! crate_type\n/* /* [ */ */ #![allow(dead_code)] #![ crate_type="rlib" ]\n',
    '#![crate_type = "staticlib"]\n#![doc = r#"]"#]\n#![crate_type = "lib"]\n',
    '#![crate_type = "cdylib"]\n#![crate_name = "with_name"]\n',
  ].map((head) => cached(JSON.stringify(head), { 'a.rs': head + LIB }, '$WRAPPER rustc --emit link,dep-info a.rs')),
  cached(
    'a name on the command line as well',
    { 'a.rs': `#![crate_name = "z"]\n${LIB}` },
    '$WRAPPER rustc --crate-name z --crate-type lib a.rs',
    always('failed', '$WRAPPER rustc --crate-name y --crate-type lib a.rs'),
  ),
  cached(
    'the type changes',
    { 'a.rs': `#![crate_type = "lib"]\n${LIB}` },
    '$WRAPPER rustc a.rs',
    write({ 'a.rs': `#![crate_type = "staticlib"]\n${LIB}` }),
    '$WRAPPER rustc a.rs',
    write({ 'a.rs': `#![crate_type = "lib"]\n${LIB}` }),
    again('$WRAPPER rustc a.rs'),
  ),
  cached(
    'only mentioned',
    { 'a.rs': `//! Has no crate_type.\n${LIB}fn main() {}\n` },
    '$WRAPPER rustc -Adead_code a.rs',
  ),
  cached(
    'where it is not certain',
    { 'a.rs': `#![cfg_attr(x, crate_type = "lib")]\n${LIB}` },
    always('cannot-cache: crate name or type may be in the source', '$WRAPPER rustc a.rs'),
  ),
  cached(
    'tests of a library',
    { 'a.rs': `#![crate_type = "lib"]\n${LIB}#[test] fn t() {}\n` },
    '$WRAPPER rustc --test a.rs && ./a -q >/dev/null',
  ),
  cached(
    'an attribute by option',
    { 'a.rs': LIB },
    always(
      'cannot-cache: crate name or type may be in the source',
      '$WRAPPER rustc +nightly -Z crate-attr=crate_type=\\"lib\\" a.rs',
    ),
    '$WRAPPER rustc +nightly --crate-type lib -Z crate-attr=allow\\(dead_code\\) a.rs',
  ),
]);

describeRust('rustc: where outputs go', [
  cached('a directory that is not there', { 'a.rs': LIB }, `${RLIB} --out-dir new/dir a.rs`),
  cached('where nothing else is written', { 'a.rs': LIB }, `${RLIB} --emit dep-info=a.d --out-dir new a.rs`),
  cached('with permissions', { 'a.rs': LIB }, compile(`${RLIB} --out-dir n/d a.rs`, 'miss', 'hit', { umask: '027' })),
  cached(
    'a directory that is not there, and dep-info',
    { 'a.rs': LIB },
    shell('mkdir new'),
    `${RLIB} --emit dep-info,link --out-dir new a.rs`,
    always('cannot-cache: output cannot be written', `rm -r new; ${RLIB} --emit dep-info,link --out-dir new a.rs`),
  ),
  cached('no directory for -o', { 'a.rs': LIB }, always('failed', `${RLIB} -o new/dir/x a.rs 2>/dev/null`)),
  cached('dep-info elsewhere', { 'a.rs': LIB }, `${RLIB} --emit dep-info=x.d,link --out-dir new/dir a.rs`),
]);
