import { again, always, cached, compile, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const LIB = 'pub fn f() -> u32 { 1 }\n';
const MAIN = 'fn main() { println!("x"); }\n';
const RLIB = '$WRAPPER rustc --crate-name a --crate-type lib --edition 2021';
const BIN = '$WRAPPER rustc --crate-name a --crate-type bin --edition 2021';
const NATIVE = 'extern "C" { fn n() -> i32; }\nfn main() { std::process::exit(unsafe { n() }); }\n';
const ATTRIBUTE = '#[link(name = "n", kind = "static")] extern "C" { pub fn n() -> i32; }\n';
const VERBATIM = ATTRIBUTE.replace('"n", kind = "static"', '"libn.a", kind = "static", modifiers = "+verbatim"');
const object = (value: number) =>
  `mkdir -p o; printf 'int n(void) { return ${value}; }' > n.c && gcc -c n.c -o o/a-name-that-is-long.o && gcc -c -xc /dev/null -o o/s.o`;
const archive = (value: number) =>
  shell(`printf 'int n(void) { return ${value}; }' > n.c && gcc -c n.c && rm -f libn.a && ar rcsD libn.a n.o`);

describeRust('rustc: code generation', [
  ...[
    '-C opt-level=3',
    '-C debuginfo=2',
    '-C codegen-units=4',
    '-C panic=abort',
    '-C embed-bitcode=no',
    '-C lto',
    '-C prefer-dynamic',
    '-C strip=symbols',
    '-C strip=debuginfo -g',
    '-C instrument-coverage',
    '-C target-cpu=native',
    '-C relocation-model=static',
    '-C metadata=12 -C extra-filename=-12',
    '-C link-dead-code',
    '-C force-frame-pointers=yes -C overflow-checks=on',
    '-C symbol-mangling-version=v0',
    '--remap-path-prefix=$PWD=/x -g',
  ].map((options) => cached(`a program with ${options}`, { 'a.rs': MAIN }, `${BIN} ${options} a.rs`)),
  cached('one option more or less', { 'a.rs': MAIN }, `${BIN} a.rs`, `${BIN} -O a.rs`, again(`${BIN} a.rs`)),
  cached(
    '--cfg',
    { 'a.rs': '#[cfg(x)] pub fn f() {}\n' },
    `${RLIB} a.rs`,
    `${RLIB} --cfg x a.rs`,
    `${RLIB} --cfg 'x="1"' a.rs`,
    `${RLIB} --cfg x --cfg y a.rs`,
    again(`${RLIB} --cfg y --cfg x --cfg y a.rs`),
  ),
  cached(
    'editions',
    { 'a.rs': LIB },
    `${RLIB} a.rs`,
    '$WRAPPER rustc --crate-name a --crate-type lib --edition 2018 a.rs',
  ),
  cached(
    'RUSTC_BOOTSTRAP',
    { 'a.rs': '#![feature(never_type)]\npub fn f() {}\n' },
    always('failed', `${RLIB} a.rs`),
    `RUSTC_BOOTSTRAP=1 ${RLIB} a.rs`,
    always('failed', `${RLIB} a.rs`),
  ),
  cached(
    'a profile',
    { 'a.rs': MAIN },
    shell('touch p.profdata'),
    `${BIN} -C profile-use="$PWD/p.profdata" a.rs`,
    shell('printf x > p.profdata'),
    `${BIN} -C profile-use="$PWD/p.profdata" a.rs`,
  ),
]);

describeRust('rustc: links', [
  cached(
    'a static library',
    { 'a.rs': NATIVE },
    archive(1),
    `${BIN} -L . -l static=n a.rs && ./a`,
    archive(2),
    `${BIN} -L . -l static=n a.rs; ./a`,
    archive(1),
    again(`${BIN} -L . -l static=n a.rs; ./a`),
  ),
  cached(
    'a library in an earlier directory',
    { 'a.rs': NATIVE, 'e/keep': '' },
    archive(1),
    `${BIN} -L native=e -L native=. -l n a.rs`,
    shell(`printf 'int n(void) { return 3; }' > n.c && gcc -c n.c -o e/n.o && ar rcsD e/libn.a e/n.o`),
    `${BIN} -L native=e -L native=. -l n a.rs`,
  ),
  ...['static:+whole-archive=n', 'static:-bundle=n', 'static:+verbatim=libn.a', 'static=m:n'].map((library) =>
    cached(
      `-l ${library}`,
      {
        'a.rs': library.includes('m:n')
          ? `#[link(name = "m")]\n${NATIVE.replace('fn main', 'pub fn g')}`.replace(
              'std::process::exit(unsafe { n() });',
              '',
            )
          : 'extern "C" { pub fn n() -> i32; }\n',
      },
      archive(1),
      `${RLIB} -L . -l ${library} a.rs`,
      archive(2),
      compile(`${RLIB} -L . -l ${library} a.rs`),
    ),
  ),
  ...Object.entries({
    'an included file of another name': { 'a.rs': 'include!("b.inc");\n', 'b.inc': ATTRIBUTE, 'm.rs': '' },
    'a macro of another crate': {
      'a.rs': 'm::library!();\n',
      'm.rs': `#[macro_export] macro_rules! library { () => { ${ATTRIBUTE} } }\n`,
    },
  }).map(([name, files]) =>
    cached(
      `#[link] in ${name}`,
      files,
      archive(1),
      '$WRAPPER rustc --crate-name m --crate-type lib --edition 2021 m.rs',
      `${RLIB} -L native=. --extern m=libm.rlib a.rs`,
      archive(2),
      `${RLIB} -L native=. --extern m=libm.rlib a.rs`,
    ),
  ),
  ...[
    '#[link(name = r"n", kind = "static")]',
    '#[link(kind = "static", name = r#"n"#)]',
    '#[link(name = "\\x6e", kind = "static")]',
    'macro_rules! l { ($n:literal) => { #[link(name = $n, kind = "static")] extern "C" { pub fn m(); } } }\nl!("n");\n',
  ].map((attribute) =>
    cached(
      `a name that is no plain string: ${attribute}`,
      { 'a.rs': `${attribute}\nextern "C" { pub fn n() -> i32; }\n` },
      archive(1),
      `${RLIB} -L native=. a.rs`,
      archive(2),
      `${RLIB} -L native=. a.rs`,
      archive(1),
      again(`${RLIB} -L native=. a.rs`),
    ),
  ),
  cached(
    'what only looks like #[link]',
    { 'a.rs': '//! A link(name) [in text](x).\npub fn link(name: u32, kind: u32) -> u32 { name + kind }\n' },
    `${RLIB} a.rs`,
    again(`${RLIB} -L native=. a.rs`),
    write({ 'a.rs': 'pub fn link(name: u32) -> u32 { name }\n' }),
    shell("mkdir d; touch $(seq -f 'd/%g' 80)"),
    always('not-kept: #[link] of a library that cannot be told', `${RLIB} -L d a.rs`),
  ),
  ...['--crate-type lib', '--crate-type staticlib'].map((type) =>
    cached(
      `a macro of another crate and ${type}, and a library under its whole name`,
      {
        'a.rs': 'm::library!();\n#[no_mangle] pub extern "C" fn z() -> i32 { unsafe { n() } }\n',
        'm.rs': `#[macro_export] macro_rules! library { () => { ${VERBATIM} } }\n`,
      },
      archive(1),
      '$WRAPPER rustc --crate-name m --crate-type lib --edition 2021 m.rs',
      `${RLIB.replace('--crate-type lib', type)} -L native=. --extern m=libm.rlib a.rs`,
      archive(2),
      `${RLIB.replace('--crate-type lib', type)} -L native=. --extern m=libm.rlib a.rs`,
    ),
  ),
  ...[`${BIN} -L . -l n`, `${RLIB} -L . -l static=n`].map((command) =>
    cached(
      `an archive that only names its objects: ${command}`,
      { 'a.rs': 'extern "C" { pub fn n() -> i32; }\npub fn main() { unsafe { n(); } }\n' },
      shell(`${object(1)} && ar rcT libn.a o/a-name-that-is-long.o o/s.o`),
      `${command} a.rs`,
      again(`${command} a.rs`),
      shell(object(2)),
      `${command} a.rs`,
    ),
  ),
  cached(
    'an object as link argument',
    { 'a.rs': NATIVE },
    archive(1),
    `${BIN} -C link-arg=n.o a.rs; ./a`,
    archive(2),
    `${BIN} -C link-arg=n.o a.rs; ./a`,
  ),
  cached(
    'a version script',
    { 'a.rs': '#[no_mangle] pub extern "C" fn f() {}\n', 'v.map': '{ global: f; };\n' },
    '$WRAPPER rustc --crate-type cdylib -C link-arg=-Wl,--version-script=v.map a.rs',
    write({ 'v.map': 'V1 { global: f; };\n' }),
    '$WRAPPER rustc --crate-type cdylib -C link-arg=-Wl,--version-script=v.map a.rs',
  ),
  cached(
    'a map file',
    { 'a.rs': MAIN },
    always('cannot-cache: linker not understood', `${BIN} -C link-arg=-Wl,-Map=m a.rs; rm m`),
  ),
  cached('another linker', { 'a.rs': MAIN }, `${BIN} -C link-arg=-fuse-ld=bfd a.rs`, `${BIN} -C linker=clang a.rs`),
  cached(
    'a linker without a list',
    { 'a.rs': MAIN },
    always('cannot-cache: linker did not list what it read', `${BIN} -C link-arg=-fuse-ld=gold a.rs`),
  ),
  cached(
    'a chain of crates',
    { 'a.rs': LIB, 'b.rs': 'pub fn g() -> u32 { a::f() }\n', 'c.rs': 'fn main() { println!("{}", b::g()); }\n' },
    `${RLIB} a.rs`,
    '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a=liba.rlib b.rs',
    '$WRAPPER rustc --crate-name c --edition 2021 -L dependency=. --extern b=libb.rlib c.rs && ./c',
    write({ 'a.rs': 'pub fn f() -> u32 { 2 }\n' }),
    `${RLIB} a.rs`,
    '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a=liba.rlib b.rs',
    '$WRAPPER rustc --crate-name c --edition 2021 -L dependency=. --extern b=libb.rlib c.rs && ./c',
  ),
  ...['--crate-type staticlib', '--crate-type cdylib -C lto'].map((kind) =>
    cached(
      `a native library in a crate below, with ${kind}`,
      {
        'a.rs': 'extern "C" { fn n() -> i32; }\npub fn f() -> i32 { unsafe { n() } }\n',
        'b.rs': 'pub fn g() -> i32 { a::f() }\n',
        'c.rs': '#[no_mangle] pub extern "C" fn h() -> i32 { b::g() }\n',
      },
      archive(1),
      `${RLIB} -L native=. -l static=n a.rs`,
      '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a=liba.rlib b.rs',
      `$WRAPPER rustc --crate-name c ${kind} --edition 2021 -L dependency=. --extern b=libb.rlib c.rs`,
      archive(2),
      `${RLIB} -L native=. -l static=n a.rs`,
      '$WRAPPER rustc --crate-name b --crate-type lib --edition 2021 --extern a=liba.rlib b.rs',
      `$WRAPPER rustc --crate-name c ${kind} --edition 2021 -L dependency=. --extern b=libb.rlib c.rs`,
    ),
  ),
  cached(
    'a library of two kinds, used dynamically',
    { 'a.rs': LIB, 'c.rs': 'fn main() { println!("{}", a::f()); }\n' },
    '$WRAPPER rustc --crate-name a --crate-type dylib --edition 2021 -C prefer-dynamic a.rs',
    '$WRAPPER rustc --crate-name c --edition 2021 -C prefer-dynamic --extern a=liba.so c.rs',
  ),
]);

const CALLS = `${NATIVE.split('\n')[0]}\npub fn g() -> i32 { unsafe { n() } }\n`;
const archiveIn = (directory: string, value: number) =>
  shell(
    `mkdir -p ${directory}; printf 'int n(void) { return ${value}; }' > n.c && gcc -c n.c && ar rcsD ${directory}/libn.a n.o`,
  );
const dependent = (name: string, rest: string) => `$WRAPPER rustc --crate-type lib --edition 2021 ${name}.rs ${rest}`;

describeRust('rustc: search paths', [
  ...Object.entries({
    'an option': { 'a.rs': CALLS, 'm.rs': '' },
    'an attribute': { 'a.rs': `#[link(name = "n", kind = "static")]\n${CALLS}`, 'm.rs': '' },
    'a macro of another crate': {
      'a.rs': 'm::library!();\n',
      'm.rs': `#[macro_export] macro_rules! library { () => { #[link(name = "n", kind = "static")] ${CALLS} } }\n`,
    },
  }).map(([name, files]) => {
    const command = `${RLIB} --extern m=libm.rlib ${name === 'an option' ? '-l static=n' : ''} a.rs`;
    return cached(
      `a static library of ${name} in one directory and in another`,
      files,
      archiveIn('d', 1),
      archiveIn('e', 2),
      dependent('m', ''),
      `${command} -L native=d`,
      `${command} -L native=e`,
      `${command} -L native=e -L native=d`,
      `${command} -L native=d -L native=e`,
      again(`${command} -L native=d`),
    );
  }),
  ...['c', 'test', 'long_name'].map((name) =>
    cached(
      `a crate below called ${name}`,
      {
        'a.rs': 'pub fn g() -> u32 { b::h() }\n',
        'b.rs': `pub use ${name}::h;\n`,
        [`${name}.rs`]: 'pub fn h() -> u32 { 1 }\n',
      },
      dependent(name, '--emit=metadata --out-dir d'),
      dependent('b', `--emit=metadata --extern ${name}=d/lib${name}.rmeta`),
      dependent('a', '--emit=metadata --extern b=libb.rmeta -L dependency=d'),
      again(dependent('a', '--emit=metadata --extern b=libb.rmeta -L dependency=d')),
      always('failed', `${dependent('a', '--emit=metadata --extern b=libb.rmeta')} 2>/dev/null`),
      shell(`mv d/lib${name}.rmeta d/kept`),
      always('failed', `${dependent('a', '--emit=metadata --extern b=libb.rmeta -L dependency=d')} 2>/dev/null`),
      shell(`mv d/kept d/lib${name}.rmeta`),
      again(dependent('a', '--emit=metadata --extern b=libb.rmeta -L dependency=d')),
    ),
  ),
]);

const MACRO =
  'use proc_macro::TokenStream;\n' +
  '#[proc_macro] pub fn var(_: TokenStream) -> TokenStream {\n' +
  '  format!("{:?}", std::env::var("CARGO_PKG_VERSION").unwrap_or_default()).parse().unwrap() }\n';

describeRust('rustc: macros and places', [
  cached(
    'a procedural macro that reads a variable of the package',
    { 'm.rs': MACRO, 'a.rs': 'pub const V: &str = m::var!();\n' },
    '$WRAPPER rustc --crate-type proc-macro --edition 2021 --extern proc_macro m.rs',
    `CARGO_PKG_VERSION=1 ${RLIB} --extern m=libm.so a.rs`,
    `CARGO_PKG_VERSION=2 ${RLIB} --extern m=libm.so a.rs`,
    again(`CARGO_PKG_VERSION=1 CARGO_TERM_COLOR=never ${RLIB} --extern m=libm.so a.rs`),
  ),
  cached(
    'a procedural macro that changes',
    { 'm.rs': MACRO, 'a.rs': 'pub const V: &str = m::var!();\n' },
    '$WRAPPER rustc --crate-type proc-macro --edition 2021 --extern proc_macro m.rs',
    `${RLIB} --extern m=libm.so a.rs`,
    write({ 'm.rs': MACRO.replace('unwrap_or_default()', 'unwrap_or("z".into())') }),
    '$WRAPPER rustc --crate-type proc-macro --edition 2021 --extern proc_macro m.rs',
    `${RLIB} --extern m=libm.so a.rs`,
  ),
  cached('permissions', { 'a.rs': MAIN }, compile(`${BIN} --emit link,dep-info a.rs`, 'miss', 'hit', { umask: '077' })),
  cached(
    'an output that is a link',
    { 'a.rs': LIB },
    shell('ln -s elsewhere liba.rlib; ln -s dep a.d; touch dep'),
    `${RLIB} --emit link,dep-info a.rs`,
  ),
  cached(
    'an included file that appears',
    { 'a.rs': 'pub const T: &str = include_str!("t");\n' },
    always('failed', `${RLIB} a.rs`),
    write({ t: 'x' }),
    `${RLIB} a.rs`,
  ),
  cached(
    'a target specification',
    { 'a.rs': '#![feature(no_core)]\n#![no_core]\n' },
    shell('RUSTC_BOOTSTRAP=1 rustc -Zunstable-options --print target-spec-json > mine.json'),
    `RUSTC_BOOTSTRAP=1 ${RLIB} -Zunstable-options --target mine.json a.rs`,
    shell('sed -i \'s/"cpu": "x86-64"/"cpu": "x86-64-v2"/\' mine.json; touch -d 2024-06-02 mine.json'),
    `RUSTC_BOOTSTRAP=1 ${RLIB} -Zunstable-options --target mine.json a.rs`,
    `RUSTC_BOOTSTRAP=1 RUST_TARGET_PATH=$PWD ${RLIB} -Zunstable-options --target mine a.rs`,
  ),
  cached(
    'a script around rustc',
    { 'a.rs': '#[cfg(x)] pub fn f() {}\n', rustc: '#!/bin/sh\nexec rustc "$@"\n' },
    shell('mkdir w; mv rustc w/; chmod +x w/rustc; touch -d 2024-06-01 w/rustc'),
    '$WRAPPER w/rustc --crate-name a --crate-type lib a.rs',
    shell('printf \'#!/bin/sh\\nexec rustc --cfg x "$@"\\n\' > w/rustc; touch -d 2024-06-02 w/rustc'),
    '$WRAPPER w/rustc --crate-name a --crate-type lib a.rs',
  ),
  cached('+toolchain', { 'a.rs': LIB }, '$WRAPPER rustc +stable --crate-name a --crate-type lib a.rs'),
  cached(
    'a toolchain that is not there',
    { 'a.rs': LIB },
    always(
      'cannot-cache: compiler not understood',
      '$WRAPPER rustc +1.2.3 --crate-name a --crate-type lib a.rs 2>&1 | head -c 20',
    ),
  ),
  cached(
    'clippy',
    { 'a.rs': 'pub fn f(x: &Vec<u8>) -> usize { x.len() }\n' },
    '$WRAPPER clippy-driver $(command -v rustc) --crate-name a --crate-type lib --emit=metadata,dep-info a.rs',
    'CLIPPY_ARGS=-Aclippy::ptr_arg__CLIPPY_HACKERY__ $WRAPPER clippy-driver $(command -v rustc) --crate-name a --crate-type lib --emit=metadata,dep-info a.rs',
    write({ 'clippy.toml': 'avoid-breaking-exported-api = false\n' }),
    '$WRAPPER clippy-driver $(command -v rustc) --crate-name a --crate-type lib --emit=metadata,dep-info a.rs',
    write({ 'clippy.toml': 'avoid-breaking-exported-api = true\n' }),
    '$WRAPPER clippy-driver $(command -v rustc) --crate-name a --crate-type lib --emit=metadata,dep-info a.rs',
  ),
  ...[
    ['an option', '', '-W clippy::cargo'],
    ['the source', '#![warn(clippy::cargo)]\n', ''],
  ].map(([name = '', attribute = '', option = '']) => {
    const manifest = (more: string) =>
      `[package]\nname = "m"\nversion = "0.1.0"\nedition = "2021"\n${more}[lib]\npath = "m.rs"\n`;
    const command =
      `CARGO_PKG_NAME=m CARGO_MANIFEST_DIR=$PWD/m $WRAPPER clippy-driver $(command -v rustc) --crate-name m --crate-type lib ` +
      `--emit=metadata,dep-info ${option} m/m.rs`;
    return cached(
      `clippy that looks at a member's manifest, as ${name} says`,
      { 'm/m.rs': attribute + LIB, 'Cargo.toml': '[workspace]\nmembers = ["m"]\n', 'm/Cargo.toml': manifest('') },
      shell('cargo generate-lockfile -q'),
      command,
      again(command),
      write({ 'm/Cargo.toml': manifest('description = "x"\n') }),
      command,
    );
  }),
  cached(
    'a wrapper of the workspace',
    { 'a.rs': LIB, wrap: '#!/bin/sh\nrustc=$1; shift; exec "$rustc" "$@"\n' },
    shell('chmod +x wrap'),
    '$WRAPPER ./wrap $(command -v rustc) --crate-name a --crate-type lib a.rs',
  ),
]);
