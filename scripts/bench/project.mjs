/** Benchmark of a whole project: `make` over Abseil's and RE2's C++ files. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectName } from '../demo/passes.mjs';
import { PROJECTS } from '../demo/projects.mjs';
import { expectHits } from './compiles.mjs';
import { interleave } from './measure.mjs';
import { milliseconds, printTable, printTimes, timingRows } from './report.mjs';

/** Fills each cache once (timed as well), then times builds from the filled caches. */
export async function project({ runner, tools, runs = 7, folder, jobs }) {
  const units = await PROJECTS.abseil.units((text) => console.error(text));
  const makefile = join(folder, 'Makefile');
  const objects = join(folder, 'objects');
  writeFileSync(makefile, makefileText(units, objects));
  const build = async (tool) => {
    rmSync(objects, { recursive: true, force: true });
    mkdirSync(objects);
    const argv = ['make', '-s', `-j${jobs}`, '-f', makefile, `LAUNCHER=${tool.command.join(' ')}`];
    return runner.time({ argv, count: 1, cwd: units[0].folder, environment: tool.environment });
  };

  const cold = [];
  for (const tool of tools.filter(({ name }) => name !== 'true')) {
    process.stderr.write(`Project: filling ${tool.name}\n`);
    cold.push({ name: tool.name, milliseconds: await build(tool) });
  }
  const title = `Project: make -j${jobs} over ${units.length} C++ files`;
  const bare = cold.find(({ name }) => name === 'bare')?.milliseconds;
  printTable(`${title}, empty cache (measured once)`, [
    ['', 'ms', 'of bare'],
    ...cold.map((row) => [row.name, milliseconds(row.milliseconds), bare ? (row.milliseconds / bare).toFixed(3) : '-']),
  ]);

  const caches = tools.filter(({ name }) => name !== 'bare');
  const checks = caches.map((tool) => expectHits(tool, units.length * runs));
  const subjects = caches.map((tool) => ({ name: tool.name, sample: () => build(tool) }));
  const warm = timingRows(await interleave(title, runs, subjects));
  for (const [i, row] of warm.entries()) {
    row.note = checks[i]();
    row.ofBare = bare && row.milliseconds / bare;
  }
  printTimes(`${title}, filled cache`, warm);
  return { files: units.length, cold, warm };
}

function makefileText(units, objects) {
  const compiler = process.env.CXX ?? 'c++';
  const rules = units.map((unit) => {
    const object = join(objects, objectName(unit));
    return `${object}:\n\t$(LAUNCHER) ${compiler} ${unit.options.join(' ')} -c ${unit.source} -o $@\n`;
  });
  const all = units.map((unit) => join(objects, objectName(unit)));
  return `all: ${all.join(' ')}\n${rules.join('')}`;
}
