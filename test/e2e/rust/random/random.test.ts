import { join } from 'node:path';
import { expect, it } from 'vitest';
import { playRandomly, randomPlan, requireSame } from '../../../rig/random-sequences.ts';
import { World } from '../../../rig/world.ts';
import { play } from './play.ts';
import { type Sequence, sequences } from './sequence.ts';

/**
 * Random edits of a cargo workspace, each followed by a cargo command, played with the bare compiler, with sccache, and
 * with sccache and what that left in the cache: every command must end, say and leave behind the same.
 */
const PLAN = randomPlan(45);

it(`random edits of a workspace, ${PLAN.seconds} s from seed ${PLAN.firstSeed}`, {
  timeout: PLAN.timeout,
}, async () => {
  await using world = new World({ env: { SCCACHE_IDLE_TIMEOUT: '0' } });
  await world.startDaemon();
  const outcomes = new Map<string, number>();
  const played = await playRandomly(PLAN, sequences(), (sequence, run) => compare(world, sequence, run, outcomes));
  console.log(`${played} sequences\n${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join('\n')}`);
  expect(outcomes.get('hit') ?? 0).toBeGreaterThan(0);
});

async function compare(world: World, sequence: Sequence, run: string, outcomes: Map<string, number>): Promise<void> {
  const root = join(world.project, 'random');
  const bare = await play(world, sequence, root, undefined);
  const cold = await play(world, sequence, root, run);
  requireSame('empty cache', bare, cold);
  const warm = await play(world, sequence, root, run);
  requireSame('filled cache', bare, warm);
  for (const { outcome } of [...cold, ...warm]) {
    for (const word of outcome.split(', ')) outcomes.set(word, (outcomes.get(word) ?? 0) + 1);
  }
  for (const [index, { outcome, command }] of cold.entries()) {
    const expected = sorted(outcome.replaceAll('miss', 'hit'));
    const again = sorted(warm[index]?.outcome ?? '');
    if (again !== expected) throw new Error(`step ${index}: ${outcome}, and the second time ${again}\n$ ${command}`);
  }
}

function sorted(outcome: string): string {
  return outcome.split(', ').sort().join(', ');
}
