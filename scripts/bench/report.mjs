/** Tables for people; the same rows go into the JSON file. */
import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';
import { colour, table } from '../demo/terminal.mjs';
import { median, pairedRatio } from './measure.mjs';

/**
 * Rows of one benchmark from interleaved samples: `{ name, milliseconds, fastest, ofBare, ofOurs, samples }`.
 * The ratios are undefined where there is nothing to compare with.
 */
export function timingRows(samples) {
  const bare = samples.get('bare');
  const ours = samples.get('sccache-ts');
  return [...samples].map(([name, values]) => ({
    name,
    milliseconds: median(values),
    fastest: Math.min(...values),
    ofBare: bare && pairedRatio(values, bare),
    ofOurs: ours && pairedRatio(values, ours),
    samples: values,
  }));
}

/** Prints rows of times; `note` of a row stands at its end. */
export function printTimes(title, rows) {
  const cells = rows.map((row) => [
    row.name,
    milliseconds(row.milliseconds),
    milliseconds(row.fastest),
    ratio(row.ofBare),
    ratio(row.ofOurs),
    row.note ?? '',
  ]);
  printTable(title, [['', 'median ms', 'fastest', 'of bare', 'of sccache-ts', ''], ...cells]);
}

/** Prints a table whose first row is its head. */
export function printTable(title, rows) {
  const [head, ...lines] = table(rows);
  console.log(`\n${colour('bold', title)}\n${colour('dim', head)}\n${lines.join('\n')}`);
}

/** A time in milliseconds with three figures that mean something. */
export function milliseconds(value) {
  if (value === undefined) return '-';
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function ratio(value) {
  return value === undefined ? '-' : value.toFixed(value < 0.1 ? 4 : value < 10 ? 2 : 1);
}

/** What the figures were taken on. */
export function machine() {
  const compiler = execFileSync(process.env.CXX ?? 'c++', ['--version'], { encoding: 'utf8' }).split('\n')[0];
  const cores = cpus();
  return { cpu: cores[0]?.model ?? 'unknown', cores: cores.length, kernel: release(), node: process.version, compiler };
}
