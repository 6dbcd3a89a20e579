import { again, always, cached, compile, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const LIB = 'pub fn f() -> u32 { 1 }\n';
const MAYBE = '#[cfg(x)] pub fn f() {}\n#[cfg(y)] pub fn g() {}\n';
const OPTIONS = '--crate-name a --crate-type lib --emit=metadata,dep-info a.rs';
const POINTER = 'pub fn f(x: &Vec<u8>) -> usize { x.len() }\n';
const CLIPPY = `$WRAPPER clippy-driver $(command -v rustc) ${OPTIONS}`;

describeRust('rustc: clippy', [
  cached(
    'arguments of its own',
    { 'a.rs': POINTER },
    CLIPPY,
    `CLIPPY_ARGS=-Aclippy::ptr_arg__CLIPPY_HACKERY__ ${CLIPPY}`,
    again(CLIPPY),
    `CLIPPY_DISABLE_DOCS_LINKS=1 ${CLIPPY}`,
  ),
  cached(
    'settings in another directory',
    {
      'a.rs': POINTER,
      'one/clippy.toml': 'avoid-breaking-exported-api = false\n',
      'two/clippy.toml': 'avoid-breaking-exported-api = true\n',
    },
    `CLIPPY_CONF_DIR=$PWD/one ${CLIPPY}`,
    `CLIPPY_CONF_DIR=$PWD/two ${CLIPPY}`,
    again(`CLIPPY_CONF_DIR=$PWD/one ${CLIPPY}`),
    write({ 'one/clippy.toml': 'avoid-breaking-exported-api = true\n' }),
    `CLIPPY_CONF_DIR=$PWD/one ${CLIPPY}`,
    `CARGO_MANIFEST_DIR=$PWD/two ${CLIPPY}`,
    shell('rm two/clippy.toml'),
    `CARGO_MANIFEST_DIR=$PWD/two ${CLIPPY}`,
  ),
  cached(
    'settings that appear above, and hidden ones',
    { 'd/a.rs': POINTER },
    `cd d && ${CLIPPY}`,
    write({ 'clippy.toml': 'avoid-breaking-exported-api = false\n' }),
    `cd d && ${CLIPPY}`,
    write({ 'd/.clippy.toml': 'avoid-breaking-exported-api = true\n' }),
    `cd d && ${CLIPPY}`,
  ),
  cached(
    'called as rustc',
    { 'a.rs': POINTER },
    `$WRAPPER clippy-driver ${OPTIONS}`,
    again(`$WRAPPER clippy-driver rustc ${OPTIONS}`),
  ),
]);

describeRust('rustc: toolchains', [
  cached(
    'by argument and by variable',
    { 'a.rs': LIB },
    `$WRAPPER rustc +stable ${OPTIONS}`,
    `$WRAPPER rustc +nightly ${OPTIONS}`,
    again(`RUSTUP_TOOLCHAIN=nightly $WRAPPER rustc ${OPTIONS}`),
    again(`RUSTUP_TOOLCHAIN=nightly $WRAPPER rustc +stable ${OPTIONS}`),
  ),
  cached(
    'by a file in the directory or above',
    { 'a.rs': LIB, 'd/a.rs': LIB },
    `$WRAPPER rustc ${OPTIONS}`,
    write({ 'rust-toolchain.toml': '[toolchain]\nchannel = "nightly"\n' }),
    `$WRAPPER rustc ${OPTIONS}`,
    `cd d && $WRAPPER rustc ${OPTIONS}`,
    write({ 'd/rust-toolchain': 'stable\n' }),
    `cd d && $WRAPPER rustc ${OPTIONS}`,
    shell('rm d/rust-toolchain rust-toolchain.toml'),
    again(`$WRAPPER rustc ${OPTIONS}`),
  ),
  cached(
    'the compiler itself, without rustup',
    { 'a.rs': LIB },
    `$WRAPPER $(rustc --print sysroot)/bin/rustc ${OPTIONS}`,
    `ln -s $(rustc --print sysroot)/bin/rustc rustc; $WRAPPER ./rustc ${OPTIONS}`,
  ),
  cached(
    '--sysroot',
    { 'a.rs': LIB },
    `$WRAPPER rustc --sysroot "$(rustc --print sysroot)" ${OPTIONS}`,
    always('failed', `$WRAPPER rustc --sysroot="$(rustc +nightly --print sysroot)" ${OPTIONS} 2>/dev/null`),
  ),
  cached(
    'a sysroot of links, one of which changes',
    { 'a.rs': LIB },
    shell(
      'mkdir -p s/lib/rustlib/x86_64-unknown-linux-gnu/lib; ' +
        'ln -s $(rustc --print target-libdir)/* s/lib/rustlib/x86_64-unknown-linux-gnu/lib/',
    ),
    `$WRAPPER rustc --sysroot s ${OPTIONS}`,
    shell('rm s/lib/rustlib/x86_64-unknown-linux-gnu/lib/libtest-*'),
    `$WRAPPER rustc --sysroot s ${OPTIONS}`,
    always(
      'failed',
      `rm s/lib/rustlib/x86_64-unknown-linux-gnu/lib/libcore-*; $WRAPPER rustc --sysroot s ${OPTIONS} 2>/dev/null`,
    ),
  ),
  cached(
    'RUSTC_BOOTSTRAP by its value',
    { 'a.rs': LIB },
    `$WRAPPER rustc ${OPTIONS}`,
    `RUSTC_BOOTSTRAP=1 $WRAPPER rustc ${OPTIONS}`,
    `RUSTC_BOOTSTRAP=a $WRAPPER rustc ${OPTIONS}`,
    again(`$WRAPPER rustc ${OPTIONS}`),
  ),
]);

const script = (body: string) => `#!/bin/sh\n${body}\n`;

describeRust('rustc: scripts around it', [
  cached(
    'that go by a variable',
    {
      'a.rs': MAYBE,
      'w/rustc': script('exec rustc $MY_FLAGS "$@"'),
    },
    shell('chmod +x w/rustc'),
    `$WRAPPER w/rustc ${OPTIONS}`,
    `MY_FLAGS='--cfg x' $WRAPPER w/rustc ${OPTIONS}`,
    `MY_FLAGS='--cfg y' $WRAPPER w/rustc ${OPTIONS}`,
    again(`MY_FLAGS='--cfg x' $WRAPPER w/rustc ${OPTIONS}`),
    again(`OTHER=x $WRAPPER w/rustc ${OPTIONS}`),
  ),
  cached(
    'that call another script',
    {
      'a.rs': MAYBE,
      'w/rustc': script('exec "$(dirname "$0")/inner" "$@"'),
      'w/inner': script('exec rustc "$@"'),
    },
    shell('chmod +x w/*'),
    `$WRAPPER w/rustc ${OPTIONS}`,
    write({ 'w/inner': script('exec rustc --cfg x "$@"') }),
    `$WRAPPER w/rustc ${OPTIONS}`,
    write({ 'w/inner': script('exec rustc "$@"') }),
    again(`$WRAPPER w/rustc ${OPTIONS}`),
  ),
  cached(
    'that read a file',
    { 'a.rs': MAYBE, 'w/rustc': script('exec rustc $(cat flags) "$@"'), flags: '--cfg x' },
    shell('chmod +x w/rustc'),
    `$WRAPPER w/rustc ${OPTIONS}`,
    write({ flags: '--cfg y' }),
    `$WRAPPER w/rustc ${OPTIONS}`,
    shell('touch -d 2024-06-05 flags'),
    again(`$WRAPPER w/rustc ${OPTIONS}`),
  ),
  cached(
    'a wrapper of the workspace that adds an option',
    { 'a.rs': MAYBE, wrap: script('rustc=$1; shift; exec "$rustc" $EXTRA_FLAGS "$@"') },
    shell('chmod +x wrap'),
    `$WRAPPER ./wrap $(command -v rustc) ${OPTIONS}`,
    `EXTRA_FLAGS='--cfg x' $WRAPPER ./wrap $(command -v rustc) ${OPTIONS}`,
    write({ wrap: script('rustc=$1; shift; exec "$rustc" --cfg y "$@"') }),
    `$WRAPPER ./wrap $(command -v rustc) ${OPTIONS}`,
  ),
  cached(
    'nested wrappers: clippy behind a script',
    { 'a.rs': POINTER, wrap: script('exec clippy-driver "$@"') },
    shell('chmod +x wrap'),
    `$WRAPPER ./wrap $(command -v rustc) ${OPTIONS}`,
    write({ 'clippy.toml': 'avoid-breaking-exported-api = false\n' }),
    `$WRAPPER ./wrap $(command -v rustc) ${OPTIONS}`,
  ),
  cached(
    'that is no rustc',
    { 'a.rs': LIB, 'w/rustc': script('echo nothing') },
    compile(
      `chmod +x w/rustc; $WRAPPER w/rustc ${OPTIONS}`,
      'cannot-cache: compiler not understood',
      'cannot-cache: compiler not understood',
    ),
  ),
  cached(
    'that prints something of its own',
    { 'a.rs': LIB, 'w/rustc': script('echo out; echo err >&2; exec rustc "$@"') },
    shell('chmod +x w/rustc'),
    always('cannot-cache: compiler not understood', `$WRAPPER w/rustc ${OPTIONS}`),
  ),
]);
