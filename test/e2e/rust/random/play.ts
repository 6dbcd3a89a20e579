import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../../../rig/processes.ts';
import { type PlayedStep, reportLines } from '../../../rig/random-sequences.ts';
import { rustEnvironment, WRITTEN_BY_CARGO } from '../../../rig/rust.ts';
import { outcomesBetween } from '../../../rig/statistics.ts';
import { describeTree, snapshot } from '../../../rig/tree.ts';
import type { World } from '../../../rig/world.ts';
import { RandomWorkspace } from './project.ts';
import type { Edit, Sequence, Step } from './sequence.ts';

/** Two kernel ticks: cargo notices an edit by its time, which has to be later than that of the build before. */
const LATER_MS = 10;

/**
 * Plays a sequence in a directory that is made anew.
 *
 * @param salt keeps results apart from those of all other sequences; undefined: with the bare compiler
 */
export async function play(
  world: World,
  sequence: Sequence,
  root: string,
  salt: string | undefined,
): Promise<PlayedStep[]> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  const workspace = new RandomWorkspace(root);
  const apply = async (edit: Edit): Promise<void> => {
    if (edit.kind !== 'restart') return workspace.apply(edit);
    if (salt === undefined) return;
    await world.stopDaemon();
    await world.startDaemon();
  };
  for (const source of sequence.sources) await apply(source);
  const played: PlayedStep[] = [];
  for (const step of sequence.steps) {
    await sleep(LATER_MS);
    await apply(step.edit);
    played.push(await runCargo(world, workspace, step, salt));
  }
  return played;
}

async function runCargo(
  world: World,
  workspace: RandomWorkspace,
  { command, variables }: Step,
  salt: string | undefined,
): Promise<PlayedStep> {
  const env = world.environment({
    ...rustEnvironment(world, salt === undefined ? '' : world.sccache),
    ...variables,
    ...(salt !== undefined && { SCCACHE_C_CUSTOM_CACHE_BUSTER: salt }),
  });
  const before = snapshot(workspace.root);
  const statistics = salt === undefined ? undefined : await world.runningStats();
  const [word = '', ...words] = command.split(' ');
  const options = { cwd: workspace.directory, env, timeoutMs: 120_000 };
  const { code, signal, stdout, stderr } = await start('cargo', [word, '-q', ...words], options).ended;
  const shown = Object.entries(variables).map(([name, value]) => `${name}='${value}' `);
  return {
    command: `${shown.join('')}cargo ${command}`,
    report: [
      `ended with ${signal ?? code}`,
      ...reportLines('stdout', stdout),
      // Of crates that do not need each other cargo takes any one first.
      ...reportLines('stderr', stderr).sort(),
      ...describeTree(snapshot(workspace.root), before, WRITTEN_BY_CARGO).split('\n'),
    ],
    outcome: statistics ? outcomesBetween(statistics, await world.runningStats()) : '',
  };
}
