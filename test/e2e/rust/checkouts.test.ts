import { again, type Case, cached, compile, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

/** Equal files in two directories. */
function twice(files: Case['files']): Case['files'] {
  const named = Object.entries(files);
  return Object.fromEntries(['a', 'b'].flatMap((where) => named.map(([name, text]) => [`${where}/${name}`, text])));
}

const LIB =
  'pub fn f(v: &[u32]) -> u32 { v[0] }\npub fn g<T: std::fmt::Debug>(t: T) -> String { format!("{t:?}{}", file!()) }\n';
const MAIN = 'fn main() { println!("{} {}", file!(), std::env::args().count()); }\n';
const RLIB = '$WRAPPER rustc --crate-name x --crate-type lib --edition 2021 --emit=dep-info,metadata,link';
const REMAP = '--remap-path-prefix=$PWD=.';

describeRust('rustc: another directory', [
  cached('a library names its directory', twice({ 'x.rs': LIB }), `cd a && ${RLIB} x.rs`, `cd b && ${RLIB} x.rs`),
  cached(
    'a library whose directory is remapped',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} ${REMAP} x.rs`,
    again(`cd b && ${RLIB} ${REMAP} x.rs`),
    again(`cd b && ${RLIB} ${REMAP} x.rs`),
  ),
  cached(
    'a library that is called after what it does',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} --cfg 'feature="compression"' ${REMAP} x.rs`,
    again(`cd b && ${RLIB} --cfg 'feature="compression"' ${REMAP} x.rs`),
  ),
  cached(
    'with debug information',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} -g ${REMAP} x.rs`,
    again(`cd b && ${RLIB} -g ${REMAP} x.rs`),
  ),
  cached(
    'an absolute source',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} -g ${REMAP} $PWD/x.rs`,
    again(`cd b && ${RLIB} -g ${REMAP} $PWD/x.rs`),
  ),
  cached(
    'an absolute source that is not remapped',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} $PWD/x.rs`,
    `cd b && ${RLIB} $PWD/x.rs`,
  ),
  cached(
    'remapped to another name each time',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} ${REMAP} x.rs`,
    `cd b && ${RLIB} --remap-path-prefix=$PWD=/b x.rs`,
  ),
  cached(
    'two directories below the one that is remapped',
    twice({ 'x.rs': LIB }),
    `remap=--remap-path-prefix=$PWD=. && cd a && ${RLIB} $remap x.rs`,
    `remap=--remap-path-prefix=$PWD=. && cd b && ${RLIB} $remap x.rs`,
  ),
  cached(
    'a remapping that leaves the directory alone',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} --remap-path-prefix=/nowhere=. x.rs`,
    `cd b && ${RLIB} --remap-path-prefix=/nowhere=. x.rs`,
  ),
  cached(
    'the last remapping wins',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} ${REMAP} --remap-path-prefix=$PWD=/kept x.rs`,
    again(`cd b && ${RLIB} ${REMAP} --remap-path-prefix=$PWD=/kept x.rs`),
    `cd b && ${RLIB} --remap-path-prefix=$PWD=/kept ${REMAP} x.rs`,
  ),
  cached(
    'a remapping of some things only',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} ${REMAP} --remap-path-scope=macro x.rs`,
    `cd b && ${RLIB} ${REMAP} --remap-path-scope=macro x.rs`,
  ),
  cached(
    'a program names no directory',
    twice({ 'x.rs': MAIN }),
    'cd a && $WRAPPER rustc x.rs && ./x',
    again('cd b && $WRAPPER rustc x.rs && ./x'),
  ),
  cached(
    'a program with debug information does',
    twice({ 'x.rs': MAIN }),
    'cd a && $WRAPPER rustc -g x.rs && ./x',
    'cd b && $WRAPPER rustc -g x.rs && ./x',
  ),
  ...['--crate-type lib --emit obj', '--crate-type cdylib', '--crate-type bin'].map((options) =>
    cached(
      `with coverage, which names it in packed form: ${options}`,
      twice({ 'x.rs': `${LIB}${MAIN}` }),
      `cd a && $WRAPPER rustc -Adead_code ${options} -C instrument-coverage x.rs`,
      `cd b && $WRAPPER rustc -Adead_code ${options} -C instrument-coverage x.rs`,
      `cd a && $WRAPPER rustc -Adead_code ${options} -C instrument-coverage ${REMAP} x.rs`,
      again(`cd b && $WRAPPER rustc -Adead_code ${options} -C instrument-coverage ${REMAP} x.rs`),
    ),
  ),
  cached(
    'a program with debug information and a remapping',
    twice({ 'x.rs': MAIN }),
    `cd a && $WRAPPER rustc -g ${REMAP} x.rs && ./x`,
    again(`cd b && $WRAPPER rustc -g ${REMAP} x.rs && ./x`),
  ),
  ...['all', 'macro,all', 'object'].map((scope) =>
    cached(
      `a program with debug information, remapped with --remap-path-scope=${scope}`,
      twice({ 'x.rs': MAIN }),
      `cd a && $WRAPPER rustc -g ${REMAP} --remap-path-scope=${scope} x.rs && ./x`,
      again(`cd b && $WRAPPER rustc -g ${REMAP} --remap-path-scope=${scope} x.rs && ./x`),
    ),
  ),
  cached(
    'other directories for outputs and crates',
    { 'x.rs': LIB, 'm.rs': 'fn main() { println!("{}", x::f(&[7])); }\n' },
    compile(
      `for d in 1 2; do mkdir -p $d/deps && ${RLIB} --out-dir $PWD/$d/deps x.rs && $WRAPPER rustc --edition 2021 ` +
        `--out-dir $PWD/$d/deps m.rs --extern x=$PWD/$d/deps/libx.rlib -L dependency=$PWD/$d/deps && $d/deps/m || exit; done`,
      'hit, hit, miss, miss',
      'hit, hit, hit, hit',
    ),
  ),
]);

const ARGUMENTS = 'pub fn f(a: u8, b: u8, c: u8) -> u8 { a + b + c }\n';
const FEW = 'too-many-arguments-threshold = 2\n';
const CLIPPY =
  'CARGO_MANIFEST_DIR=$PWD $WRAPPER clippy-driver $(command -v rustc) --crate-name x --crate-type lib ' +
  `--emit=metadata,dep-info ${REMAP} x.rs`;

describeRust('clippy: another directory', [
  cached(
    'beside the first',
    twice({ 'x.rs': ARGUMENTS }),
    `cd a && ${CLIPPY}`,
    again(`cd b && ${CLIPPY}`),
    write({ 'b/clippy.toml': FEW }),
    `cd b && ${CLIPPY}`,
    again(`cd a && ${CLIPPY}`),
    write({ 'a/clippy.toml': FEW }),
    again(`cd a && ${CLIPPY}`),
  ),
  cached(
    'with other settings above',
    { 'p/a/x.rs': ARGUMENTS, 'q/b/x.rs': ARGUMENTS, 'q/clippy.toml': FEW },
    `cd p/a && ${CLIPPY}`,
    `cd q/b && ${CLIPPY}`,
  ),
]);

const EXPORTS = '#[no_mangle] pub extern "C" fn f() {}\n#[no_mangle] pub extern "C" fn g() {}\n';
const CDYLIB = `$WRAPPER rustc --crate-name x --crate-type cdylib ${REMAP} x.rs`;

describeRust('rustc: files that a linker is told, in another directory', [
  cached(
    'a version script',
    twice({ 'x.rs': EXPORTS, 'v.ld': '{ global: f; local: *; };\n' }),
    `cd a && ${CDYLIB} -C link-arg=-Wl,--version-script=$PWD/v.ld`,
    again(`cd b && ${CDYLIB} -C link-arg=-Wl,--version-script=$PWD/v.ld`),
    write({ 'b/v.ld': '{ global: g; local: *; };\n' }),
    `cd b && ${CDYLIB} -C link-arg=-Wl,--version-script=$PWD/v.ld`,
    again(`cd a && ${CDYLIB} -C link-arg=-Wl,--version-script=$PWD/v.ld`),
  ),
  cached(
    'an object and a library',
    twice({ 'x.rs': EXPORTS, 'n.c': 'int n(void) { return 1; }\n' }),
    `cd a && gcc -c n.c && ar rcsD libn.a n.o && ${CDYLIB} -C link-arg=$PWD/n.o -C link-args="-L$PWD -ln"`,
    again(`cd b && gcc -c n.c && ar rcsD libn.a n.o && ${CDYLIB} -C link-arg=$PWD/n.o -C link-args="-L$PWD -ln"`),
    write({ 'b/n.c': 'int n(void) { return 2; }\n' }),
    `cd b && gcc -c n.c && ${CDYLIB} -C link-arg=$PWD/n.o -C link-args="-L$PWD -ln"`,
  ),
  cached(
    'a directory that is written into the output',
    twice({ 'x.rs': EXPORTS }),
    `cd a && ${CDYLIB} -C link-arg=-Wl,-rpath,$PWD/lib`,
    `cd b && ${CDYLIB} -C link-arg=-Wl,-rpath,$PWD/lib`,
  ),
  cached(
    'a library without a name of its own, which is called by its path',
    twice({
      'x.rs': `${EXPORTS}extern "C" { fn n(); }\n#[no_mangle] pub extern "C" fn h() { unsafe { n() } }\n`,
      'n.c': 'void n(void) {}\n',
    }),
    `cd a && gcc -shared -fPIC n.c -o libn.so && ${CDYLIB} -C link-arg=$PWD/libn.so`,
    `cd b && gcc -shared -fPIC n.c -o libn.so && ${CDYLIB} -C link-arg=$PWD/libn.so`,
  ),
  cached(
    'a script as linker',
    twice({ 'x.rs': EXPORTS, 'tie.sh': '#!/bin/sh\nexec cc "$@"\n' }),
    `chmod +x */tie.sh; cd a && ${CDYLIB} -C linker=$PWD/tie.sh`,
    again(`cd b && ${CDYLIB} -C linker=$PWD/tie.sh`),
    write({ 'b/tie.sh': '#!/bin/sh\nexec cc -Wl,--build-id=sha1 "$@"\n' }),
    `cd b && ${CDYLIB} -C linker=$PWD/tie.sh`,
  ),
]);

const SHARED = 'include!(concat!(env!("SHARED"), "/i.rs"));\n';

describeRust('rustc: remappings of other directories', [
  cached(
    'where nothing lies that is compiled',
    twice({ 'x.rs': LIB }),
    `cd a && ${RLIB} -g ${REMAP} --remap-path-prefix=/one=/x x.rs`,
    again(`cd b && ${RLIB} -g ${REMAP} --remap-path-prefix=/two=/y x.rs`),
    again(`cd a && ${RLIB} -g ${REMAP} x.rs`),
    `cd a && ${RLIB} -g ${REMAP} --remap-path-prefix=/one/./two=/x x.rs`,
  ),
  cached(
    'where an included file lies',
    { ...twice({ 'x.rs': SHARED }), 's/i.rs': LIB },
    `export SHARED=$PWD/s; cd a && ${RLIB} -g ${REMAP} --remap-path-prefix=$SHARED=/x x.rs`,
    `export SHARED=$PWD/s; cd b && ${RLIB} -g ${REMAP} --remap-path-prefix=$SHARED=/y x.rs`,
    again(`export SHARED=$PWD/s; cd b && ${RLIB} -g ${REMAP} --remap-path-prefix=$SHARED=/x x.rs`),
    `export SHARED=$PWD/s; cd b && ${RLIB} -g ${REMAP} --remap-path-prefix=/unrelated=/x x.rs`,
  ),
  cached(
    'around the outputs',
    { 'r/x.rs': LIB, 'a/t/d/deps/keep': '', 'b/t/d/deps/keep': '' },
    `T=$PWD/a; cd r && ${RLIB} -g --remap-path-prefix=$T/t=/build --remap-path-prefix=$T=. --out-dir $T/t/d/deps x.rs`,
    again(
      `T=$PWD/b; cd r && ${RLIB} -g --remap-path-prefix=$T/t=/build --remap-path-prefix=$T=. --out-dir $T/t/d/deps x.rs`,
    ),
    `T=$PWD/b; cd r && ${RLIB} -g --remap-path-prefix=$T/t=/else --out-dir $T/t/d/deps x.rs`,
  ),
  cached(
    'around the outputs, where a source was made',
    { 'r/x.rs': SHARED, ...twice({ 't/d/out/i.rs': LIB, 't/d/deps/keep': '' }) },
    `T=$PWD/a; export SHARED=$T/t/d/out; cd r && ${RLIB} -g --remap-path-prefix=$T/t=/build --out-dir $T/t/d/deps x.rs`,
    again(
      `T=$PWD/b; export SHARED=$T/t/d/out; cd r && ${RLIB} -g --remap-path-prefix=$T/t=/build --out-dir $T/t/d/deps x.rs`,
    ),
    `T=$PWD/b; export SHARED=$T/t/d/out; cd r && ${RLIB} -g --remap-path-prefix=$T/t=/else --out-dir $T/t/d/deps x.rs`,
    `T=$PWD/b; export SHARED=$T/t/d/out; cd r && ${RLIB} -g --out-dir $T/t/d/deps x.rs`,
  ),
]);

/** A macro that tells how long the name of the directory is in which it runs, and a crate that hands it on. */
const LOOKING_AROUND = {
  'm.rs':
    'extern crate proc_macro;\n#[proc_macro]\npub fn m(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n' +
    '  format!("{}", std::env::current_dir().unwrap().as_os_str().len()).parse().unwrap()\n}\n',
  'h.rs': 'pub use m::m;\n',
  'a/x.rs': 'fn main() { println!("{}", h::m!()); }\n',
  'longer/x.rs': 'fn main() { println!("{}", h::m!()); }\n',
};
const DIRECT = 'fn main() { println!("{}", m::m!()); }\n';
const USES = '$WRAPPER rustc --edition 2021 x.rs';

describeRust('rustc: a program that uses other crates, in another directory', [
  cached(
    'without procedural macros',
    { 'h.rs': LIB, ...twice({ 'x.rs': 'fn main() { println!("{}", h::f(&[7])); }\n' }) },
    '$WRAPPER rustc --crate-type lib h.rs',
    `cd a && ${USES} --extern h=../libh.rlib && ./x`,
    again(`cd b && ${USES} --extern h=../libh.rlib && ./x`),
    `cd b && ${USES} -g --extern h=../libh.rlib && ./x`,
    `cd a && ${USES} -g --extern h=../libh.rlib && ./x`,
  ),
  cached(
    'with one that looks around',
    LOOKING_AROUND,
    '$WRAPPER rustc --crate-type proc-macro --edition 2021 m.rs',
    '$WRAPPER rustc --crate-type lib --edition 2021 --extern m=libm.so h.rs',
    `cd a && ${USES} --extern h=../libh.rlib -L dependency=.. && ./x`,
    `cd longer && ${USES} --extern h=../libh.rlib -L dependency=.. && ./x`,
    write({ 'a/x.rs': DIRECT, 'longer/x.rs': DIRECT }),
    `cd a && ${USES} --extern m=../libm.so && ./x`,
    `cd longer && ${USES} --extern m=../libm.so && ./x`,
  ),
]);

const ENVIRONMENT_FILES = {
  'x.rs': 'pub const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/text"));\n',
  text: 'one\n',
};
const WITH_DIRECTORY = `CARGO_MANIFEST_DIR=$PWD ${RLIB} ${REMAP}`;

describeRust('rustc: variables that name the checkout', [
  cached(
    'for an included file only',
    twice(ENVIRONMENT_FILES),
    `cd a && ${WITH_DIRECTORY} x.rs`,
    again(`cd b && ${WITH_DIRECTORY} x.rs`),
    write({ 'b/text': 'two\n' }),
    `cd b && ${WITH_DIRECTORY} x.rs`,
    again(`cd a && ${WITH_DIRECTORY} x.rs`),
  ),
  cached(
    'in the result',
    twice({ 'x.rs': 'pub const HERE: &str = env!("CARGO_MANIFEST_DIR");\n' }),
    `cd a && ${WITH_DIRECTORY} x.rs`,
    `cd b && ${WITH_DIRECTORY} x.rs`,
  ),
  cached(
    'both',
    twice({
      ...ENVIRONMENT_FILES,
      'x.rs': `${ENVIRONMENT_FILES['x.rs']}pub const N: usize = env!("CARGO_MANIFEST_DIR").len();\n`,
    }),
    `cd a && ${WITH_DIRECTORY} x.rs`,
    `cd b && ${WITH_DIRECTORY} x.rs`,
  ),
  cached(
    'and an edit of what is included',
    twice({
      'x.rs': 'include!(concat!(env!("OUT_DIR"), "/made.rs"));\n',
      'out/made.rs': 'pub const MADE: u32 = 1;\n',
    }),
    `cd a && OUT_DIR=$PWD/out ${WITH_DIRECTORY} x.rs`,
    again(`cd b && OUT_DIR=$PWD/out ${WITH_DIRECTORY} x.rs`),
    write({ 'b/out/made.rs': 'pub const MADE: u32 = 2;\n' }),
    `cd b && OUT_DIR=$PWD/out ${WITH_DIRECTORY} x.rs`,
  ),
]);

/** As SCCACHE_BASEDIRS makes it; the bare run is told by hand. */
const BASED = (command: string) =>
  `[ -n "$WRAPPER" ] && export SCCACHE_BASEDIRS=$PWD/a:$PWD/b || R=--remap-path-prefix=$PWD/$D=.; cd $D && ${command}`;
const inA = (command: string) => `D=a; ${BASED(command)}`;
const inB = (command: string) => `D=b; ${BASED(command)}`;
const CALLED = '$WRAPPER rustc $R --crate-name x --edition 2021 --emit=dep-info,metadata,link';

const MACRO_FILES = {
  'm.rs':
    'extern crate proc_macro;\n#[proc_macro]\npub fn here(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n' +
    '  format!("{:?}", std::env::current_dir().unwrap()).parse().unwrap()\n}\n',
  'x.rs': 'pub const HERE: &str = m::here!();\n',
};
const MACRO = '$WRAPPER rustc $R --crate-name m --crate-type proc-macro --edition 2021 --out-dir . m.rs';

describeRust('rustc: SCCACHE_BASEDIRS', [
  ...['--crate-type lib', '--crate-type lib -g', '--crate-type lib -O -g', '--crate-type staticlib', '-g'].map(
    (options) => {
      const file = options.includes('--crate-type') ? LIB : MAIN;
      return cached(
        `${options}`,
        twice({ 'sub/x.rs': file }),
        inA(`${CALLED} ${options} sub/x.rs`),
        again(inB(`${CALLED} ${options} sub/x.rs`)),
      );
    },
  ),
  cached(
    'an absolute source: warnings name it below the checkout',
    twice({ 'x.rs': `${LIB}fn unused() {}\n` }),
    inA(`${CALLED} --crate-type lib $PWD/x.rs`),
    again(inB(`${CALLED} --crate-type lib $PWD/x.rs`)),
  ),
  cached(
    'in a directory below',
    twice({ 'sub/x.rs': LIB, 'other/x.rs': LIB }),
    inA(`cd sub && ${CALLED} --crate-type lib x.rs`),
    again(inB(`cd sub && ${CALLED} --crate-type lib x.rs`)),
    inB(`cd other && ${CALLED} --crate-type lib x.rs`),
  ),
  cached(
    "the caller's own remapping wins",
    twice({ 'x.rs': LIB }),
    inA(`${CALLED} --remap-path-prefix=$PWD=/mine --crate-type lib x.rs`),
    again(inB(`${CALLED} --remap-path-prefix=$PWD=/mine --crate-type lib x.rs`)),
  ),
  cached(
    'a procedural macro, and a crate into which it writes the directory',
    twice(MACRO_FILES),
    compile(inA(`${MACRO} && ${CALLED} --crate-type lib x.rs --extern m=libm.so`), 'miss, miss', 'hit, hit'),
    compile(inB(`${MACRO} && ${CALLED} --crate-type lib x.rs --extern m=libm.so`), 'hit, miss', 'hit, hit'),
  ),
]);

const PACKAGES = {
  'Cargo.toml': '[workspace]\nmembers = ["low", "macros", "app"]\nresolver = "2"\n',
  'low/Cargo.toml': '[package]\nname = "low"\nversion = "0.1.0"\nedition = "2021"\n',
  'low/src/lib.rs': `${LIB}fn unused() {}\n`,
  'macros/Cargo.toml': '[package]\nname = "macros"\nversion = "0.1.0"\nedition = "2021"\n[lib]\nproc-macro = true\n',
  'macros/src/lib.rs':
    'use proc_macro::TokenStream;\n#[proc_macro]\npub fn answer(_: TokenStream) -> TokenStream { "42u32".parse().unwrap() }\n',
  'app/Cargo.toml':
    '[package]\nname = "app"\nversion = "0.2.0"\nedition = "2021"\n' +
    '[dependencies]\nlow = { path = "../low" }\nmacros = { path = "../macros" }\n',
  'app/build.rs':
    'fn main() {\n  let out = std::env::var("OUT_DIR").unwrap();\n' +
    '  std::fs::write(format!("{out}/made.rs"), "pub const MADE: u32 = 7;").unwrap();\n' +
    '  println!("cargo:rerun-if-changed=build.rs");\n}\n',
  'app/src/main.rs':
    'include!(concat!(env!("OUT_DIR"), "/made.rs"));\n' +
    'fn main() { println!("{} {}", low::f(&[MADE]), macros::answer!()); low::f(&[]); }\n',
};
const ASKED = 'not-compilation, not-compilation, cannot-cache: -';
/** Both checkouts; the last command shows the panic's place in the source, without the thread's number. */
const build = (where: string, command: string, cold: string, warm: string) =>
  compile(`D=${where}; ${BASED(command)}`, cold, warm);
const REMAPPED = {
  ...twice(PACKAGES),
  'remap.sh':
    '#!/bin/sh\nrustc=$1; shift\ncase $* in *--crate-name*) exec "$rustc" $R "$@";; esac\nexec "$rustc" "$@"\n',
};
const CARGO = 'export R; chmod +x ../remap.sh; [ -n "$WRAPPER" ] || export RUSTC_WRAPPER=$PWD/../remap.sh; cargo';
const HITS = 'hit, hit, hit, hit';
const MISSES = 'miss, miss, miss, miss';

describeRust('cargo: SCCACHE_BASEDIRS', [
  cached(
    'a workspace and its copy',
    REMAPPED,
    build(
      'a',
      `${CARGO} build -q; target/debug/app 2>&1 | sed 's/([0-9]*)//'`,
      `${MISSES}, ${ASKED}`,
      `${HITS}, ${ASKED}`,
    ),
    build(
      'b',
      `${CARGO} build -q; target/debug/app 2>&1 | sed 's/([0-9]*)//'`,
      `${HITS}, ${ASKED}`,
      `${HITS}, ${ASKED}`,
    ),
  ),
  cached(
    'release, with a target directory elsewhere',
    REMAPPED,
    build(
      'a',
      `${CARGO} build -q --release; target/release/app 2>&1 | sed 's/([0-9]*)//'`,
      `${MISSES}, miss, ${ASKED}`,
      `${HITS}, hit, ${ASKED}`,
    ),
    build(
      'b',
      `export CARGO_TARGET_DIR=$PWD/made; ${CARGO} build -q --release; made/release/app 2>&1 | sed 's/([0-9]*)//'`,
      `${HITS}, hit, ${ASKED}`,
      `${HITS}, hit, ${ASKED}`,
    ),
  ),
]);
