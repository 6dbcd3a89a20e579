import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rustEnvironment } from '../../rig/rust.ts';
import { World } from '../../rig/world.ts';

const PACKAGE = {
  'Cargo.toml': '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n',
  'src/lib.rs': 'pub fn value() -> u32 { 1 }\n',
  'src/main.rs': 'fn main() { println!("{}", app::value()); }\n',
};

/** The bytes differ from run to run, so what counts is what the programs do. */
describe('incremental compiles', () => {
  let world: World;
  beforeAll(async () => {
    world = new World();
    await world.startDaemon();
    world.write(PACKAGE);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  /** What the program says, and what the compiles came to but for cargo's questions. */
  async function build(switches: Record<string, string>): Promise<readonly string[]> {
    const env = { ...rustEnvironment(world, world.sccache), CARGO_INCREMENTAL: '1', ...switches };
    let said = '';
    const outcomes = await world.outcomes(async () => {
      said = await world.succeed('cargo build -q && target/debug/app', { env, timeoutMs: 60_000 });
    });
    return [said.trim(), ...outcomes.split(', ').filter((word) => !/^(?:not-compilation|cannot-cache: -)$/.test(word))];
  }

  it('are passed through', async () => {
    expect(await build({})).toEqual(['1', 'cannot-cache: incremental', 'cannot-cache: incremental']);
  });

  it('are kept where the user says so, and edits are seen', async () => {
    const keeps = { SCCACHE_INCREMENTAL: '1', CARGO_TARGET_DIR: 'target' };
    await world.succeed('rm -r target');
    expect(await build(keeps)).toEqual(['1', 'miss', 'miss']);
    await world.succeed('rm -r target');
    expect(await build(keeps)).toEqual(['1', 'hit', 'hit']);
    world.write({ 'src/lib.rs': 'pub fn value() -> u32 { 2 }\n' });
    expect(await build(keeps)).toEqual(['2', 'miss', 'miss']);
    world.write({ 'src/lib.rs': PACKAGE['src/lib.rs'] });
    expect(await build(keeps)).toEqual(['1', 'hit', 'hit']);
    world.write({ 'src/lib.rs': 'pub fn value() -> u32 { 3 }\n' });
    expect(await build(keeps)).toEqual(['3', 'miss', 'miss']);
  });
});
