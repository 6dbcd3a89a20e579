import { again, always, cached, shell, write } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const MAIN = 'fn main() { println!("x"); }\n';
const SHARED = '#[no_mangle] pub extern "C" fn f() {}\n#[no_mangle] pub extern "C" fn g() {}\n';
const BIN = '$WRAPPER rustc --crate-name a --crate-type bin a.rs';
const CDYLIB = '$WRAPPER rustc --crate-name a --crate-type cdylib a.rs';
/** Where a linker that is called without a driver finds the C library. */
const SYSTEM =
  '-L native=$(dirname $(gcc -print-file-name=libc.so)) -L native=$(dirname $(gcc -print-libgcc-file-name))';

describeRust('rustc: linkers', [
  ...[
    '-C linker=clang',
    '-C linker=gcc -C link-arg=-fuse-ld=bfd',
    '-C linker=$(command -v cc)',
    '-C linker-flavor=gcc',
    '-C link-self-contained=yes',
    '-C target-feature=+crt-static',
    '-C link-arg=-static-libgcc -C link-args="-Wl,-O1 -Wl,--as-needed"',
    '-C relro-level=off -C default-linker-libraries=yes',
    '-C rpath',
  ].map((options) => cached(`a program with ${options}`, { 'a.rs': MAIN }, `${BIN} ${options}`)),
  ...['-Z unstable-options -C linker-features=-lld', '-Z pre-link-arg=-Wl,--no-undefined'].map((options) =>
    cached(`a program with ${options}`, { 'a.rs': MAIN }, `RUSTC_BOOTSTRAP=1 ${BIN} ${options}`),
  ),
  ...[
    '-C linker=rust-lld',
    '-C linker=ld',
    '-C linker=ld.bfd',
    '-C linker=ld -C linker-flavor=ld',
    '-C linker-flavor=ld.lld -C linker=rust-lld',
  ].map((options) => cached(`without a driver: ${options}`, { 'a.rs': SHARED }, `${CDYLIB} ${options} ${SYSTEM}`)),
  cached(
    'a script as linker',
    { 'a.rs': MAIN, 'tie.sh': '#!/bin/sh\nexec cc "$@"\n' },
    shell('chmod +x tie.sh'),
    `${BIN} -C linker=./tie.sh`,
    write({ 'tie.sh': '#!/bin/sh\nexec cc "$@" -Wl,--build-id=sha1\n' }),
    `${BIN} -C linker=./tie.sh`,
  ),
  cached(
    'lld, which rustc brings along',
    { 'a.rs': MAIN },
    `${BIN} -C link-arg=-fuse-ld=lld && ./a`,
    `${BIN} -C link-arg=-fuse-ld=lld -C link-arg=-Wl,--threads=1`,
  ),
  ...['', '--error-format=json', '-C linker=clang', `-C linker=ld -L native=.`].map((options) =>
    cached(
      `the command of a link that fails, as rustc shows it: ${options}`,
      { 'a.rs': 'extern "C" { fn missing(); }\nfn main() { unsafe { missing() } }\n' },
      // A directory with a name of chance is part of it.
      always('failed', `${BIN} ${options} 2>&1 | sed 's,/rustc[A-Za-z0-9]*/,/rustc/,g'`),
    ),
  ),
  cached(
    'a linker that is no linker',
    { 'a.rs': MAIN },
    always('cannot-cache: linker not understood', `${BIN} -C linker=true`),
    always('cannot-cache: linker not understood', `${BIN} -C linker=missing 2>/dev/null`),
  ),
  ...[
    ['a dynamic list', '-Wl,--dynamic-list=', '{ f; };', '{ g; };'],
    ['symbols to keep', '-Wl,--retain-symbols-file=', 'f\n', 'g\n'],
    [
      'a linker script',
      '-Wl,-T,',
      'SECTIONS { .x : { *(.x) } } INSERT AFTER .text;',
      'SECTIONS { .y : { *(.y) } } INSERT AFTER .text;',
    ],
  ].map(([name = '', option = '', one = '', other = '']) =>
    cached(
      name,
      { 'a.rs': SHARED, list: one },
      `${CDYLIB} -C link-arg=-fuse-ld=bfd -C link-arg=${option}list`,
      write({ list: other }),
      `${CDYLIB} -C link-arg=-fuse-ld=bfd -C link-arg=${option}list`,
      write({ list: one }),
      again(`${CDYLIB} -C link-arg=-fuse-ld=bfd -C link-arg=${option}list`),
    ),
  ),
  cached(
    'a file of link arguments',
    { 'a.rs': SHARED, args: '-Wl,-soname,one\n' },
    `${CDYLIB} -C link-arg=@args`,
    write({ args: '-Wl,-soname,two\n' }),
    `${CDYLIB} -C link-arg=@args`,
    write({ args: '-Wl,-Map=m\n' }),
    always('cannot-cache: linker not understood', `${CDYLIB} -C link-arg=@args; rm m`),
  ),
  cached(
    'a file of arguments for the linker itself',
    { 'a.rs': SHARED, args: '-soname one\n' },
    `${CDYLIB} -C link-arg=-Wl,@args`,
    write({ args: '-soname two\n' }),
    `${CDYLIB} -C link-arg=-Wl,@args`,
    write({ args: '-Map=m\n' }),
    always('cannot-cache: linker not understood', `${CDYLIB} -C link-arg=-Wl,@args; rm m`),
  ),
  ...['--time-trace', '--why-extract=w'].map((option) =>
    cached(
      `${option} writes a file`,
      { 'a.rs': SHARED },
      always(
        'cannot-cache: linker not understood',
        `${CDYLIB} -C link-arg=-Wl,${option}; ls; rm -f *.time-trace w liba.so`,
      ),
    ),
  ),
  ...['-fuse-ld', '--ld-path'].map((option) =>
    cached(
      `a linker by its path: ${option}`,
      { 'a.rs': MAIN },
      `${BIN} -C linker=clang -C link-arg=${option}=$(command -v ld.bfd)`,
    ),
  ),
  ...[
    ['link arguments', '', '-C link-arg=-Le -C link-arg=-Ld -C link-arg=-ln', 'libn.so'],
    ['LIBRARY_PATH', 'LIBRARY_PATH=e:d', '-l n', 'libn.so'],
    ['-L, by its whole name', '', '-L e -L d -l dylib:+verbatim=n.so', 'n.so'],
    ['-L, by a name with a version', '', '-L e -L d -l dylib:+verbatim=libn.so.1', 'libn.so.1'],
  ].map(([name = '', variables = '', options = '', file = '']) =>
    cached(
      `a library that appears in an earlier directory of ${name}`,
      { 'a.rs': 'extern "C" { fn n(); }\nfn main() { unsafe { n() } }\n', 'n.c': 'void n(void) {}\n' },
      shell(`mkdir d e; gcc -shared -fPIC -Wl,-soname,one n.c -o d/${file}`),
      `${variables} ${BIN} ${options}`,
      again(`${variables} ${BIN} ${options}`),
      shell(`gcc -shared -fPIC -Wl,-soname,two n.c -o e/${file}`),
      `${variables} ${BIN} ${options}`,
    ),
  ),
  ...[
    ['-B', '', '-C link-arg=-Bd', 'd/collect2'],
    ['-B, in two words', '', '-C link-arg=-B -C link-arg=d', 'd/collect2'],
    ['-B for names that begin so', '', '-C link-arg=-Bd/pre-', 'd/pre-collect2'],
    ['COMPILER_PATH', 'COMPILER_PATH=d', '', 'd/collect2'],
    ['COMPILER_PATH, for this machine', 'COMPILER_PATH=d', '', 'd/$(gcc -dumpmachine)/collect2'],
  ].map(([name = '', variables = '', options = '', program = '']) =>
    cached(
      `a program that appears where gcc looks first: ${name}`,
      { 'a.rs': MAIN, 'd/keep': '', 'collect2.sh': '#!/bin/sh\nexec $COLLECT2 "$@" --build-id=0x12\n' },
      `${variables} ${BIN} ${options}`,
      `mkdir -p $(dirname ${program}); export COLLECT2=$(gcc -print-prog-name=collect2); install collect2.sh ${program}; ${variables} ${BIN} ${options}`,
      again(`rm ${program}; ${variables} ${BIN} ${options}`),
    ),
  ),
  cached(
    'an object that appears where gcc looks first: below -B, for this machine',
    { 'a.rs': MAIN, 'd/keep': '' },
    `${BIN} -C link-arg=-Bd`,
    shell(
      'mkdir d/$(gcc -dumpmachine); ld -r --build-id=0x12 $(gcc -print-file-name=Scrt1.o) -o d/$(gcc -dumpmachine)/Scrt1.o',
    ),
    `${BIN} -C link-arg=-Bd`,
  ),
  cached(
    'LD_LIBRARY_PATH, and in it the outputs of any crate below',
    { 'a.rs': MAIN },
    `LD_LIBRARY_PATH=$PWD/t/build/b/0123456789abcdef/out:/lib ${BIN}`,
    again(`LD_LIBRARY_PATH=$PWD/t/build/c-d/fedcba9876543210/out:/lib ${BIN}`),
    `LD_LIBRARY_PATH=$PWD/t/build/b/0123456789abcdef/out:$PWD/e ${BIN}`,
  ),
  cached(
    "clang's variable for more options",
    { 'a.rs': MAIN },
    `${BIN} -C linker=clang`,
    `CCC_OVERRIDE_OPTIONS=+-Wl,--build-id=0x12 ${BIN} -C linker=clang`,
  ),
  cached(
    '-C rpath for another directory',
    { 'a.rs': MAIN, 'd/keep': '' },
    `${BIN} -C rpath -C prefer-dynamic`,
    `${BIN} -C rpath -C prefer-dynamic --out-dir d`,
  ),
  cached(
    'a file of another kind in a search path, with a name of two letters',
    { 'a.rs': MAIN, 'd/hm': 'x' },
    `${BIN} -L native=d`,
    shell('echo y >d/hm'),
    again(`${BIN} -L native=d`),
  ),
  cached(
    'a library of a name that has two letters',
    { 'a.rs': '#[link(name = "hm", kind = "static", modifiers = "+verbatim")] extern "C" { pub fn n() -> i32; }\n' },
    shell('printf "int n(void) { return 0; }" > n.c; gcc -c n.c; mkdir d; ar rcsD d/hm n.o'),
    '$WRAPPER rustc --crate-type lib -L native=d a.rs',
    shell('printf "int n(void) { return 1; }" > n.c; gcc -c n.c; rm d/hm; ar rcsD d/hm n.o'),
    '$WRAPPER rustc --crate-type lib -L native=d a.rs',
  ),
  cached(
    'a native library of each kind',
    { 'a.rs': 'extern "C" { fn n() -> i32; }\nfn main() { std::process::exit(unsafe { n() }); }\n' },
    shell(
      'printf "int n(void) { return 0; }" > n.c; gcc -c n.c; ar rcsD libn.a n.o; gcc -shared -fPIC n.c -o libm2.so',
    ),
    `${BIN} -L . -l n && ./a`,
    `${BIN} -L . -l static:-bundle,+whole-archive=n && ./a`,
    `${BIN} -L . -l static:+verbatim=libn.a && ./a`,
    `${BIN} -L native=. -l dylib:+verbatim=libm2.so`,
    always('failed', `${BIN} -L . -l framework=n 2>/dev/null`),
  ),
  cached(
    '--print native-static-libs',
    { 'a.rs': SHARED },
    '$WRAPPER rustc --crate-type staticlib --print native-static-libs a.rs',
    '$WRAPPER rustc --crate-type staticlib a.rs',
    '$WRAPPER rustc --crate-type staticlib --print native-static-libs=n.txt a.rs',
    again(
      'echo What was there, and is longer than what comes now >n.txt; chmod 600 n.txt; $WRAPPER rustc --crate-type staticlib --print native-static-libs=n.txt a.rs',
    ),
    '$WRAPPER rustc --crate-type staticlib --print native-static-libs=$PWD/m.txt a.rs --error-format=json',
    '$WRAPPER rustc --crate-type lib --print native-static-libs=o.txt a.rs',
    always('cannot-cache: --print link-args', '$WRAPPER rustc --crate-type cdylib --print link-args a.rs >/dev/null'),
  ),
]);
