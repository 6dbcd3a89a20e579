import { ASKED, build, manifest, rebuild, rebuildCached, times } from '../../rig/cargo.ts';
import { always, cached, compile, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const PAIR = {
  'Cargo.toml': manifest('app', '[dependencies]\nlow = { path = "low" }\n[workspace]\nmembers = ["low"]'),
  'src/main.rs': 'fn main() { println!("{}", low::twice(low::words("a b").len() as u8)); }\n',
  'low/Cargo.toml': manifest('low'),
  'low/src/lib.rs':
    'pub fn twice(n: u8) -> u8 { n * 2 }\n' +
    "pub fn words(s: &str) -> Vec<String> { s.split(' ').map(str::to_string).collect() }\n",
};
const BUILD = 'cargo build -q && target/debug/app';

const TWICE_ASKED = `${times(4, 'not-compilation')}, ${times(2, 'cannot-cache: -')}`;

/** Of `[profile.dev]`, which cargo also takes from variables. */
const PROFILES: readonly (readonly string[])[] = [
  ['LTO=thin'],
  ['LTO=fat', 'OPT_LEVEL=2'],
  ['LTO=off'],
  ['STRIP=symbols'],
  ['STRIP=debuginfo'],
  ['SPLIT_DEBUGINFO=packed'],
  ['SPLIT_DEBUGINFO=unpacked'],
  ['DEBUG=line-tables-only'],
  ['DEBUG=0'],
  ['PANIC=abort'],
  ['OPT_LEVEL=s'],
  ['OPT_LEVEL=3', 'CODEGEN_UNITS=1'],
  ['CODEGEN_UNITS=3', 'OVERFLOW_CHECKS=false', 'DEBUG_ASSERTIONS=false'],
  ['RPATH=true'],
];

describeRust('cargo: profiles', [
  ...PROFILES.map((settings) =>
    cached(
      settings.join(' '),
      PAIR,
      build(`${settings.map((one) => `CARGO_PROFILE_DEV_${one} `).join('')}${BUILD}`, 2),
    ),
  ),
  cached(
    'one after the other in one directory',
    PAIR,
    build(BUILD, 2),
    rebuild(`CARGO_PROFILE_DEV_OPT_LEVEL=1 ${BUILD}`, 2),
    always('nothing', BUILD),
    rebuild('cargo build -q --release', 2),
    compile('cargo check -q', 'miss, miss', 'hit, hit'),
    rebuildCached(`rm -r target/debug; ${BUILD}`, 2),
  ),
]);

/** What a wrapper of a project's own may be: sccache behind a script, which has the same path whether it is there or not. */
const OUTER = { 'tools/outer': '#!/bin/sh\nexec $WRAPPER "$@"\n' };
/** A script that rustc is run by: it adds an option. */
const INNER = { 'tools/inner': '#!/bin/sh\nexec "$@" --cfg wrapped\n' };
const WRAPPED = {
  ...PAIR,
  'src/main.rs': '#![allow(unexpected_cfgs)]\nfn main() { println!("{}", cfg!(wrapped)); let _ = low::twice(1); }\n',
};
const EXECUTABLE = shell('chmod +x tools/*; touch -d 2024-06-01 tools/*');

describeRust('cargo: wrappers, places and messages', [
  cached(
    'RUSTC_WORKSPACE_WRAPPER alone',
    { ...PAIR, ...OUTER },
    EXECUTABLE,
    build(`RUSTC_WRAPPER= RUSTC_WORKSPACE_WRAPPER=$PWD/tools/outer ${BUILD}`, 2),
  ),
  cached(
    'both wrappers',
    { ...WRAPPED, ...INNER },
    EXECUTABLE,
    build(`RUSTC_WORKSPACE_WRAPPER=$PWD/tools/inner ${BUILD}`, 2),
    shell("sed -i 's/wrapped/other/' tools/inner; touch -d 2024-06-02 tools/inner"),
    build(`touch src/main.rs; RUSTC_WORKSPACE_WRAPPER=$PWD/tools/inner ${BUILD}`, 1),
  ),
  cached(
    "the project's configuration names the wrapper, flags, a target directory and variables",
    {
      ...PAIR,
      ...OUTER,
      '.cargo/config.toml':
        '[build]\nrustc-wrapper = "tools/outer"\ntarget-dir = "out"\nrustflags = ["-C", "debuginfo=1"]\n[env]\nNAMED = "1"\n',
    },
    EXECUTABLE,
    build('unset RUSTC_WRAPPER; cargo build -q && out/debug/app', 2),
  ),
  cached(
    'a target directory elsewhere, and a target by name',
    PAIR,
    build('CARGO_TARGET_DIR=$PWD/elsewhere cargo build -q', 2),
    compile(
      'cargo build -q --target x86_64-unknown-linux-gnu',
      `miss, miss, ${ASKED}, cannot-cache: -`,
      `hit, hit, ${ASKED}, cannot-cache: -`,
    ),
    // Nothing that these leave behind names the target directory.
    always(`hit, hit, ${ASKED}`, 'cargo build -q --target-dir another'),
  ),
  cached(
    'messages as JSON',
    { ...PAIR, 'src/main.rs': 'fn main() { let unused = low::twice(2); }\n' },
    build('cargo build -q --message-format=json', 2),
    rebuildCached('touch src/main.rs low/src/lib.rs; cargo build -q --message-format=json-diagnostic-rendered-ansi', 2),
    always('nothing', 'cargo build -q --message-format=short'),
  ),
  cached(
    'RUSTFLAGS',
    PAIR,
    build(BUILD, 2),
    compile(`RUSTFLAGS='--cfg x' ${BUILD}`, 'miss, miss, cannot-cache: -', 'hit, hit, cannot-cache: -'),
    compile(`RUSTFLAGS='-C target-cpu=native' ${BUILD}`, 'miss, miss, cannot-cache: -', 'hit, hit, cannot-cache: -'),
    always(`hit, hit, ${ASKED}`, `rm -r target; ${BUILD}`),
  ),
  cached(
    'clippy and its settings',
    {
      ...PAIR,
      'src/main.rs': 'fn f(a: u8, b: u8, c: u8) -> u8 { return a + b + c; }\nfn main() { f(1, 2, low::twice(3)); }\n',
    },
    build('cargo clippy -q', 2),
    write({ 'clippy.toml': 'too-many-arguments-threshold = 2\n' }),
    rebuild('touch src/main.rs; cargo clippy -q', 1),
    compile('touch src/main.rs; cargo clippy -q -- -D warnings', 'miss, failed', 'hit, failed'),
    shell('rm clippy.toml'),
    rebuildCached('touch src/main.rs; cargo clippy -q', 2),
  ),
  cached(
    "make's jobserver, and several jobs",
    { ...PAIR, makefile: 'all:\n\t+cargo build -q\n' },
    build('CARGO_BUILD_JOBS=2 make -s -j2 && target/debug/app', 2),
    always(`hit, hit, ${ASKED}`, 'rm -r target; cargo build -q -j 4'),
  ),
  cached(
    'two at once',
    PAIR,
    compile(
      'CARGO_TARGET_DIR=one cargo build -q -p low & CARGO_TARGET_DIR=two cargo build -q -p low; wait',
      `hit, miss, ${TWICE_ASKED}`,
      `hit, hit, ${TWICE_ASKED}`,
    ),
  ),
]);
