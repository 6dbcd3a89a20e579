import { again, always, cached, compile, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

/** A macro that does something untold, and a crate that uses it. */
function macro(body: string, declarations = ''): Record<string, string> {
  return {
    'm.rs':
      `extern crate proc_macro;\nuse proc_macro::TokenStream;\n${declarations}\n#[proc_macro]\npub fn text(_: TokenStream) -> TokenStream {\n` +
      `  let text: String = { ${body} };\n  format!("{text:?}").parse().unwrap()\n}\n`,
    'x.rs': 'pub const TEXT: &str = m::text!();\n',
  };
}

const MACRO = '$WRAPPER rustc --crate-name m --crate-type proc-macro --edition 2021 m.rs';
const USE =
  '$WRAPPER rustc --crate-name x --crate-type lib --edition 2021 --emit=metadata,dep-info x.rs --extern m=libm.so';

describeRust('rustc: procedural macros that read what they do not tell', [
  cached(
    'a file',
    { ...macro('std::fs::read_to_string("data/text").unwrap()'), 'data/text': 'one' },
    MACRO,
    USE,
    again(USE),
    write({ 'data/text': 'two' }),
    USE,
    write({ 'data/text': 'one' }),
    again(USE),
  ),
  cached(
    'bytes, by File::open',
    {
      ...macro(
        'use std::io::Read; let mut s = String::new(); std::fs::File::open("text").unwrap().read_to_string(&mut s).unwrap(); s',
      ),
      text: 'one',
    },
    MACRO,
    USE,
    write({ text: 'two' }),
    USE,
  ),
  cached(
    'the names in a directory',
    { ...macro('std::fs::read_dir("data").unwrap().count().to_string()'), 'data/a.sql': '' },
    MACRO,
    USE,
    again(USE),
    write({ 'data/b.sql': '' }),
    USE,
  ),
  cached(
    'a variable',
    macro('std::env::var("DEEP_SETTING").unwrap_or("none".into())'),
    MACRO,
    USE,
    compile(USE, 'miss', 'hit', { env: { DEEP_SETTING: 'one' } }),
    compile(USE, 'miss', 'hit', { env: { DEEP_SETTING: 'two' } }),
    again(USE),
    again(USE, { env: { UNHEARD_OF: '1' } }),
  ),
  cached(
    'through a crate that hands it on',
    {
      ...macro('std::fs::read_to_string("text").unwrap()'),
      'h.rs': 'pub use m::text;\n',
      'x.rs': 'pub const TEXT: &str = h::text!();\n',
      text: 'one',
    },
    MACRO,
    '$WRAPPER rustc --crate-name h --crate-type lib --edition 2021 h.rs --extern m=libm.so',
    '$WRAPPER rustc --crate-name x --crate-type lib --edition 2021 x.rs --extern h=libh.rlib -L dependency=.',
    again('$WRAPPER rustc --crate-name x --crate-type lib --edition 2021 x.rs --extern h=libh.rlib -L dependency=.'),
    write({ text: 'two' }),
    '$WRAPPER rustc --crate-name x --crate-type lib --edition 2021 x.rs --extern h=libh.rlib -L dependency=.',
  ),
  cached(
    'without a symbol table',
    { ...macro('std::fs::read_to_string("text").unwrap()'), text: 'one' },
    `${MACRO} -C strip=symbols`,
    USE,
    again(USE),
    write({ text: 'two' }),
    USE,
  ),
  cached(
    'a program: not kept, unless the files are named',
    {
      ...macro('String::from_utf8(std::process::Command::new("cat").arg("text").output().unwrap().stdout).unwrap()'),
      text: 'one',
    },
    MACRO,
    compile(USE, 'not-kept: a procedural macro starts programs', 'not-kept: a procedural macro starts programs'),
    compile(USE, 'miss', 'hit', { env: { SCCACHE_EXTRAFILES: 'text' } }),
    again(USE, { env: { SCCACHE_EXTRAFILES: 'text' } }),
    write({ text: 'two' }),
    compile(USE, 'miss', 'hit', { env: { SCCACHE_EXTRAFILES: 'text' } }),
  ),
  ...[
    ['whether a file is there', 'std::path::Path::new("data").exists().to_string()', 'rm data'],
    ['whether it is a directory', 'std::path::Path::new("data").is_dir().to_string()', 'rm data; mkdir data'],
    ['how long it is', 'std::fs::metadata("data").unwrap().len().to_string()', 'echo longer > data'],
    ['where a link leads', 'std::fs::read_link("link").unwrap().display().to_string()', 'ln -sfn other link'],
    ['the real path', 'std::fs::canonicalize("link").unwrap().display().to_string()', 'ln -sfn other link'],
  ].map(([name = '', body = '', edit = '']) =>
    cached(
      name,
      { ...macro(body), data: 'one', other: 'two' },
      shell('ln -s data link'),
      MACRO,
      USE,
      again(USE),
      shell(edit),
      USE,
    ),
  ),
  cached(
    'a variable that the source names',
    {
      'm.rs':
        'extern crate proc_macro;\nuse proc_macro::TokenStream;\n#[proc_macro]\npub fn text(of: TokenStream) -> TokenStream {\n' +
        '  format!("{:?}", std::env::var(of.to_string()).unwrap_or_default()).parse().unwrap()\n}\n',
      'x.rs': 'pub const TEXT: &str = m::text!(NAMED_THERE);\n',
    },
    MACRO,
    USE,
    compile(USE, 'miss', 'hit', { env: { NAMED_THERE: 'one' } }),
    compile(USE, 'miss', 'hit', { env: { NAMED_THERE: 'two' } }),
    again(USE, { env: { NAMED_NOWHERE: '1' } }),
  ),
  cached(
    'all variables',
    macro('std::env::vars().filter(|(name, _)| name.starts_with("Q_")).map(|(_, value)| value).collect()'),
    MACRO,
    USE,
    compile(USE, 'miss', 'hit', { env: { Q_ONE: '1' } }),
    compile(USE, 'miss', 'hit', { env: { Q_TWO: '2' } }),
  ),
  cached(
    'a file outside of the package that the source names',
    {
      'd/m.rs':
        'extern crate proc_macro;\nuse proc_macro::TokenStream;\n#[proc_macro]\npub fn text(of: TokenStream) -> TokenStream {\n' +
        "  let path = of.to_string();\n  let text = std::fs::read_to_string(path.trim_matches('\"')).unwrap();\n" +
        '  format!("{text:?}").parse().unwrap()\n}\n',
      'd/x.rs': 'pub const TEXT: &str = m::text!("../shared/text");\n',
      'shared/text': 'one',
    },
    `cd d && ${MACRO}`,
    `cd d && ${USE}`,
    write({ 'shared/text': 'two' }),
    `cd d && ${USE}`,
    write({ 'shared/text': 'one' }),
    again(`cd d && ${USE}`),
  ),
  ...['USER', 'HOME', 'LANG'].map((name) =>
    cached(
      `$${name}, which is of the session`,
      macro(`std::env::var("${name}").unwrap_or("none".into())`),
      MACRO,
      compile(USE, 'miss', 'hit', { env: { [name]: '/tmp', RUSTUP_TOOLCHAIN: 'stable' } }),
      compile(USE, 'miss', 'hit', { env: { [name]: '/var', RUSTUP_TOOLCHAIN: 'stable' } }),
      again(USE, { env: { [name]: '/var', RUSTUP_TOOLCHAIN: 'stable', TERM: 'ansi', SHLVL: '7' } }),
    ),
  ),
  ...[
    ['HOME', '#[allow(deprecated)] std::env::home_dir().unwrap().display().to_string()'],
    ['TMPDIR', 'std::env::temp_dir().display().to_string()'],
  ].map(([name = '', body = '']) =>
    cached(
      `the directory in $${name}`,
      macro(body),
      MACRO,
      compile(USE, 'miss', 'hit', { env: { [name]: '/tmp', RUSTUP_TOOLCHAIN: 'stable' } }),
      compile(USE, 'miss', 'hit', { env: { [name]: '/var/tmp', RUSTUP_TOOLCHAIN: 'stable' } }),
    ),
  ),
  cached(
    'a file, by the C library',
    {
      ...macro(
        'unsafe { fgetc(fopen(c"text".as_ptr(), c"r".as_ptr())).to_string() }',
        'use std::ffi::c_char;\nunsafe extern "C" { fn fopen(name: *const c_char, mode: *const c_char) -> *const u8; fn fgetc(of: *const u8) -> i32; }',
      ),
      text: '1',
    },
    MACRO,
    USE,
    write({ text: '2' }),
    USE,
  ),
  cached(
    'the arguments of the compiler: not kept',
    macro('std::env::args().any(|word| word.ends_with("libm.so")).to_string()'),
    MACRO,
    ...[USE, USE.replace('libm.so', './libm.so')].map((use) =>
      always('not-kept: a procedural macro reads the arguments of the compiler', use),
    ),
  ),
  cached(
    'a shell, by the C library: not kept',
    macro(
      'unsafe { system(c"true".as_ptr()).to_string() }',
      'unsafe extern "C" { fn system(command: *const std::ffi::c_char) -> i32; }',
    ),
    MACRO,
    always('not-kept: a procedural macro starts programs', USE),
  ),
  cached(
    'one that writes a file: not kept',
    macro('std::fs::write("made", "x").unwrap(); String::new()'),
    MACRO,
    compile(USE, 'not-kept: a procedural macro writes files', 'not-kept: a procedural macro writes files'),
  ),
  cached(
    'through a crate, from a library with something added to its name',
    {
      ...macro('std::fs::read_to_string("text").unwrap()'),
      'h.rs': 'pub use m::text;\n',
      'x.rs': 'pub const TEXT: &str = h::text!();\n',
      text: 'one',
    },
    shell('mkdir d'),
    `${MACRO} -C extra-filename=-77 --out-dir d`,
    '$WRAPPER rustc --crate-name h --crate-type lib --edition 2021 h.rs --extern m=d/libm-77.so --out-dir d',
    '$WRAPPER rustc --crate-name x --crate-type lib --edition 2021 x.rs --extern h=d/libh.rlib -L dependency=d',
    write({ text: 'two' }),
    '$WRAPPER rustc --crate-name x --crate-type lib --edition 2021 x.rs --extern h=d/libh.rlib -L dependency=d',
  ),
  cached(
    'one that only makes code does not care for files',
    { ...macro('String::from("plain")'), text: 'one' },
    MACRO,
    USE,
    write({ text: 'two', more: '' }),
    again(USE),
  ),
]);
