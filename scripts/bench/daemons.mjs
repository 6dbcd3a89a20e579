/** Benchmarks of the daemons themselves: start, memory, system calls. Linux only, since they read /proc. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Progress } from '../demo/terminal.mjs';
import { COMPILES, expectHits } from './compiles.mjs';
import { interleave } from './measure.mjs';
import { countSyscalls, daemonPid, residentMiB } from './processes.mjs';
import { printTable, printTimes, timingRows } from './report.mjs';

function daemons(tools) {
  return tools.filter(({ socket }) => socket !== undefined);
}

function hitSmall({ runner, folder }, tool, count, jobs = 1) {
  const argv = [...tool.command, ...COMPILES.small];
  return runner.time({ argv, count, jobs, cwd: folder, environment: tool.environment });
}

/** From no daemon to the first hit's end, and what the daemon then occupies. */
export async function start(world) {
  const { tools, runs = 9 } = world;
  const wrong = new Set();
  const subjects = daemons(tools).map((tool) => ({
    name: tool.name,
    sample: async () => {
      const before = tool.hits();
      tool.stop();
      const milliseconds = await hitSmall(world, tool, 1);
      // The original forgets its counters when it stops.
      if (![1, before + 1].includes(tool.hits())) wrong.add(tool);
      return milliseconds;
    },
  }));
  const title = 'Start: a hit when no daemon runs';
  for (const tool of daemons(tools)) await hitSmall(world, tool, 2);
  const rows = timingRows(await interleave(title, runs, subjects));
  for (const [i, tool] of daemons(tools).entries()) {
    tool.stop();
    tool.start();
    await sleep(1000);
    rows[i].idleMiB = residentMiB(daemonPid(tool.socket));
    rows[i].note = `idle: ${rows[i].idleMiB.toFixed(0)} MiB resident`;
    if (!wrong.has(tool)) continue;
    rows[i].note += ', NOT A HIT';
    process.exitCode = 1;
  }
  printTimes(title, rows);
  return rows;
}

/** Resident memory while many hits are answered: it must stop growing. */
export async function soak(world) {
  const { tools, jobs, soak: requests } = world;
  const steps = 5;
  const rows = [];
  for (const tool of daemons(tools)) {
    await hitSmall(world, tool, jobs * 2, jobs);
    const pid = daemonPid(tool.socket);
    const check = expectHits(tool, Math.floor(requests / steps) * steps);
    const mebibytes = [residentMiB(pid)];
    const progress = new Progress(`Memory: ${requests} hits with ${tool.name}`, steps);
    for (let step = 0; step < steps; step++) {
      await hitSmall(world, tool, Math.floor(requests / steps), jobs);
      mebibytes.push(residentMiB(pid));
      progress.update(step + 1);
    }
    progress.finish();
    rows.push({ name: tool.name, mebibytes, note: check() });
  }
  const head = ['', ...rows[0].mebibytes.map((_, step) => `after ${Math.floor((requests / steps) * step)}`), ''];
  const cells = rows.map((row) => [row.name, ...row.mebibytes.map((value) => value.toFixed(0)), row.note ?? '']);
  printTable('Memory: resident MiB of the daemon while it answers hits', [head, ...cells]);
  return rows;
}

/** System calls of the daemon for a hit on the large C++ file (a request whose files it knows). */
export async function syscalls(world) {
  const { runner, tools, folder } = world;
  const count = 50;
  const rows = [];
  for (const tool of daemons(tools)) {
    const argv = [...tool.command, ...COMPILES.large];
    const run = (times) => runner.time({ argv, count: times, cwd: folder, environment: tool.environment });
    await run(3);
    const calls = await countSyscalls(daemonPid(tool.socket), () => run(count));
    if (calls === undefined) {
      console.log('\nSystem calls: strace is not installed');
      return undefined;
    }
    const perHit = Object.entries(calls).map(([name, number]) => ({ name, perHit: number / count }));
    rows.push({ name: tool.name, total: perHit.reduce((sum, call) => sum + call.perHit, 0), calls: perHit });
  }
  const text = ({ calls }) =>
    calls
      .filter(({ perHit }) => perHit >= 0.5)
      .map(({ name, perHit }) => `${name} ${perHit.toFixed(1)}`)
      .join(', ');
  const cells = rows.map((row) => [row.name, row.total.toFixed(0), text(row)]);
  printTable('System calls of the daemon for one hit on the large C++ file', [['', 'calls', ''], ...cells]);
  return rows;
}
