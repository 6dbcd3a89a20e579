import { join } from 'node:path';
import { expect, it } from 'vitest';
import { playRandomly, randomPlan, requireSame } from '../../rig/random-sequences.ts';
import { World } from '../../rig/world.ts';
import type { Edit } from './edits.ts';
import { play, startDaemons } from './play.ts';
import { type Sequence, sequences } from './sequence.ts';

/**
 * Random sequences of edits and compiles, each played with the bare compiler, with sccache, and with sccache and what
 * that left in the cache: every compile must end, say and leave behind the same.
 */
const PLAN = randomPlan(60);

it(`random sequences of edits, ${PLAN.seconds} s from seed ${PLAN.firstSeed}`, { timeout: PLAN.timeout }, async () => {
  await using world = new World({ env: { SCCACHE_IDLE_TIMEOUT: '0' } });
  await startDaemons(world);
  const outcomes = new Map<string, number>();
  const played = await playRandomly(PLAN, sequences(), (sequence, run) => compare(world, sequence, run, outcomes));
  console.log(`${played} sequences\n${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join('\n')}`);
  // A generator that makes nothing that can be found again would prove nothing.
  expect(outcomes.get('hit') ?? 0).toBeGreaterThan(outcomes.get('miss') ?? 0);
});

async function compare(world: World, sequence: Sequence, run: string, outcomes: Map<string, number>): Promise<void> {
  const root = join(world.project, run.padStart(6, '0'));
  const bare = await play(world, sequence, root, undefined);
  const cold = await play(world, sequence, root, run);
  requireSame('empty cache', bare, cold);
  const warm = await play(world, sequence, root, run);
  requireSame('filled cache', bare, warm);
  for (const { outcome } of [...cold, ...warm]) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (sequence.steps.some(({ edit }) => isNotFoundAgain(edit))) return;
  for (const [index, { outcome, command }] of cold.entries()) {
    const again = warm[index]?.outcome;
    if ((outcome === 'miss' || outcome === 'hit') && again !== 'hit') {
      throw new Error(`step ${index} came to ${outcome}, and the second time to ${again}\n$ ${command}`);
    }
  }
}

/** A precompiled header's bytes are others each time; where a link leads to itself, nobody can tell that nothing is there. */
function isNotFoundAgain(edit: Edit): boolean {
  return edit.kind === 'precompile' || (edit.kind === 'link' && edit.directory === edit.to);
}
