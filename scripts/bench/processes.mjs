/** What Linux tells about a daemon: its process, its memory, its system calls. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * The process that serves `socket`: the one which names it in its command line (this project's daemon) or in its
 * environment (the original's server). Clients name it too, so ask while none is running.
 */
export function daemonPid(socket) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const lists = (pid, file, text) => read(`/proc/${pid}/${file}`).split('\0').includes(text);
  const pid =
    pids.find((candidate) => lists(candidate, 'cmdline', socket)) ??
    pids.find((candidate) => lists(candidate, 'environ', `SCCACHE_SERVER_UDS=${socket}`));
  if (pid === undefined) throw new Error(`no process serves ${socket}`);
  return pid;
}

function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid) {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kib) / 1024;
}

/** What `strace -c` counts in a process, all its threads, while `work` runs: `{ name: calls }`, or undefined. */
export async function countSyscalls(pid, work) {
  const path = ['/usr/bin/strace', '/usr/local/bin/strace'].find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  const strace = spawn(path, ['-c', '-f', '-p', pid], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  const attached = new Promise((resolve) => {
    strace.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (output.includes('attached')) resolve();
    });
    strace.on('close', resolve);
  });
  const closed = new Promise((resolve) => strace.on('close', resolve));
  await attached;
  try {
    await work();
  } finally {
    strace.kill('SIGINT');
    await closed;
  }
  const rows = [...output.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z]\w+)$/gm)];
  return Object.fromEntries(rows.map(([, calls, name]) => [name, Number(calls)]).filter(([name]) => name !== 'total'));
}
