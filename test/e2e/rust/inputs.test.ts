import { again, always, cached, compile, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const LIB = 'pub fn f() -> u32 { 1 }\n';
const OTHER = 'pub fn f() -> u32 { 2 }\n';
const rustc = (name: string, rest: string) =>
  `$WRAPPER rustc --crate-name ${name} --crate-type lib --edition 2021 ${rest} ${name}.rs`;
const META = rustc('a', '--emit=metadata,dep-info');

const ASSEMBLER_INCLUDE = 'not-kept: .incbin or .include';

describeRust('rustc: files that an assembler reads', [
  ...[
    `core::arch::global_asm!(".incbin \\"t.bin\\"");\n${LIB}`,
    `core::arch::global_asm!(r#".incbin "t.bin""#);\n${LIB}`,
    `core::arch::global_asm!(include_str!("t.s"));\n${LIB}`,
    `core::arch::global_asm!(".include \\"t.s\\"");\n${LIB}`,
    'pub fn f() { unsafe { core::arch::asm!(".include \\"i.s\\"") } }\n',
  ].map((source) =>
    cached(
      source,
      { 'a.rs': source, 't.bin': '1', 't.s': '.globl z\nz: .incbin "t.bin"\n', 'i.s': 'nop\n' },
      rustc('a', '--emit=obj'),
      write({ 't.bin': '2', 'i.s': 'nop\nnop\n' }),
      rustc('a', '--emit=obj'),
      again(rustc('a', '--emit=obj')),
      always('failed', `rm t.bin i.s; ${rustc('a', '--emit=obj')} 2>/dev/null`),
    ),
  ),
  ...[
    `core::arch::global_asm!(concat!(".inc", "bin \\"t.bin\\""));\n${LIB}`,
    `core::arch::global_asm!(concat!(".incbin \\"t", ".bin\\""));\n${LIB}`,
    `core::arch::global_asm!(concat!(r#".incbin "t"#, r#".bin""#));\n${LIB}`,
    `core::arch::global_asm!(".macro m f\\n.incbin \\"\\\\f\\"\\n.endm\\nm t.bin");\n${LIB}`,
  ].map((source) =>
    cached(
      source,
      { 'a.rs': source, 't.bin': '1', 't.s': '.globl z\nz: .incbin "t.bin"\n', 'i.s': 'nop\n' },
      always(ASSEMBLER_INCLUDE, rustc('a', '--emit=obj')),
      write({ 't.bin': '2', 'i.s': 'nop\nnop\n' }),
      always(ASSEMBLER_INCLUDE, rustc('a', '--emit=obj')),
    ),
  ),
  cached(
    'by a macro of another crate',
    {
      'm.rs':
        '#[macro_export] macro_rules! blob { ($n:literal) => { core::arch::global_asm!(concat!(".incbin \\"", $n, "\\"")); } }\n',
      'a.rs': 'm::blob!("t.bin");\n',
      't.bin': '1',
    },
    always(ASSEMBLER_INCLUDE, rustc('m', '')),
    always(ASSEMBLER_INCLUDE, rustc('a', '--emit=obj --extern m=libm.rlib')),
    write({ 't.bin': '2' }),
    always(ASSEMBLER_INCLUDE, rustc('a', '--emit=obj --extern m=libm.rlib')),
  ),
  cached(
    'assembly that reads none, from a file',
    { 'a.rs': `core::arch::global_asm!(include_str!("t.s"));\n${LIB}`, 't.s': '.globl z\nz: nop\n' },
    META,
    write({ 't.s': '.globl z\nz: ret\n' }),
    META,
  ),
]);

describeRust('rustc: variables and files', [
  cached(
    'a variable that is empty, unset and set',
    { 'a.rs': 'pub const A: Option<&str> = option_env!("AAA");\n' },
    META,
    `AAA= ${META}`,
    `AAA=1 ${META}`,
    again(META),
    again(`AAA= ${META}`),
  ),
  cached(
    'a variable that is no text',
    { 'a.rs': 'pub const A: bool = option_env!("AAA").is_some();\n' },
    always('failed', `AAA=$(printf '\\377') ${META} 2>/dev/null`),
    `AAA=$(printf '\\303\\251') ${META}`,
  ),
  cached(
    'a variable with line breaks and backslashes',
    { 'a.rs': 'pub const A: &str = env!("AAA");\n' },
    `AAA=$(printf 'a\\nb\\\\c') ${META}`,
    `AAA=$(printf 'a\\nb\\\\d') ${META}`,
    again(`AAA=$(printf 'a\\nb\\\\c') ${META}`),
  ),
  cached(
    'a variable whose name has a line break',
    { 'a.rs': 'pub const A: Option<&str> = option_env!("A\\nB");\n' },
    META,
    `env "$(printf 'A\\nB=1')" ${META}`,
    again(META),
  ),
  cached(
    '--env-set',
    { 'a.rs': 'pub const A: &str = env!("AAA");\n' },
    `RUSTC_BOOTSTRAP=1 ${META} -Zunstable-options --env-set AAA=1`,
    `RUSTC_BOOTSTRAP=1 ${META} -Zunstable-options --env-set AAA=2`,
    `AAA=1 RUSTC_BOOTSTRAP=1 ${META}`,
    again(`AAA=3 RUSTC_BOOTSTRAP=1 ${META} -Zunstable-options --env-set AAA=1`),
  ),
  cached(
    'a message of an error in env!',
    { 'a.rs': 'pub const A: &str = env!("AAA", "needed");\n' },
    always('failed', META),
    `AAA=1 ${META}`,
    always('failed', META),
  ),
  cached(
    'a module that moves into its directory and back',
    { 'a.rs': 'mod b;\npub use b::f;\n', 'b.rs': LIB },
    META,
    shell('mkdir b; mv b.rs b/mod.rs'),
    META,
    shell('mv b/mod.rs b.rs'),
    again(META),
  ),
  cached(
    'modules within modules, and #[path]',
    {
      'a.rs': 'mod b;\n#[path = "x/y.rs"] mod c;\nmod d { mod e; #[path = "q.rs"] mod r; }\npub use b::g::f;\n',
      'b.rs': 'pub mod g;\n',
      'b/g.rs': LIB,
      'x/y.rs': 'mod z;\n',
      'x/z.rs': LIB,
      'd/e.rs': LIB,
      'd/q.rs': LIB,
    },
    META,
    write({ 'b/g.rs': OTHER }),
    META,
    write({ 'd/q.rs': OTHER }),
    META,
    write({ 'x/z.rs': OTHER }),
    META,
    write({ 'b/g.rs': LIB, 'd/q.rs': LIB, 'x/z.rs': LIB }),
    again(META),
    write({ 'x/z/mod.rs': LIB }),
    always('failed', `${META} 2>/dev/null`),
  ),
  cached(
    'an included file beside another module, and bytes',
    {
      'a.rs': 'include!("sub/i.rs"); pub const B: &[u8] = include_bytes!("b");\n',
      'sub/i.rs': 'mod k;\n',
      'k.rs': LIB,
      'sub/k.rs': LIB,
      b: 'x',
    },
    META,
    write({ 'sub/k.rs': OTHER }),
    META,
    write({ b: 'y' }),
    META,
    shell('rm b'),
    always('failed', `${META} 2>/dev/null`),
  ),
  cached(
    'a source that is a link',
    { 'one.rs': LIB, 'two.rs': OTHER },
    shell('ln -s one.rs a.rs'),
    META,
    shell('ln -sf two.rs a.rs'),
    META,
    shell('ln -sf one.rs a.rs'),
    again(META),
  ),
  ...['t:', 't: u', 't ', 't\\ u'].map((name) =>
    cached(
      `a file of an odd name: ${name}`,
      { 'a.rs': `pub const T: &str = include_str!(r"${name}");\n`, [name]: 'one' },
      META,
      rustc('a', '--emit=metadata'),
      write({ [name]: 'two' }),
      META,
    ),
  ),
  cached(
    'a file with a line break in its name, where part of that is a file as well',
    { 'a.rs': 'pub const T: &str = include_str!("t\\nu");\n', 't\nu': 'one', u: 'one' },
    always('not-kept: dependency file of unknown format', rustc('a', '--emit=metadata')),
    write({ 't\nu': 'two' }),
    always('not-kept: dependency file of unknown format', rustc('a', '--emit=metadata')),
  ),
  cached(
    'a module that is not compiled',
    { 'a.rs': '#[cfg(x)] mod b;\n' },
    META,
    write({ 'b.rs': LIB }),
    again(META),
    `${META} --cfg x`,
    write({ 'b.rs': OTHER }),
    `${META} --cfg x`,
    again(META),
  ),
  cached(
    'documentation from a file',
    { 'a.rs': '#![doc = include_str!("t.md")]\n', 't.md': 'one' },
    META,
    write({ 't.md': 'two' }),
    META,
  ),
]);

const USES = 'pub fn g() -> u32 { a::f() }\n';
const B = (rest: string) => rustc('b', `--emit=metadata,dep-info ${rest}`);

describeRust('rustc: crates', [
  ...['priv:a=liba.rmeta', 'noprelude:a=liba.rmeta', 'nounused:a=liba.rmeta', 'force:a=liba.rmeta'].map((extern) =>
    cached(
      `--extern ${extern}`,
      { 'a.rs': LIB, 'b.rs': `extern crate a;\n${USES}` },
      META,
      `RUSTC_BOOTSTRAP=1 ${B(`-Zunstable-options -L . --extern ${extern}`)}`,
      write({ 'a.rs': OTHER }),
      META,
      `RUSTC_BOOTSTRAP=1 ${B(`-Zunstable-options -L . --extern ${extern}`)}`,
    ),
  ),
  cached(
    'names of two crates are swapped',
    { 'a.rs': LIB, 'c.rs': OTHER, 'b.rs': 'pub fn g() -> u32 { x::f() + y::f() * 2 }\n' },
    META,
    rustc('c', '--emit=metadata'),
    B('--extern x=liba.rmeta --extern y=libc.rmeta'),
    B('--extern y=liba.rmeta --extern x=libc.rmeta'),
    again(B('--extern x=liba.rmeta --extern y=libc.rmeta')),
  ),
  cached(
    'an extern by attribute, found in a directory; one more that appears',
    { 'a.rs': LIB, 'b.rs': `extern crate a;\n${USES}`, 'd/keep': '', 'e/keep': '' },
    `${META} --out-dir d`,
    B('-L e -L d'),
    shell('cp d/liba.rmeta e/'),
    B('-L e -L d'),
    write({ 'a.rs': OTHER }),
    `${META} --out-dir d`,
    always('failed', `${B('-L e -L d')} 2>/dev/null`),
  ),
  cached(
    'a crate below is taken away, and changed without the one between',
    { 'a.rs': LIB, 'b.rs': 'pub use a::f;\n', 'c.rs': 'pub fn h() -> u32 { b::f() }\n', 'd/keep': '' },
    `${META} --out-dir d`,
    `${B('--extern a=d/liba.rmeta')} --out-dir d`,
    rustc('c', '--emit=metadata -L dependency=d --extern b=d/libb.rmeta'),
    shell('mv d/liba.rmeta away'),
    always('failed', rustc('c', '--emit=metadata -L dependency=d --extern b=d/libb.rmeta')),
    write({ 'a.rs': OTHER }),
    `${META} --out-dir d`,
    always('failed', `${rustc('c', '--emit=metadata -L dependency=d --extern b=d/libb.rmeta')} 2>/dev/null`),
    shell('mv away d/liba.rmeta'),
    again(rustc('c', '--emit=metadata -L dependency=d --extern b=d/libb.rmeta')),
  ),
  cached(
    'a crate that is a link, or elsewhere',
    { 'a.rs': LIB, 'b.rs': USES, 'd/keep': '' },
    META,
    B('--extern a=liba.rmeta'),
    again(`cp liba.rmeta d/libq.rmeta; ln -s d/libq.rmeta libl.rmeta; rm liba.rmeta; ${B('--extern a=libl.rmeta')}`),
  ),
  cached(
    'a crate below with something added to its name is taken away',
    { 'a.rs': LIB, 'b.rs': 'pub use a::f;\n', 'c.rs': 'pub fn h() -> u32 { b::f() }\n', 'd/keep': '' },
    `${META} -C extra-filename=-1 --out-dir d`,
    `${B('--extern a=d/liba-1.rmeta')} --out-dir d`,
    rustc('c', '--emit=metadata -L dependency=d --extern b=d/libb.rmeta'),
    shell('mv d/liba-1.rmeta away'),
    always('failed', rustc('c', '--emit=metadata -L dependency=d --extern b=d/libb.rmeta')),
  ),
  cached(
    'a crate under a name that is none for crates',
    { 'a.rs': LIB, 'b.rs': USES },
    META,
    B('--extern a=liba.rmeta'),
    shell('cp liba.rmeta other; cp liba.rmeta a.rmeta'),
    always('failed', B('--extern a=other')),
    always('failed', B('--extern a=a.rmeta')),
  ),
  cached(
    'crates in another order',
    { 'a.rs': LIB, 'c.rs': OTHER, 'b.rs': 'pub fn g() -> u32 { a::f() + c::f() }\n' },
    META,
    rustc('c', '--emit=metadata'),
    B('--extern a=liba.rmeta --extern c=libc.rmeta'),
    again(B('--extern c=libc.rmeta --extern a=liba.rmeta')),
  ),
  cached(
    'a crate that is damaged',
    { 'a.rs': LIB, 'b.rs': USES },
    META,
    B('--extern a=liba.rmeta'),
    shell('printf x > liba.rmeta'),
    always('failed', `${B('--extern a=liba.rmeta')} 2>/dev/null`),
  ),
  cached(
    'two crates of one name',
    { 'a.rs': LIB, 'b.rs': USES },
    `${META} -C metadata=1 -C extra-filename=-1`,
    `${META} -C metadata=2 -C extra-filename=-2`,
    B('--extern a=liba-1.rmeta'),
    B('--extern a=liba-2.rmeta'),
    always('failed', `${B('--extern a=liba-2.rmeta --extern a=liba-1.rmeta')} 2>/dev/null`),
  ),
  cached(
    'a dylib below a program',
    { 'a.rs': LIB, 'c.rs': 'fn main() { println!("{}", a::f()); }\n' },
    '$WRAPPER rustc --crate-type dylib --crate-name a -C prefer-dynamic a.rs',
    '$WRAPPER rustc -C prefer-dynamic -C rpath --extern a=liba.so c.rs && ./c',
    write({ 'a.rs': OTHER }),
    '$WRAPPER rustc --crate-type dylib --crate-name a -C prefer-dynamic a.rs',
    '$WRAPPER rustc -C prefer-dynamic -C rpath --extern a=liba.so c.rs && ./c',
  ),
]);

const macros = (body: string) =>
  `use proc_macro::TokenStream;\n#[proc_macro] pub fn m(_input: TokenStream) -> TokenStream { ${body} }\n`;
const MACRO = '$WRAPPER rustc --crate-name m --crate-type proc-macro --edition 2021 --extern proc_macro m.rs';
const CALL = 'pub const V: &str = m::m!();\n';
const WITH = (rest = '') => rustc('a', `--emit=metadata,dep-info --extern m=libm.so ${rest}`);

describeRust('rustc: procedural macros', [
  cached(
    'that read a variable and do not tell',
    {
      'm.rs': macros('format!("{:?}", std::env::var("MACRO_SETTING").unwrap_or_default()).parse().unwrap()'),
      'a.rs': CALL,
    },
    MACRO,
    `MACRO_SETTING=1 ${WITH()}`,
    `MACRO_SETTING=2 ${WITH()}`,
    WITH(),
    again(`MACRO_SETTING=1 ${WITH()}`),
    again(`UNRELATED_SETTING=1 ${WITH()}`),
  ),
  cached(
    'behind a crate that hands them on',
    {
      'm.rs': macros('format!("{:?}", std::env::var("MACRO_SETTING").unwrap_or_default()).parse().unwrap()'),
      'b.rs': 'pub use m::m;\n',
      'a.rs': 'pub const V: &str = b::m!();\n',
    },
    MACRO,
    rustc('b', '--emit=metadata --extern m=libm.so'),
    `MACRO_SETTING=1 ${rustc('a', '--emit=metadata -L dependency=. --extern b=libb.rmeta')}`,
    `MACRO_SETTING=2 ${rustc('a', '--emit=metadata -L dependency=. --extern b=libb.rmeta')}`,
    again(`MACRO_SETTING=1 ${rustc('a', '--emit=metadata -L dependency=. --extern b=libb.rmeta')}`),
  ),
  cached(
    'that read a file of their own choice',
    {
      'm.rs': macros('format!("{:?}", std::fs::read_to_string("settings.txt").unwrap()).parse().unwrap()'),
      'a.rs': CALL,
      'settings.txt': 'one',
    },
    MACRO,
    WITH(),
    write({ 'settings.txt': 'two' }),
    WITH(),
    write({ 'settings.txt': 'one' }),
    again(WITH()),
  ),
  cached(
    'that read a file beside the manifest',
    {
      'm.rs': macros(
        'let d = std::env::var("CARGO_MANIFEST_DIR").unwrap(); ' +
          'format!("{:?}", std::fs::read_to_string(format!("{d}/settings.txt")).unwrap()).parse().unwrap()',
      ),
      'a.rs': CALL,
      'p/settings.txt': 'one',
    },
    MACRO,
    `CARGO_MANIFEST_DIR=$PWD/p ${WITH()}`,
    write({ 'p/settings.txt': 'two' }),
    `CARGO_MANIFEST_DIR=$PWD/p ${WITH()}`,
  ),
  cached(
    'that read a file which the source names',
    {
      'm.rs': macros(
        'let s = _input.to_string(); format!("{:?}", std::fs::read_to_string(s.trim_matches(\'"\')).unwrap()).parse().unwrap()',
      ),
      'a.rs': 'pub const V: &str = m::m!("t/page.html");\n',
      't/page.html': 'one',
    },
    MACRO,
    WITH(),
    write({ 't/page.html': 'two' }),
    WITH(),
  ),
  cached(
    'that read what SCCACHE_EXTRAFILES names',
    {
      'm.rs': macros('format!("{:?}", std::fs::read_to_string(concat!("set", "tings")).unwrap()).parse().unwrap()'),
      'a.rs': CALL,
      settings: 'one',
    },
    MACRO,
    `SCCACHE_EXTRAFILES=$PWD/settings ${WITH()}`,
    write({ settings: 'two' }),
    `SCCACHE_EXTRAFILES=$PWD/settings ${WITH()}`,
  ),
  cached(
    'that tell what they read',
    {
      'm.rs':
        '#![feature(proc_macro_tracked_env, proc_macro_tracked_path)]\nextern crate proc_macro;\n' +
        macros(
          'proc_macro::tracked::path("t.txt"); let v = proc_macro::tracked::env_var("TOLD").unwrap_or_default(); ' +
            'format!("{:?}", v + &std::fs::read_to_string("t.txt").unwrap()).parse().unwrap()',
        ),
      'a.rs': CALL,
      't.txt': 'one',
    },
    MACRO.replace('rustc', 'rustc +nightly'),
    `TOLD=1 ${WITH().replace('rustc', 'rustc +nightly')}`,
    `TOLD=2 ${WITH().replace('rustc', 'rustc +nightly')}`,
    write({ 't.txt': 'two' }),
    `TOLD=1 ${WITH().replace('rustc', 'rustc +nightly')}`,
  ),
]);

const WARNS = 'fn unused() {}\nmod b;\n';
const WARN = (rest: string) =>
  `$WRAPPER rustc --crate-name a --crate-type lib --edition 2021 --emit=metadata ${rest} a.rs`;

describeRust('rustc: what is said', [
  ...[
    '--error-format=short',
    '--error-format=json --json=diagnostic-rendered-ansi,artifacts,future-incompat',
    '--error-format=json --json=diagnostic-short',
    '--color=always --diagnostic-width=40',
    '--cap-lints allow',
    '--cap-lints warn -Dwarnings',
    '--check-cfg "cfg(feature, values(\\"x\\"))" --cfg feature=\\"y\\"',
    '--remap-path-prefix=$PWD=/somewhere',
    '--force-warn dead_code -Adead_code',
    '-v',
    '@options',
  ].map((options) =>
    cached(
      options,
      {
        'a.rs': `${WARNS}#[cfg(feature = "z")] fn z() {}\n`,
        'b.rs': 'fn other() {}\n',
        options: '-W\nunreachable_pub\n--cfg\nz\n',
      },
      WARN(options),
      again(WARN(options)),
    ),
  ),
  cached(
    'warnings when something else changes',
    { 'a.rs': WARNS, 'b.rs': 'fn other() {}\n' },
    WARN(''),
    write({ 'b.rs': 'fn renamed() {}\n' }),
    WARN(''),
    write({ 'b.rs': '' }),
    WARN(''),
  ),
  cached(
    'colour by variables and not for a pipe',
    { 'a.rs': 'fn unused() {}\n' },
    WARN(''),
    again(`SOMETHING=1 ${WARN('')}`),
    `CLICOLOR_FORCE=1 ${WARN('')}`,
  ),
  cached(
    'an error leaves dep-info and is no hit',
    { 'a.rs': 'pub fn f() -> u32 { "" }\n' },
    always('failed', `${META}; cat a.d`),
    write({ 'a.rs': LIB }),
    META,
    write({ 'a.rs': 'pub fn f() -> u32 { "" }\n' }),
    always('failed', `${META}; cat a.d`),
  ),
  cached(
    'a long type in a message',
    { 'a.rs': 'pub fn f() { let x: () = (1u8, 2u16); }\n' },
    always('failed', `${META} 2>/dev/null`),
  ),
]);

describeRust('rustc: what is written over', [
  cached(
    'outputs that cannot be written',
    { 'a.rs': LIB },
    META,
    shell('chmod 444 liba.rmeta'),
    always('cannot-cache: output cannot be written', `${META} 2>/dev/null || true`),
    shell('chmod 644 liba.rmeta'),
    again(META),
  ),
  ...['022', '027', '077', '002'].map((umask) =>
    cached(
      `with umask ${umask}`,
      { 'a.rs': 'fn main() {}\n' },
      compile('$WRAPPER rustc --emit link,dep-info,metadata,obj a.rs', 'miss', 'hit', { umask }),
    ),
  ),
  cached(
    'outputs with modes of their own',
    { 'a.rs': LIB },
    shell('touch a.d liba.rmeta; chmod 600 a.d liba.rmeta'),
    META,
    again(META),
  ),
  cached(
    'outputs with a second name, links and links that lead nowhere',
    { 'a.rs': LIB },
    shell('touch a.d liba.rmeta; ln a.d d2; ln liba.rmeta m2'),
    META,
    shell('rm a.d liba.rmeta; ln -s nowhere a.d; ln -s nothing liba.rmeta'),
    again(META),
  ),
  cached(
    'an output directory that is a link',
    { 'a.rs': LIB, 'd/keep': '' },
    shell('ln -s d l'),
    `${META} --out-dir l`,
    again(`rm d/*; ${META} --out-dir l`),
  ),
  cached(
    'an output that is a directory',
    { 'a.rs': LIB },
    `${META}; rm liba.rmeta; mkdir liba.rmeta`,
    compile(
      `${META} 2>/dev/null || true`,
      'cannot-cache: output cannot be written',
      'cannot-cache: output cannot be written',
    ),
  ),
]);
