import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rustEnvironment } from '../../rig/rust.ts';
import { World } from '../../rig/world.ts';

/** Code that takes rustc some time after the metadata are written. */
const LARGE = Array.from(
  { length: 100 },
  (_, n) =>
    `pub fn f${n}(s: &str) -> Vec<String> { s.split('${n % 10}').map(|w| w.to_uppercase() + "${n}").collect() }\n`,
).join('');

/** Prints each line of standard error with the milliseconds at which it came, and `end` when the command has ended. */
const timed = (command: string): string =>
  `{ ${command} 2>&1; echo end; } | while IFS= read -r line; do echo "$(date +%s%3N) $line"; done`;

describe('messages while rustc runs', () => {
  let world: World;
  let env: Record<string, string>;
  beforeAll(() => {
    world = new World();
    env = rustEnvironment(world, '');
    world.write({ 'a.rs': LARGE });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const options = '--crate-name a --crate-type lib --error-format=json --json=artifacts --emit=metadata,link a.rs';
  const metadataLines = (text: string): string[] =>
    text.split('\n').filter((line) => line.includes('"emit":"metadata"'));

  it('the metadata are announced before the code is made, once', async () => {
    const text = await world.succeed(timed(`${world.sccache} rustc ${options}`), { env });
    const lines = metadataLines(text);
    expect(lines).toHaveLength(1);
    const end = text.split('\n').find((line) => line.endsWith(' end')) ?? '';
    expect(Number.parseInt(end, 10) - Number.parseInt(lines[0] ?? '', 10)).toBeGreaterThan(20);
  });

  it('once on a hit, too', async () => {
    const before = await world.runningStats();
    const text = await world.succeed(`${world.sccache} rustc ${options} 2>&1`, { env });
    expect((await world.runningStats()).stats.cache_hits.counts['Rust'] ?? 0).toBe(
      (before.stats.cache_hits.counts['Rust'] ?? 0) + 1,
    );
    expect(metadataLines(text)).toHaveLength(1);
  });
});
