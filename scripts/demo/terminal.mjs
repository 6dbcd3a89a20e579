/** What the demo and the benchmarks print: colour and a moving progress line on a terminal, plain lines elsewhere. */

const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

/** Whether a stream gets escape sequences (https://no-color.org is obeyed). */
function decorated(stream) {
  return stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** `text` in a colour, where the standard output is a terminal. */
export function colour(name, text) {
  return decorated(process.stdout) ? `\x1b[${COLOURS[name]}m${text}\x1b[0m` : text;
}

/** A line on stderr that is rewritten as work goes on; where stderr is no terminal, a line for each quarter. */
export class Progress {
  #label;
  #total;
  #quarter = 0;
  #lastDrawn = 0;

  constructor(label, total) {
    this.#label = label;
    this.#total = total;
    if (process.stderr.isTTY) this.#draw(0);
    else process.stderr.write(`${label}: ${total}\n`);
  }

  /** `done` of the total are finished. */
  update(done) {
    if (process.stderr.isTTY) {
      // Drawing costs the measured process time: ten times a second is enough to look alive.
      if (performance.now() - this.#lastDrawn > 100) this.#draw(done);
      return;
    }
    const quarter = Math.floor((done * 4) / this.#total);
    if (quarter > this.#quarter && quarter < 4) process.stderr.write(`${this.#label}: ${done} of ${this.#total}\n`);
    this.#quarter = quarter;
  }

  /** Takes the line away. */
  finish() {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }

  #draw(done) {
    this.#lastDrawn = performance.now();
    const filled = Math.round((24 * done) / this.#total);
    const bar = '#'.repeat(filled) + '-'.repeat(24 - filled);
    process.stderr.write(`\r\x1b[K${this.#label} [${bar}] ${done}/${this.#total}`);
  }
}

/** Rows of cells as aligned columns: the first one to the left, the others to the right. */
export function table(rows) {
  const widths = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
