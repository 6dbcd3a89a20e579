import { readFileSync } from 'node:fs';

/** One system call that was made, as strace prints it: `PID name(arguments) = result`. */
export interface SystemCall {
  readonly pid: number;
  readonly name: string;
  readonly text: string;
}

/** Reads what `strace -f -o FILE` wrote; a call that was interrupted counts once. */
export function systemCalls(file: string): SystemCall[] {
  const calls: SystemCall[] = [];
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const match = /^(\d+)\s+([a-z0-9_]+)\((.*)$/.exec(line);
    if (match) calls.push({ pid: Number(match[1]), name: match[2] ?? '', text: match[3] ?? '' });
  }
  return calls;
}

/** The programs that were started, in order; attempts along PATH that found nothing are left out. */
export function programsStarted(file: string): string[] {
  return systemCalls(file)
    .filter(({ name, text }) => name === 'execve' && !text.includes(' = -1 '))
    .map(({ text }) => /^"([^"]*)"/.exec(text)?.[1]?.split('/').at(-1) ?? text);
}
