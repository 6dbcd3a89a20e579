import { again, cached, compile, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

/** A macro that does something untold, and a crate that uses it. */
function macro(body: string): Record<string, string> {
  return {
    'm.rs':
      'extern crate proc_macro;\nuse proc_macro::TokenStream;\n#[proc_macro]\npub fn text(_: TokenStream) -> TokenStream {\n' +
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
  cached(
    'one that only makes code does not care for files',
    { ...macro('String::from("plain")'), text: 'one' },
    MACRO,
    USE,
    write({ text: 'two', more: '' }),
    again(USE),
  ),
]);
