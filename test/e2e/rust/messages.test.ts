import { again, always, type CommandStep, cached, compile, shell } from '../../rig/differential.ts';
import { describeRust } from '../../rig/rust.ts';

const LIB = 'pub fn f() -> u32 { 1 }\n';
/** With a line that is longer than any terminal here. */
const WARNS = `pub fn f() { let unused = "${'a'.repeat(150)}"; }\n`;
const RLIB = '$WRAPPER rustc --crate-name a --crate-type lib --edition 2021 a.rs';
const JSON_MESSAGES = `${RLIB} --error-format=json --json=artifacts,diagnostic-rendered-ansi`;

/** A command on a terminal of so many columns. */
function terminal(columns: number, command: string, cold = 'miss', warm = 'hit'): CommandStep {
  // The dot is what `script` needs to have the whole of the output before it ends.
  const script = `stty cols ${columns} rows 40; ${command}; code=$?; sleep 0.1; exit $code`;
  return compile(`script -qec '${script}' /dev/null </dev/null`, cold, warm, { env: { TERM: 'xterm' } });
}

describeRust('rustc: the look of messages', [
  cached(
    'does not matter where there are none',
    { 'a.rs': LIB },
    RLIB,
    ...[
      '--diagnostic-width=70',
      '--color=always',
      '--error-format=short',
      '--error-format=json',
      '--error-format json --json diagnostic-short --diagnostic-width 9',
    ].map((options) => again(`${RLIB} ${options}`)),
    again(RLIB, { env: { CLICOLOR_FORCE: '1' } }),
    JSON_MESSAGES,
    again(JSON_MESSAGES.replace(',diagnostic-rendered-ansi', ' --json=diagnostic-short --diagnostic-width=80')),
    `${RLIB} --error-format=json --json=future-incompat`,
    always('failed', `${RLIB} --error-format=human --json=artifacts`),
    always('failed', `${RLIB} --color=sometimes`),
    always('failed', `${RLIB} --color=never --color=never`),
    always('failed', `${RLIB} --diagnostic-width=x`),
    always('failed', `${RLIB} --error-format=json --json=nonsense`),
  ),
  cached(
    'matters where there are',
    { 'a.rs': WARNS },
    RLIB,
    `${RLIB} --diagnostic-width=70`,
    `${RLIB} --color=always`,
    `${RLIB} --error-format=short`,
    `${RLIB} --error-format=json`,
    JSON_MESSAGES,
    `${JSON_MESSAGES} --diagnostic-width=70`,
    compile(RLIB, 'miss', 'hit', { env: { CLICOLOR_FORCE: '1' } }),
    again(RLIB),
    again(`${JSON_MESSAGES} --diagnostic-width=70`),
  ),
  cached(
    'on a terminal',
    { 'a.rs': WARNS },
    terminal(60, RLIB),
    terminal(60, RLIB, 'hit'),
    terminal(100, RLIB),
    terminal(100, `${RLIB} --color never`),
    terminal(60, `${RLIB} --diagnostic-width=100`, 'hit'),
    terminal(100, `${RLIB} --color auto`, ...Array(2).fill('cannot-cache: rustc writes its messages for a terminal')),
    terminal(60, `NO_COLOR=1 ${RLIB}`, ...Array(2).fill('cannot-cache: rustc writes its messages for a terminal')),
  ),
  cached(
    'of a failure on a terminal',
    { 'a.rs': `${WARNS}pub fn g() -> u32 { f() }\n` },
    terminal(60, RLIB, 'failed', 'failed'),
  ),
  cached(
    'on a terminal, where there are no messages',
    { 'a.rs': LIB },
    terminal(60, RLIB),
    terminal(100, RLIB, 'hit'),
    again(RLIB),
  ),
  ...[
    `${RLIB} 2>&1 | cat`,
    `${RLIB} --error-format=json 2>err </dev/null; cat err`,
    `${RLIB} 2>err; cat err; rm err`,
    `${RLIB} 2>&1 >out </dev/null | cat`,
    `${JSON_MESSAGES} 2>&1 >out </dev/null | cat`,
  ].map((command) =>
    cached(
      `where only another stream is a terminal: ${command}`,
      { 'a.rs': WARNS },
      terminal(60, command),
      terminal(100, command),
      terminal(60, command, 'hit'),
    ),
  ),
]);

describeRust('rustc: the order of options', [
  cached(
    'of several settings',
    { 'a.rs': LIB },
    `${RLIB} -C opt-level=2 -C debuginfo=1 -C metadata=x -C panic=abort --cap-lints warn`,
    again(`${RLIB} --cap-lints=warn -Cpanic=abort -C metadata=x --codegen debuginfo=1 -Copt-level=2`),
    `${RLIB} -g -O`,
    again(`${RLIB} -O -g`),
    again(`${RLIB} -gO`),
    again(`${RLIB} -Og`),
  ),
  cached(
    'of one setting',
    { 'a.rs': LIB },
    `${RLIB} -C opt-level=2 -C opt-level=1`,
    `${RLIB} -C opt-level=1 -C opt-level=2`,
    `${RLIB} -O -C opt-level=1`,
    `${RLIB} -C opt-level=1 -O`,
    `${RLIB} -C target-feature=+avx -C target-feature=-avx`,
    `${RLIB} -C target-feature=-avx -C target-feature=+avx`,
  ),
  cached(
    'of lints',
    { 'a.rs': WARNS },
    `${RLIB} -A unused -W unused`,
    `${RLIB} -W unused -A unused`,
    `${RLIB} --warn unused -A unused_variables`,
    `${RLIB} -A unused_variables --warn unused`,
  ),
  cached(
    'of link arguments',
    { 'a.rs': 'fn main() {}\n' },
    shell('echo "int x;" > x.c; gcc -c x.c; echo "int y;" > y.c; gcc -c y.c'),
    '$WRAPPER rustc a.rs -C link-arg=x.o -C link-args=y.o',
    '$WRAPPER rustc a.rs -C link-args=y.o -C link-arg=x.o',
  ),
]);
