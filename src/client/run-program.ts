import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { RunStep, StreamMode } from '../protocol/steps.ts';
import { type ByteString, toBuffer, toPath, toText } from '../util/bytes.ts';
import { type Capture, writeFully } from './capture.ts';
import { HiddenText } from './hidden-text.ts';
import { errnoOf } from './place-files.ts';

/** How a program ended: exit code, signal number or errno. */
export interface Ended {
  readonly kind: 'exit' | 'signal' | 'not-started';
  readonly value: number;
  readonly wallMicros: number;
}

/** What ends a build, and is passed on to the compiler. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Output is awaited so long behind the program's end; what still holds the pipe then runs in the background. */
const LINGER_MS = 100;

/** Replaces ourselves, as near as Node comes to that: runs the program with our streams and ends as it ended. */
export async function becomeProgram(program: string, argv: readonly string[]): Promise<never> {
  const ended = await begin(program, argv, process.env, ['inherit', 'inherit', 'inherit']).ended;
  if (ended.kind === 'signal') dieOf(ended.value);
  if (ended.kind === 'exit') process.exit(ended.value);
  const detail = Object.entries(constants.errno).find(([, value]) => value === ended.value)?.[0] ?? ended.value;
  process.stderr.write(`sccache: error: failed to execute compile\nsccache: caused by: ${program}: ${detail}\n`);
  process.exit(ended.value === constants.errno.ENOENT ? 127 : 126);
}

/** The step `run`. Dies of a signal that was passed on and ended the program. */
export async function runProgram(step: RunStep, captures: readonly [Capture, Capture]): Promise<Ended> {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of step.unset) delete environment[toText(name)];
  for (const entry of step.set) {
    const equals = entry.indexOf('=');
    environment[toText(entry.slice(0, equals))] = toText(entry.slice(equals + 1));
  }
  environment['SCCACHE_INNER'] = '1';
  const input = step.stdin === '' ? ('inherit' as const) : openInput(step.stdin);
  if (typeof input === 'object') return input;
  const { child, ended } = begin(toText(step.program), step.argv.map(toText), environment, [
    input,
    step.stdout === 'inherit' ? 'inherit' : 'pipe',
    step.stderr === 'inherit' ? 'inherit' : 'pipe',
  ]);
  if (typeof input === 'number') closeSync(input);
  const streams = [
    collect(child.stdout, 1, step.stdout, captures[0], ''),
    collect(child.stderr, 2, step.stderr, captures[1], step.hidden ?? ''),
  ];
  const end = await ended;
  const timer = new Promise<void>((resolve) => setTimeout(resolve, LINGER_MS).unref());
  await Promise.race([Promise.all(streams), timer]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return end;
}

/** Dies of the signal, so that our parent sees what the compiler's would have seen. */
export function dieOf(signal: number): never {
  const name = signalName(signal);
  if (name !== undefined) {
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  }
  process.exit(128 + signal);
}

function openInput(path: string): number | Ended {
  try {
    return openSync(toPath(path), 'r');
  } catch (error) {
    return { kind: 'not-started', value: errnoOf(error), wallMicros: 0 };
  }
}

function start(
  program: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  streams: readonly ('inherit' | 'pipe' | number)[],
): ChildProcess {
  const [argv0 = program, ...rest] = argv;
  const stdio: SpawnOptions['stdio'] = [...streams];
  // Node closes descriptors that are not named here; those of make's jobserver have to live on.
  for (const descriptor of jobserverDescriptors(env['MAKEFLAGS'])) {
    while (stdio.length < descriptor) stdio.push('ignore');
    stdio[descriptor] = descriptor;
  }
  return spawn(program, rest, { argv0, env, stdio });
}

/** The descriptors of `--jobserver-auth=R,W` (`--jobserver-fds` before make 4.2). */
function jobserverDescriptors(makeFlags: string | undefined): number[] {
  const found = /--jobserver-(?:auth|fds)=([0-9]+),([0-9]+)/.exec(makeFlags ?? '');
  return found === null ? [] : [Number(found[1]), Number(found[2])];
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the program, and passes signals on until it ends. */
function begin(...command: Parameters<typeof start>): Running {
  const received = new Set<string>();
  let child: ChildProcess | undefined;
  const passOn = (signal: NodeJS.Signals): void => {
    received.add(signal);
    child?.kill(signal);
  };
  // Before there is a program: a signal that came while it is started would end us alone.
  for (const signal of FORWARDED) process.on(signal, passOn);
  const began = process.hrtime.bigint();
  const running = start(...command);
  child = running;
  const ended = new Promise<Ended>((resolve) => {
    const end = (kind: Ended['kind'], value: number): void => {
      for (const signal of FORWARDED) process.off(signal, passOn);
      resolve({ kind, value, wallMicros: Number((process.hrtime.bigint() - began) / 1000n) });
    };
    running.once('error', (error) => end('not-started', errnoOf(error)));
    running.once('exit', (code, signal) => {
      if (signal === null) end('exit', code ?? 0);
      else if (received.has(signal)) dieOf(constants.signals[signal]);
      else end('signal', constants.signals[signal]);
    });
  });
  return { child: running, ended };
}

/** Takes what a stream delivers, but for a text that is hidden; resolved at its end. */
function collect(
  stream: Readable | null,
  descriptor: number,
  mode: StreamMode,
  capture: Capture,
  hidden: ByteString,
): Promise<void> {
  if (stream === null) return Promise.resolve();
  const hiding = new HiddenText(toBuffer(hidden));
  const deliver = (bytes: Buffer): void => {
    if (mode === 'tee') writeFully(descriptor, bytes);
    capture.append(bytes);
  };
  stream.on('data', (chunk: Buffer) => deliver(hiding.take(chunk)));
  return new Promise((resolve) => {
    stream.once('close', () => {
      deliver(hiding.rest());
      resolve();
    });
  });
}

function signalName(number: number): NodeJS.Signals | undefined {
  for (const [name, value] of Object.entries(constants.signals)) {
    if (value === number && isSignal(name)) return name;
  }
  return undefined;
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}
