import { ASKED, build, manifest, rebuild, rebuildCached } from '../../rig/cargo.ts';
import { always, cached, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const MAIN = 'fn main() {}\n';

const SCRIPT =
  'fn main() {\n' +
  '  println!("cargo:rerun-if-changed=data.txt");\n' +
  '  println!("cargo:rerun-if-env-changed=FLAVOUR");\n' +
  '  let data = std::fs::read_to_string("data.txt").unwrap();\n' +
  '  println!("cargo:rustc-env=DATA={}", data.trim());\n' +
  '  println!("cargo:rustc-check-cfg=cfg(sweet)");\n' +
  '  if std::env::var("FLAVOUR").as_deref() == Ok("sweet") { println!("cargo:rustc-cfg=sweet"); }\n' +
  '  let out = std::env::var("OUT_DIR").unwrap();\n' +
  '  std::fs::write(format!("{out}/made.rs"), format!("pub const LEN: usize = {};", data.len())).unwrap();\n' +
  '}\n';
const SCRIPTED = {
  'Cargo.toml': manifest('app'),
  'build.rs': SCRIPT,
  'data.txt': 'one\n',
  'src/main.rs':
    'include!(concat!(env!("OUT_DIR"), "/made.rs"));\n' +
    'fn main() { println!("{} {} {}", env!("DATA"), LEN, cfg!(sweet)); }\n',
};
const RUN = 'cargo build -q && target/debug/app';

/** As the `cc` crate does: a `RUSTC_WRAPPER` that is called sccache stands before the C compiler, too. */
const C_SCRIPT =
  'use std::process::Command;\nfn main() {\n' +
  '  println!("cargo:rerun-if-changed=n.c");\n' +
  '  let out = std::env::var("OUT_DIR").unwrap();\n' +
  '  let mut cc = match std::env::var("RUSTC_WRAPPER") {\n' +
  '    Ok(wrapper) if !wrapper.is_empty() => { let mut c = Command::new(wrapper); c.arg("cc"); c }\n' +
  '    _ => Command::new("cc"),\n  };\n' +
  '  assert!(cc.args(["-c", "n.c", "-O1", "-o", &format!("{out}/n.o")]).status().unwrap().success());\n' +
  '  assert!(Command::new("ar").args(["rcsD", &format!("{out}/libn.a"), &format!("{out}/n.o")]).status().unwrap().success());\n' +
  '  println!("cargo:rustc-link-search=native={out}");\n  println!("cargo:rustc-link-lib=static=n");\n' +
  '  println!("cargo:answer=forty");\n}\n';
const SYSTEM = {
  'Cargo.toml': '[workspace]\nmembers = ["n-sys", "app"]\nresolver = "2"\n',
  'n-sys/Cargo.toml': manifest('n-sys', 'links = "n"'),
  'n-sys/build.rs': C_SCRIPT,
  'n-sys/n.c': 'int n(void) { return 1; }\n',
  'n-sys/src/lib.rs': 'extern "C" { fn n() -> i32; }\npub fn safe() -> i32 { unsafe { n() } }\n',
  'app/Cargo.toml': manifest('app', '[dependencies]\nn-sys = { path = "../n-sys" }'),
  'app/build.rs': 'fn main() { println!("cargo:rustc-env=ANSWER={}", std::env::var("DEP_N_ANSWER").unwrap()); }\n',
  'app/src/main.rs': 'fn main() { println!("{} {}", n_sys::safe(), env!("ANSWER")); }\n',
};

describeRust('cargo: build scripts', [
  cached(
    'variables, cfg, generated code, and what makes them run again',
    SCRIPTED,
    build(RUN, 2),
    rebuild(`FLAVOUR=sweet ${RUN}`, 1),
    write({ 'data.txt': 'three\n' }),
    rebuild(`touch data.txt; FLAVOUR=sweet ${RUN}`, 1),
    write({ 'data.txt': 'one\n' }),
    rebuildCached(`touch data.txt; ${RUN}`, 1),
  ),
  cached(
    'C code and a native library of a crate below',
    SYSTEM,
    build('cargo build -q && target/debug/app', 5),
    write({ 'n-sys/n.c': 'int n(void) { return 2; }\n' }),
    rebuild('touch n-sys/n.c; cargo build -q && target/debug/app', 3),
    write({ 'n-sys/n.c': 'int n(void) { return 1; }\n' }),
    rebuildCached('touch n-sys/n.c; cargo build -q && target/debug/app', 3),
  ),
  cached(
    'a script that fails',
    { 'Cargo.toml': manifest('app'), 'build.rs': 'fn main() { panic!("no") }\n', 'src/main.rs': MAIN },
    build("cargo build -q 2>&1 | sed 's/([0-9]*) panicked/panicked/'", 1),
  ),
]);

const FEATURES = {
  'Cargo.toml': manifest(
    'app',
    '[features]\ndefault = ["plain"]\nplain = []\nfancy = ["low/loud"]\n[dependencies]\nlow = { path = "low" }\n[workspace]',
  ),
  'src/main.rs': 'fn main() { println!("{} {} {}", cfg!(feature = "plain"), cfg!(feature = "fancy"), low::loud()); }\n',
  'low/Cargo.toml': manifest('low', '[features]\nloud = []'),
  'low/src/lib.rs': 'pub fn loud() -> bool { cfg!(feature = "loud") }\n',
};

const TARGETS = {
  'Cargo.toml': manifest(
    'app',
    'build = false\n[[bin]]\nname = "second"\npath = "src/second.rs"\n[[bench]]\nname = "b"\nharness = false',
  ),
  'src/lib.rs':
    '//! ```\n//! assert_eq!(app::one(), 1);\n//! ```\npub fn one() -> u32 { 1 }\n#[cfg(test)] mod t { #[test] fn t() { assert_eq!(super::one(), 1); } }\n',
  'src/main.rs': 'fn main() { println!("{}", app::one()); }\n',
  'src/second.rs': 'fn main() { println!("second {}", app::one()); }\n',
  'examples/e.rs': 'fn main() { println!("example {}", app::one()); }\n',
  'tests/t.rs':
    '#[test] fn it() { assert_eq!(app::one(), 1); assert!(env!("CARGO_BIN_EXE_second").ends_with("second")); }\n',
  'benches/b.rs': 'fn main() { println!("bench {}", app::one()); }\n',
};
/** The times that tests took. */
const UNTIMED = "| sed 's/finished in .*//; s/took .*//' | sed '/all doctests ran/d'";

describeRust('cargo: packages', [
  cached(
    'features',
    FEATURES,
    build(RUN, 2),
    rebuild('cargo build -q --no-default-features && target/debug/app', 1),
    rebuild('cargo build -q --features fancy && target/debug/app', 2),
    always('nothing', 'cargo build -q --features fancy --bins'),
  ),
  cached(
    'all targets',
    TARGETS,
    build('cargo build -q --all-targets && target/debug/second && target/debug/examples/e', 7 + 2),
  ),
  cached('tests and doctests are run', TARGETS, build(`cargo test -q 2>&1 ${UNTIMED}`, 8)),
  cached('documentation', TARGETS, build('cargo doc -q', 1)),
  cached(
    'every type of library at once',
    {
      'Cargo.toml': manifest('many', '[lib]\ncrate-type = ["rlib", "cdylib", "staticlib"]'),
      'src/lib.rs': '#[no_mangle] pub extern "C" fn f() -> i32 { 3 }\n',
    },
    build('cargo build -q', 1),
    write({ 'src/lib.rs': '#[no_mangle] pub extern "C" fn f() -> i32 { 4 }\n' }),
    rebuild('touch src/lib.rs; cargo build -q', 1),
  ),
  cached(
    'a dynamic library that another crate uses',
    {
      'Cargo.toml': manifest('app', '[dependencies]\nlow = { path = "low" }\n[workspace]'),
      'src/main.rs': 'fn main() { println!("{}", low::n()); }\n',
      'low/Cargo.toml': manifest('low', '[lib]\ncrate-type = ["dylib"]'),
      'low/src/lib.rs': 'pub fn n() -> u32 { 5 }\n',
    },
    build('cargo build -q && cargo run -q', 2),
    write({ 'low/src/lib.rs': 'pub fn n() -> u32 { 6 }\n' }),
    rebuild('touch low/src/lib.rs; cargo run -q', 2),
  ),
  cached(
    'a renamed dependency, and one for the build script alone',
    {
      'Cargo.toml': manifest(
        'app',
        '[dependencies]\nother = { path = "low", package = "low" }\n[build-dependencies]\nother = { path = "low", package = "low" }\n[workspace]',
      ),
      'build.rs': 'fn main() { println!("cargo:rustc-env=N={}", other::n()); }\n',
      'src/main.rs': 'fn main() { println!("{} {}", other::n(), env!("N")); }\n',
      'low/Cargo.toml': manifest('low'),
      'low/src/lib.rs': 'pub fn n() -> u32 { 5 }\n',
    },
    build(RUN, 3),
    write({ 'low/src/lib.rs': 'pub fn n() -> u32 { 6 }\n' }),
    rebuild(`touch low/src/lib.rs; ${RUN}`, 3),
  ),
  cached(
    'a module that moves, an included file and variables of the caller',
    {
      'Cargo.toml': manifest('app'),
      'src/main.rs':
        'mod m;\nfn main() { println!("{} {:?} {}", m::N, option_env!("CHOSEN"), include_str!("../note.txt")); }\n',
      'src/m.rs': 'pub const N: u32 = 1;\n',
      'note.txt': 'note',
    },
    build(RUN, 1),
    rebuild(`CHOSEN=1 ${RUN}`, 1),
    rebuild(`CHOSEN= ${RUN}`, 1),
    rebuildCached(RUN, 1),
    shell('mkdir src/m; mv src/m.rs src/m/mod.rs'),
    rebuild(RUN, 1),
    write({ 'note.txt': 'other' }),
    rebuild(`touch note.txt; ${RUN}`, 1),
    shell('mv src/m/mod.rs src/m.rs; rmdir src/m'),
    write({ 'note.txt': 'note' }),
    rebuildCached(`touch note.txt src/main.rs; ${RUN}`, 1),
  ),
  cached(
    'a procedural macro that includes a file and reads a variable',
    {
      'Cargo.toml': manifest('app', '[dependencies]\nmac = { path = "mac" }\n[workspace]'),
      'src/main.rs': 'fn main() { println!("{} {}", mac::file!(), mac::name!()); }\n',
      'note.txt': 'note',
      'mac/Cargo.toml': manifest('mac', '[lib]\nproc-macro = true'),
      'mac/src/lib.rs':
        'use proc_macro::TokenStream;\n' +
        '#[proc_macro] pub fn file(_: TokenStream) -> TokenStream {\n' +
        '  format!("include_str!({:?})", std::env::var("CARGO_MANIFEST_DIR").unwrap() + "/note.txt").parse().unwrap() }\n' +
        '#[proc_macro] pub fn name(_: TokenStream) -> TokenStream {\n' +
        '  format!("{:?}", std::env::var("CARGO_PKG_DESCRIPTION").unwrap()).parse().unwrap() }\n',
    },
    build(RUN, 2),
    write({ 'note.txt': 'other' }),
    rebuild(`touch note.txt; ${RUN}`, 1),
    shell('sed -i \'s/^edition/description = "d"\\nedition/\' Cargo.toml'),
    rebuild(`touch src/main.rs; ${RUN}`, 1),
  ),
  cached(
    'warnings are replayed, errors are not kept',
    { 'Cargo.toml': manifest('app'), 'src/main.rs': 'fn unused() {}\nfn main() { let x = 1; }\n' },
    build('cargo check -q', 1),
    always('nothing', 'cargo check -q'),
    rebuild('cargo build -q', 1),
    rebuildCached('touch src/main.rs; cargo check -q --color always', 1),
    always(`failed, ${ASKED}`, "RUSTFLAGS='-D warnings' cargo check -q --target-dir other; rm -r other"),
  ),
]);
