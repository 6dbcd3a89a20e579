import { ASKED, build, times } from '../../rig/cargo.ts';
import { always, cached, compile, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const WORKSPACE = {
  'Cargo.toml': '[workspace]\nmembers = ["low", "macros", "app"]\nresolver = "2"\n',
  'low/Cargo.toml': '[package]\nname = "low"\nversion = "0.1.0"\nedition = "2021"\n[features]\nloud = []\n',
  'low/src/lib.rs':
    'mod inner;\npub use inner::twice;\npub fn version() -> &\'static str { env!("CARGO_PKG_VERSION") }\n' +
    '#[cfg(feature = "loud")] pub fn loud() {}\n#[test] fn t() { assert_eq!(twice(2), 4); }\nfn unused() {}\n',
  'low/src/inner.rs': 'pub fn twice(n: u32) -> u32 { n * 2 }\n',
  'macros/Cargo.toml': '[package]\nname = "macros"\nversion = "0.1.0"\nedition = "2021"\n[lib]\nproc-macro = true\n',
  'macros/src/lib.rs':
    'use proc_macro::TokenStream;\n#[proc_macro]\npub fn answer(_: TokenStream) -> TokenStream { "42u32".parse().unwrap() }\n',
  'app/Cargo.toml':
    '[package]\nname = "app"\nversion = "0.2.0"\nedition = "2021"\nbuild = "build.rs"\n' +
    '[dependencies]\nlow = { path = "../low" }\nmacros = { path = "../macros" }\n',
  'app/build.rs':
    'fn main() {\n  let out = std::env::var("OUT_DIR").unwrap();\n' +
    '  std::fs::write(format!("{out}/made.rs"), "pub const MADE: u32 = 7;").unwrap();\n' +
    '  println!("cargo:rerun-if-changed=build.rs");\n}\n',
  'app/src/main.rs':
    'include!(concat!(env!("OUT_DIR"), "/made.rs"));\n' +
    'fn main() { println!("{} {} {}", low::twice(MADE), macros::answer!(), low::version()); }\n',
};

describeRust('cargo', [
  cached(
    'build and run',
    WORKSPACE,
    build('cargo build -q && target/debug/app', 4),
    always('nothing', 'cargo build -q'),
  ),
  cached('release', WORKSPACE, build('cargo build -q --release && target/release/app', 5)),
  cached('check', WORKSPACE, build('cargo check -q', 5)),
  cached('tests', WORKSPACE, build('cargo test -q --no-run', 6)),
  cached(
    'after clean',
    WORKSPACE,
    build('cargo build -q', 4),
    compile('cargo clean -q && cargo build -q', `${times(4, 'hit')}, ${ASKED}`, `${times(4, 'hit')}, ${ASKED}`),
  ),
  cached(
    'a source in the middle changes and changes back',
    WORKSPACE,
    build('cargo build -q', 4),
    write({ 'low/src/inner.rs': 'pub fn twice(n: u32) -> u32 { n + n + 1 }\n' }),
    compile('touch low/src/inner.rs && cargo build -q && target/debug/app', 'miss, miss', 'hit, hit'),
    write({ 'low/src/inner.rs': 'pub fn twice(n: u32) -> u32 { n * 2 }\n' }),
    compile('touch low/src/inner.rs && cargo build -q && target/debug/app', 'hit, hit', 'hit, hit'),
  ),
  cached(
    'a new version',
    WORKSPACE,
    build('cargo build -q', 4),
    write({ 'low/Cargo.toml': WORKSPACE['low/Cargo.toml'].replace('0.1.0', '0.3.0') }),
    compile('cargo build -q && target/debug/app', 'miss, miss', 'hit, hit'),
  ),
  cached('with cargo incremental', WORKSPACE, {
    ...compile('CARGO_INCREMENTAL=1 cargo check -q -p low && rm -r target', '', ''),
    cold: `not-compilation, not-compilation, cannot-cache: -, cannot-cache: incremental`,
    warm: `not-compilation, not-compilation, cannot-cache: -, cannot-cache: incremental`,
  }),
  cached(
    'a compile error',
    { ...WORKSPACE, 'low/src/inner.rs': 'pub fn twice( {}\n' },
    {
      ...compile('cargo build -q -p low', '', ''),
      cold: `failed, ${ASKED}`,
      warm: `failed, ${ASKED}`,
    },
  ),
]);
