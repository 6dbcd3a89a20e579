import { readFileSync } from 'node:fs';

/** One system call that was made, as strace prints it: `PID name(arguments) = result`. */
export interface SystemCall {
  readonly pid: number;
  readonly name: string;
  readonly text: string;
}

const UNFINISHED = ' <unfinished ...>';

/** Reads what `strace -f -o FILE` wrote; a call that another process interrupted is put together again. */
export function systemCalls(file: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, number>();
  for (const line of readFileSync(file, 'latin1').split('\n')) {
    const [, pid = '', name = '', text = ''] = /^(\d+)\s+([a-z0-9_]+)\((.*)$/.exec(line) ?? [];
    if (pid !== '') {
      if (text.endsWith(UNFINISHED)) unfinished.set(pid, calls.length);
      calls.push({ pid: Number(pid), name, text: text.replace(UNFINISHED, '') });
      continue;
    }
    const [, resumed = '', rest = ''] = /^(\d+)\s+<\.\.\. [a-z0-9_]+ resumed>(.*)$/.exec(line) ?? [];
    const index = unfinished.get(resumed);
    const begun = index === undefined ? undefined : calls[index];
    if (index !== undefined && begun) calls[index] = { ...begun, text: begun.text + rest };
  }
  return calls;
}

/** The programs that were started, in order; attempts along PATH that found nothing are left out. */
export function programsStarted(file: string): string[] {
  return systemCalls(file)
    .filter(({ name, text }) => name === 'execve' && !text.includes(' = -1 '))
    .map(({ text }) => /^"([^"]*)"/.exec(text)?.[1]?.split('/').at(-1) ?? text);
}
