import { readFileSync } from 'node:fs';
import type { Finding } from './finding.ts';

/** A daemon has a descriptor for each client that waits: `make -j` on a large machine, with what each one reads. */
const FEW_FILES = 1024;
/** The daemon reserves more than it uses: it does not start below. */
const LITTLE_MEMORY_BYTES = 4 * 1024 ** 3;

/** What the shell allows a daemon that it starts; nothing where the system does not tell. */
export function checkLimits(read: () => string = () => readFileSync('/proc/self/limits', 'utf8')): Finding[] {
  let text: string;
  try {
    text = read();
  } catch {
    return []; // not Linux
  }
  // Node has raised what may be raised: the first number counts.
  const limit = (name: string): number => {
    const [, value = 'unlimited'] = new RegExp(`^${name} +(\\S+)`, 'm').exec(text) ?? [];
    return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
  };
  const what = 'limits';
  const [files, memory] = [limit('Max open files'), limit('Max address space')];
  const findings: Finding[] = [];
  if (files < FEW_FILES) {
    const found = `only ${files} open files: with more compiles at once than that, some run without the cache`;
    findings.push({ mark: 'bad', what, found, remedy: `ulimit -n ${FEW_FILES}, and sccache --stop-server` });
  }
  if (memory < LITTLE_MEMORY_BYTES) {
    const found = `only ${Math.round(memory / 1024 ** 2)} MiB of address space: a daemon may not start`;
    findings.push({ mark: 'bad', what, found, remedy: 'ulimit -v unlimited' });
  }
  if (findings.length > 0) return findings;
  const shown = Number.isFinite(files) ? String(files) : 'any number of';
  return [{ mark: 'good', what, found: `${shown} open files` }];
}
