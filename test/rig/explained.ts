import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { CommandOptions, World } from './world.ts';

/** One compile, a change, and the same or another compile: what `--explain` has to say of the second. */
export interface Miss {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly first: string;
  /** Files to write between; undefined removes one. */
  readonly change?: Readonly<Record<string, string | undefined>>;
  /** What else happens between, in the case's directory. */
  readonly act?: (directory: string, world: World) => Promise<void> | void;
  readonly second?: string;
  readonly env?: CommandOptions['env'];
  /** The environment of the second compile only. */
  readonly secondEnv?: CommandOptions['env'];
  /** All lines behind `why`, without indentation. */
  readonly why: readonly (string | RegExp)[];
  readonly outcome?: string;
  /** What is explained; `x.o` when missing. */
  readonly ask?: string;
}

/** A clock tick of the kernel (10 ms at most): what was written before it is older than a compile behind it. */
export const TICK_MS = 25;

/**
 * Does it, and checks the line and the reasons that `--explain` gives.
 *
 * @param directory of the case alone; it must not exist
 * @param variables for the commands
 */
export async function expectExplained(
  world: World,
  miss: Miss,
  directory: string,
  variables: CommandOptions['env'],
): Promise<void> {
  const report = await explainSecond(world, miss, directory, variables);
  expect(report.split('\n')[0]).toMatch(new RegExp(`^[✗•] \\S+: ${miss.outcome ?? 'miss'}, `));
  const why = whyLines(report);
  expect(why.length, report).toBe(miss.why.length);
  for (const [at, expected] of miss.why.entries()) {
    if (typeof expected === 'string') expect(why[at]).toBe(expected);
    else expect(why[at]).toMatch(expected);
  }
}

async function explainSecond(
  world: World,
  miss: Miss,
  directory: string,
  variables: CommandOptions['env'],
): Promise<string> {
  // All cases share a daemon and a cache: this keeps what one stored from the others.
  const name = directory.slice(world.project.length + 1);
  const environment = {
    WRAPPER: world.sccache,
    SCCACHE_C_CUSTOM_CACHE_BUSTER: name,
    ...variables,
    ...miss.env,
  };
  const write = (files: Readonly<Record<string, string | undefined>>): void => {
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) rmSync(join(directory, path));
      else world.write({ [`${name}/${path}`]: content });
    }
  };
  mkdirSync(directory);
  write(miss.files);
  await sleep(TICK_MS);
  await world.succeed(miss.first, { cwd: directory, env: environment });
  await world.runningStats(); // answered when the result is stored
  write(miss.change ?? {});
  await miss.act?.(directory, world);
  await sleep(TICK_MS);
  const secondEnvironment = { ...environment, ...miss.secondEnv };
  await world.succeed(miss.second ?? miss.first, { cwd: directory, env: secondEnvironment });
  const asked = await world.run(`${world.sccache} --explain ${miss.ask ?? 'x.o'}`, { cwd: directory });
  expect(asked.stderr.toString()).toBe('');
  expect(asked.code, asked.stdout.toString()).toBe(1);
  return asked.stdout.toString();
}

/** The lines behind `why`. */
function whyLines(report: string): string[] {
  const lines = report.split('\n').slice(1);
  const start = lines.findIndex((line) => line.startsWith('    why '));
  if (start < 0) return [];
  const end = lines.findIndex((line, index) => index > start && !/^ {14}/.test(line));
  return lines.slice(start, end).map((line) => line.slice(14));
}
