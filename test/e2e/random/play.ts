import { mkdirSync, rmSync } from 'node:fs';
import { askDaemon } from '../../rig/ask-daemon.ts';
import { start } from '../../rig/processes.ts';
import { type PlayedStep, reportLines } from '../../rig/random-sequences.ts';
import { outcomesBetween, parseStatistics, type Statistics } from '../../rig/statistics.ts';
import { describeTree, snapshot } from '../../rig/tree.ts';
import type { World } from '../../rig/world.ts';
import { commandLine, variables } from './configurations.ts';
import { SOURCES } from './edits.ts';
import { RandomProject } from './project.ts';
import type { Sequence, Step } from './sequence.ts';

/** Two daemons share the world's cache. */
const PORTS = ['4226', '4227'] as const;

function socketOf(world: World, daemon: number): string {
  return world.socket.replace('4226', PORTS[daemon] ?? PORTS[0]);
}

function daemonEnvironment(daemon: number): Record<string, string> {
  return { SCCACHE_SERVER_PORT: PORTS[daemon] ?? PORTS[0] };
}

export async function startDaemons(world: World): Promise<void> {
  for (const daemon of PORTS.keys()) await world.startDaemon(daemonEnvironment(daemon));
}

/**
 * Plays a sequence in a directory that is made anew.
 *
 * @param salt keeps results apart from those of all other sequences; undefined: with the bare compilers
 */
export async function play(
  world: World,
  sequence: Sequence,
  root: string,
  salt: string | undefined,
): Promise<PlayedStep[]> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  const project = new RandomProject(root);
  const surroundings = {
    compile: async ([program, ...words]: readonly string[], cwd: string) => {
      await start(program ?? '', words, { cwd, env: world.environment() }).ended;
    },
    restartDaemon: async (daemon: number) => {
      if (salt !== undefined) await restartDaemon(world, daemon);
    },
  };
  for (const file of sequence.files) await project.apply(file, surroundings);
  const played: PlayedStep[] = [];
  for (const step of sequence.steps) {
    await project.apply(step.edit, surroundings);
    for (let time = 0; time < step.times; time += 1) {
      played.push(await compile(world, project, sequence, step, salt));
    }
  }
  return played;
}

async function restartDaemon(world: World, daemon: number): Promise<void> {
  const options = { env: daemonEnvironment(daemon) };
  await world.succeed(`${world.sccache} --stop-server`, options);
  await world.succeed(`${world.sccache} --start-server`, options);
}

async function compile(
  world: World,
  project: RandomProject,
  sequence: Sequence,
  step: Step,
  salt: string | undefined,
): Promise<PlayedStep> {
  const { configurations } = sequence;
  const configuration = configurations[step.configuration % configurations.length];
  const source = SOURCES[step.source % SOURCES.length];
  if (configuration === undefined || source === undefined) throw new Error('a sequence has a configuration');
  const { directory } = project;
  const words = commandLine(configuration, source, directory);
  const [program = '', ...rest] = salt === undefined ? words : [world.sccache, ...words];
  const own = variables(configuration, directory, project.link);
  const env = world.environment({
    ...own,
    ...daemonEnvironment(step.daemon),
    ...(salt !== undefined && { SCCACHE_C_CUSTOM_CACHE_BUSTER: salt }),
  });
  const before = snapshot(project.root);
  const statistics = salt === undefined ? undefined : await daemonStatistics(world, step.daemon);
  const { code, signal, stdout, stderr } = await start(program, rest, { cwd: directory, env }).ended;
  const outcome = statistics ? outcomesBetween(statistics, await daemonStatistics(world, step.daemon)) : '';
  const shownVariables = Object.entries(own).map(([name, value]) => `${name}=${value} `);
  return {
    command: `${shownVariables.join('')}${words.join(' ')}`,
    report: [
      `ended with ${signal ?? code}`,
      ...reportLines('stdout', stdout),
      ...reportLines('stderr', stderr),
      ...treeLines(describeTree(snapshot(project.root), before)),
    ],
    outcome,
  };
}

async function daemonStatistics(world: World, daemon: number): Promise<Statistics> {
  return parseStatistics(await askDaemon(socketOf(world, daemon), '--show-stats', '--stats-format', 'json'));
}

/** gcc's precompiled headers hold addresses: their bytes differ from run to run. */
function treeLines(tree: string): string[] {
  return tree.split('\n').map((line) => (/^"[^"]*\.gch" file/.test(line) ? line.replace(/ file .*/, ' file') : line));
}
