import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a program ended and what it wrote. */
export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Standard input; /dev/null when there is none. */
  readonly stdin?: Buffer | undefined;
  /** A program that is still running after this time is killed with all its children, and that is an error. */
  readonly timeoutMs?: number | undefined;
}

/** Starts a program as the leader of a process group of its own. */
export function start(file: string, args: readonly string[], options: RunOptions): RunningProgram {
  const child = spawn(file, args, { cwd: options.cwd, env: { ...options.env }, detached: true });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => {}); // the program need not read it
  child.stdin.end(options.stdin ?? Buffer.alloc(0));
  const limit = options.timeoutMs ?? 40_000;
  const ended = new Promise<RunResult>((resolve, reject) => {
    const timer = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
      reject(new Error(`still running after ${limit} ms: ${file} ${args.join(' ')}\n${Buffer.concat(stderr)}`));
    }, limit);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
    });
  });
  return { pid: child.pid ?? 0, ended };
}

export interface RunningProgram {
  /** Its process id, which is that of its group too. */
  readonly pid: number;
  readonly ended: Promise<RunResult>;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has just ended
  }
}

/** A process as /proc shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly command: readonly string[];
}

/** All processes that have the text in their command line or as the beginning of their directory, zombies left out. */
export function processesWith(text: string): ProcessEntry[] {
  const found: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const entry = processEntry(Number(name), text);
    if (entry) found.push(entry);
  }
  return found;
}

function processEntry(pid: number, text: string): ProcessEntry | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').slice(0, -1);
    const mentions = command.some((word) => word.includes(text)) || readlinkSync(`/proc/${pid}/cwd`).startsWith(text);
    if (!mentions) return undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    return { pid, parent: Number(parent), session: Number(session), command };
  } catch {
    return undefined; // it ended while we looked
  }
}

/** The session that a process belongs to. */
export function sessionOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
}

/** True while a process of that id is there (a zombie is not). */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}

/** Resolves when the condition holds; an error that says what was waited for when it does not in time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(5);
  }
}
