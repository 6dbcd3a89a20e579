/** Benchmark of a Rust crate, called as cargo does: a library of some MB that uses many others. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { warmHits } from './compiles.mjs';

const EXTERNS = Array.from({ length: 20 }, (_, i) => `used${i}`);

/** Each with five derived traits: 2.5 MB of metadata, and as much in the library, which has them in it. */
const TYPES = 400;

/** Metadata, sections and names as cargo asks for them. */
const AS_CARGO = [
  '--edition=2021',
  '--error-format=json',
  '--json=diagnostic-rendered-ansi,artifacts,future-incompat',
  '--crate-type=lib',
  '--emit=dep-info,metadata,link',
  '-Cembed-bitcode=no',
  '-Cdebuginfo=2',
  '-Cmetadata=0123456789abcdef',
  '-Cextra-filename=-0123456789abcdef',
];

/** A warm hit on a library of some MB with 20 crates that it names. */
export async function hitCrate(world) {
  const title = `Hit: a Rust library of some MB, ${EXTERNS.length} crates named`;
  const rustc = installedRustc();
  if (rustc === undefined) {
    console.log(`\n${title}: rustc is not installed`);
    return undefined;
  }
  const folder = join(world.folder, 'crates');
  mkdirSync(join(folder, 'deps'), { recursive: true });
  for (const name of EXTERNS) {
    writeFileSync(join(folder, `${name}.rs`), `pub fn value() -> u32 { ${name.length} }\n`);
    const words = ['--crate-name', name, `${name}.rs`, ...AS_CARGO, '--out-dir', 'deps'];
    execFileSync(rustc, words, { cwd: folder, stdio: 'ignore' });
  }
  writeFileSync(join(folder, 'lib.rs'), librarySource());
  await sleep(2500); // Caches do not trust files that are younger than their clock can tell apart.
  const externs = EXTERNS.flatMap((name) => ['--extern', `${name}=deps/lib${name}-0123456789abcdef.rmeta`]);
  const words = ['--crate-name', 'library', 'lib.rs', ...AS_CARGO, '--out-dir', '.', '-Ldependency=deps', ...externs];
  // ccache knows no Rust.
  const tools = world.tools.filter(({ name }) => name !== 'ccache');
  return warmHits({ ...world, tools, folder }, { title, argv: [rustc, ...words], rounds: 7, bare: 1, hits: 20 });
}

/** The compiler itself, which cargo calls, behind the proxy that rustup puts into `PATH`. */
function installedRustc() {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const sysroot = execFileSync('rustc', ['--print', 'sysroot'], options).trim();
    return join(sysroot, 'bin/rustc');
  } catch {
    return undefined;
  }
}

function librarySource() {
  const types = Array.from(
    { length: TYPES },
    (_, i) => `#[derive(Debug, Clone, PartialEq, PartialOrd, Hash)]
pub struct Type${i} { pub number: u32, pub name: String, pub more: Vec<Option<String>> }`,
  );
  const sum = EXTERNS.map((name) => `${name}::value()`).join(' + ');
  return `${types.join('\n')}\npub fn sum() -> u32 { ${sum} }\n`;
}
