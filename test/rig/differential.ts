import { lutimesSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from './processes.ts';
import { outcomesBetween } from './statistics.ts';
import { describeTree, snapshot } from './tree.ts';
import { type CommandOptions, World } from './world.ts';

/** The compilers that a table of cases runs with. */
export const COMPILERS = {
  gcc: { name: 'gcc', cc: 'gcc', cxx: 'g++' },
  clang: { name: 'clang', cc: 'clang', cxx: 'clang++' },
} as const;
export type CompilerName = keyof typeof COMPILERS;

/**
 * A shell command. `$CC` and `$CXX` are the compilers, bare or behind sccache; `$WRAPPER` is sccache or nothing, and
 * `$COMPILER` the name of the C compiler.
 */
export interface CommandStep {
  readonly command: string;
  /** What the compiles in it come to on an empty cache, and on the cache that the first run left (`outcomesBetween`). */
  readonly cold: string;
  readonly warm: string;
  readonly options: CommandOptions;
}

/** A change of the project's files between two commands. */
export interface EditStep {
  readonly edit: (world: World) => void;
}

export interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly (CommandStep | EditStep)[];
  /** The compilers it is for; all when missing. */
  readonly only?: CompilerName;
}

type StepLike = string | CommandStep | EditStep;

/** A case. A step that is just text is a compile that is a miss on an empty cache and a hit on a filled one. */
export function cached(name: string, files: Case['files'], ...steps: StepLike[]): Case {
  return { name, files, steps: steps.map((step) => (typeof step === 'string' ? compile(step) : step)) };
}

/** The same for one compiler only. */
export function cachedBy(only: CompilerName, name: string, files: Case['files'], ...steps: StepLike[]): Case {
  return { ...cached(name, files, ...steps), only };
}

/** A command and what it comes to. */
export function compile(command: string, cold = 'miss', warm = 'hit', options: CommandOptions = {}): CommandStep {
  return { command, cold, warm, options };
}

/** A compile that finds what an earlier step of the same run has stored. */
export function again(command: string, options: CommandOptions = {}): CommandStep {
  return compile(command, 'hit', 'hit', options);
}

/** A command that comes to the same with an empty and with a filled cache. */
export function always(outcome: string, command: string, options: CommandOptions = {}): CommandStep {
  return compile(command, outcome, outcome, options);
}

/** A command without a compile in it. */
export function shell(command: string): CommandStep {
  return always('nothing', command);
}

/** Writes files, each a second younger than the step before left them. */
export function write(files: Case['files']): EditStep {
  return { edit: (world) => world.write(files) };
}

/** 2024-06-01: old enough for every rule about files that have just changed. */
const OLD_SECONDS = 1_717_200_000;

/** Registers the cases with each compiler they are for, in a world that they share. */
export function describeDifferential(topic: string, cases: readonly Case[], names?: readonly CompilerName[]): void {
  describe.each((names ?? ['gcc', 'clang']).map((name) => COMPILERS[name]))(`${topic} ($name)`, (compiler) => {
    let world: World;
    beforeAll(() => {
      world = new World();
    });
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
    });
    for (const one of cases) {
      if (one.only !== undefined && one.only !== compiler.name) continue;
      it(one.name, () => differential(world, one, subjectOf(compiler)));
    }
  });
}

/**
 * How often each command is run: once, or more often with `SCCACHE_TEST_TIMES`, so that requests come again which the
 * daemon has answered before. Statistics are then not looked at: commands need not come to the same twice.
 */
const TIMES = Number(process.env['SCCACHE_TEST_TIMES'] ?? 1);

/** What a case is run with. */
export interface DifferentialSubject {
  readonly name: string;
  /** The variables of its commands, bare (`''`) or behind sccache. */
  environment(wrapper: string): Readonly<Record<string, string>>;
  /** Files of the project that are not compared. */
  readonly ignored?: RegExp;
}

function subjectOf({ name, cc, cxx }: (typeof COMPILERS)[CompilerName]): DifferentialSubject {
  const environment = (wrapper: string) => ({ CC: `${wrapper} ${cc}`, CXX: `${wrapper} ${cxx}`, COMPILER: cc });
  return { name, environment };
}

/**
 * Takes the same steps in the same directory with the bare compiler, with sccache and an empty cache, and with sccache
 * and the cache which that left; exit code, output and the whole tree must be the same after each step, and the
 * statistics must say what was expected.
 */
export async function differential(world: World, one: Case, subject: DifferentialSubject): Promise<void> {
  const bare = await runSteps(world, one, subject, '');
  const cold = await runSteps(world, one, subject, world.sccache);
  expect(cold.reports, 'empty cache').toEqual(bare.reports);
  const warm = await runSteps(world, one, subject, world.sccache);
  expect(warm.reports, 'filled cache').toEqual(bare.reports);
  if (world.client === 'none' || TIMES > 1) return;
  const commands = one.steps.filter((step) => 'command' in step);
  expect(cold.outcomes, 'statistics, empty cache').toEqual(commands.map((step) => step.cold));
  expect(warm.outcomes, 'statistics, filled cache').toEqual(commands.map((step) => step.warm));
}

async function runSteps(world: World, one: Case, subject: DifferentialSubject, wrapper: string) {
  recreate(world, one.files);
  const counted = wrapper !== '' && world.client !== 'none';
  const environment = {
    ...subject.environment(wrapper),
    WRAPPER: wrapper,
    // One daemon serves all cases of a file: this keeps what one stored from the others.
    SCCACHE_C_CUSTOM_CACHE_BUSTER: `${subject.name} ${one.name}`,
  };
  const reports: string[] = [];
  const outcomes: string[] = [];
  if (counted && world.daemons().length === 0) await world.startDaemon();
  let statistics = counted ? await world.runningStats() : undefined;
  let tree = snapshot(world.project);
  for (const [index, step] of one.steps.entries()) {
    if ('edit' in step) {
      edit(world, step, index + 1);
      tree = snapshot(world.project);
      continue;
    }
    for (let time = 0; time < TIMES; time += 1) {
      const result = await world.run(step.command, { ...step.options, env: { ...environment, ...step.options.env } });
      const left = snapshot(world.project);
      reports.push(`$ ${step.command}\n${describeResult(result)}\n${describeTree(left, tree, subject.ignored)}`);
      tree = left;
    }
    if (statistics) {
      const after = await world.runningStats();
      outcomes.push(outcomesBetween(statistics, after));
      statistics = after;
    }
  }
  return { reports, outcomes };
}

function describeResult({ code, signal, stdout, stderr }: RunResult): string {
  const lines = [`ended with ${signal ?? code}`];
  if (stdout.length > 0) lines.push(`stdout: ${JSON.stringify(stdout.toString('latin1'))}`);
  if (stderr.length > 0) lines.push(`stderr: ${JSON.stringify(stderr.toString('latin1'))}`);
  return lines.join('\n');
}

function recreate(world: World, files: Case['files']): void {
  // The directory itself stays: removing what a shell has as its directory is nobody's case.
  for (const name of readdirSync(world.project, { encoding: 'buffer' })) {
    rmSync(Buffer.concat([Buffer.from(`${world.project}/`), name]), { recursive: true, force: true });
  }
  mkdirSync(world.project, { recursive: true });
  world.write(files);
  for (const name of Object.keys(files)) age(world.path(name), 0);
}

/** Lets the step change files, then makes all that changed old, in the order of the steps. */
function edit(world: World, step: EditStep, index: number): void {
  const started = Date.now() / 1000 - 0.02;
  step.edit(world);
  for (const path of filesBelow(world.project)) {
    if (changedSince(path, started)) age(path, index);
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function changedSince(path: string, seconds: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs / 1000 >= seconds;
}

function age(path: string, steps: number): void {
  lutimesSync(path, OLD_SECONDS + steps, OLD_SECONDS + steps);
}
