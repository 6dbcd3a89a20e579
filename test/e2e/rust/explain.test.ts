import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectExplained, type Miss } from '../../rig/explained.ts';
import { rustEnvironment } from '../../rig/rust.ts';
import { World } from '../../rig/world.ts';

const LIB = '$R --crate-name x --crate-type lib --emit=link,metadata,dep-info --out-dir . x.rs';
const DEPENDENT = `$R --crate-name low --crate-type lib --emit=link,metadata -C metadata=low --out-dir . low.rs && sleep 0.05 && ${LIB} --extern low=liblow.rlib -L dependency=.`;
const PLAIN = { 'x.rs': 'pub fn f() -> u32 { 1 }\n' };
const WITH_CRATE = { 'x.rs': 'pub fn f() -> u32 { low::g() }\n', 'low.rs': 'pub fn g() -> u32 { 1 }\n' };

const MISSES: readonly Miss[] = [
  {
    name: 'the source changed',
    files: PLAIN,
    first: LIB,
    change: { 'x.rs': 'pub fn f() -> u32 { 2 }\n' },
    why: ['source changed: x.rs'],
  },
  {
    name: 'a module changed',
    files: { 'x.rs': 'mod m;\npub use m::f;\n', 'm.rs': 'pub fn f() {}\n' },
    first: LIB,
    change: { 'm.rs': 'pub fn f() { }\n' },
    why: ['file changed: m.rs'],
  },
  {
    name: 'a module moved to a directory of its own',
    files: { 'x.rs': 'mod m;\npub use m::f;\n', 'm.rs': 'pub fn f() {}\n' },
    first: LIB,
    change: { 'm.rs': undefined, 'm/mod.rs': 'pub fn f() {}\n' },
    why: ['file appeared where it is found first: m/mod.rs', 'file is gone: m.rs'],
  },
  {
    name: 'a file of include_str! changed',
    files: { 'x.rs': 'pub const T: &str = include_str!("t.txt");\n', 't.txt': 'one' },
    first: LIB,
    change: { 't.txt': 'two' },
    why: ['file changed: t.txt'],
  },
  {
    name: 'a file of include_bytes! changed',
    files: { 'x.rs': 'pub const T: &[u8] = include_bytes!("sub/t.bin");\n', 'sub/t.bin': 'one' },
    first: LIB,
    change: { 'sub/t.bin': 'two' },
    why: ['file changed: sub/t.bin'],
  },
  {
    name: 'a variable of env! has another value',
    files: { 'x.rs': 'pub const V: &str = env!("V");\n' },
    first: LIB,
    env: { V: '1' },
    secondEnv: { V: '2' },
    why: ['environment variable changed: V (1 → 2)'],
  },
  {
    name: 'a variable of option_env! is set',
    files: { 'x.rs': 'pub const V: Option<&str> = option_env!("V");\n' },
    first: LIB,
    secondEnv: { V: '2' },
    why: [/^environment variable changed: V \(.*2\)$/],
  },
  {
    name: 'another crate below',
    files: WITH_CRATE,
    first: DEPENDENT,
    change: { 'low.rs': 'pub fn g() -> u32 { 2 }\n' },
    why: [/^crate that --extern names changed: low/],
  },
  {
    name: 'one more crate',
    files: { ...WITH_CRATE, 'x.rs': 'pub fn f() -> u32 { 1 }\n' },
    first: `$R --crate-name low --crate-type lib --emit=link,metadata --out-dir . low.rs && sleep 0.05 && ${LIB}`,
    second: `${LIB} --extern low=liblow.rlib`,
    why: [/^crate that --extern names added: low/],
  },
  {
    name: 'another edition',
    files: PLAIN,
    first: `${LIB} --edition 2018`,
    second: `${LIB} --edition 2021`,
    why: ['argument changed: --edition 2018 → --edition 2021'],
  },
  {
    name: 'a feature',
    files: PLAIN,
    first: LIB,
    second: `${LIB} --cfg 'feature="f"'`,
    why: ['argument added: --cfg feature="f"'],
  },
  {
    name: 'another optimisation',
    files: PLAIN,
    first: `${LIB} -C opt-level=1`,
    second: `${LIB} -C opt-level=3`,
    why: ['argument changed: -C opt-level=1 → -C opt-level=3'],
  },
  {
    name: 'debug information',
    files: PLAIN,
    first: LIB,
    second: `${LIB} -C debuginfo=2`,
    why: ['argument added: -C debuginfo=2'],
  },
  {
    name: 'another hash of cargo',
    files: PLAIN,
    first: `${LIB} -C metadata=a`,
    second: `${LIB} -C metadata=b`,
    why: ['argument changed: -C metadata=a → -C metadata=b'],
  },
  {
    name: 'another way of messages',
    files: PLAIN,
    first: LIB,
    second: `${LIB} --error-format=json --json=artifacts`,
    why: ['argument added: --json artifacts'],
  },
  {
    name: 'messages that look different',
    files: { 'x.rs': 'pub fn f() { let unused = 1; }\n' },
    first: LIB,
    second: `${LIB} --diagnostic-width=50`,
    why: [/^meaning of the command line changed: look of messages/],
  },
  {
    name: 'another kind of crate',
    files: PLAIN,
    first: LIB,
    second: LIB.replace('--crate-type lib', '--crate-type rlib'),
    why: ['kind of crate removed: lib', 'kind of crate added: rlib'],
  },
  {
    name: 'something else is emitted',
    files: PLAIN,
    first: LIB,
    second: LIB.replace('link,metadata,dep-info', 'link,metadata,dep-info,asm'),
    why: [/^kind of output added: asm$/],
  },
  {
    name: 'a native library changed',
    files: {
      'x.rs': 'extern "C" { fn n() -> i32; }\npub fn f() -> i32 { unsafe { n() } }\n',
      'n.c': 'int n(void) { return 1; }\n',
    },
    first: `gcc -c n.c && rm -f libn.a && ar rcs libn.a n.o && sleep 0.05 && ${LIB} -L native=. -l static=n`,
    change: { 'n.c': 'int n(void) { return 2; }\n' },
    why: ['file changed: libn.a'],
  },
  {
    name: 'a crate in a search path changed',
    files: { 'x.rs': 'extern crate low;\npub fn f() -> u32 { low::g() }\n', 'low.rs': 'pub fn g() -> u32 { 1 }\n' },
    first: `mkdir -p d && $R --crate-name low --crate-type lib --emit=link,metadata --out-dir d low.rs && sleep 0.05 && ${LIB} -L d`,
    change: { 'low.rs': 'pub fn g() -> u32 { 2 }\n' },
    why: ['crate in a search path (-L) changed: liblow.rlib', 'crate in a search path (-L) changed: liblow.rmeta'],
  },
  {
    name: 'a lint is forbidden',
    files: PLAIN,
    first: LIB,
    second: `${LIB} -D warnings`,
    why: ['argument added: -D warnings'],
  },
  {
    name: 'a cache buster',
    files: PLAIN,
    first: LIB,
    secondEnv: { SCCACHE_C_CUSTOM_CACHE_BUSTER: 'other' },
    why: [/^environment variable changed: SCCACHE_C_CUSTOM_CACHE_BUSTER \(.* → other\)$/],
  },
  {
    name: 'an extra file changed',
    files: { ...PLAIN, extra: 'one' },
    first: LIB,
    env: { SCCACHE_EXTRAFILES: 'extra' },
    change: { extra: 'two' },
    why: ['file of SCCACHE_EXTRAFILES changed: extra'],
  },
  {
    name: 'the version that RUSTC_BOOTSTRAP gives',
    files: PLAIN,
    first: LIB,
    secondEnv: { RUSTC_BOOTSTRAP: '1' },
    why: ['environment variable added: RUSTC_BOOTSTRAP (1)'],
  },
  {
    name: 'a program is linked with another crate',
    files: { 'low.rs': 'pub fn g() -> i32 { 0 }\n', 'x.rs': 'fn main() { std::process::exit(low::g()) }\n' },
    first: DEPENDENT.replace('--crate-name x --crate-type lib', '--crate-name x --crate-type bin'),
    change: { 'low.rs': 'pub fn g() -> i32 { 1 - 1 }\n' },
    why: [/^crate that --extern names changed: low/],
  },
  {
    name: 'a compile that fails',
    files: PLAIN,
    first: LIB,
    change: { 'x.rs': 'pub fn f( {}\n' },
    second: `! ${LIB}`,
    outcome: 'the compile failed',
    why: [],
  },
];

describe('--explain names the cause of a miss (rustc)', () => {
  let world: World;
  beforeAll(async () => {
    world = new World();
    await world.startDaemon();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  it.each(MISSES.map((miss, index) => ({ ask: 'x.rs', ...miss, index })))('$name', async ({ index, ...miss }) => {
    const variables = { ...rustEnvironment(world, world.sccache), R: `${world.sccache} rustc` };
    await expectExplained(world, miss, world.path(String(index)), variables);
  });
});
