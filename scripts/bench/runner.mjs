/** Times commands with `runner.c`, which is compiled on the fly. */
import { execFile, execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const execute = promisify(execFile);

export class Runner {
  #program;
  /** Makes `{i}` differ in all calls, so that a miss is a miss. */
  #next = 1;

  /** Compiles the runner into `folder`. */
  constructor(folder) {
    this.#program = join(folder, 'runner');
    execFileSync(process.env.CC ?? 'cc', ['-O2', '-o', this.#program, join(HERE, 'runner.c')], { stdio: 'inherit' });
  }

  /** Milliseconds that `count` runs of `argv` took, `jobs` at a time. Throws when one of them failed. */
  async time({ argv, count, jobs = 1, cwd, environment }) {
    const first = this.#next;
    this.#next += count;
    const args = [String(jobs), String(count), String(first), ...argv];
    const { stdout, stderr } = await execute(this.#program, args, { cwd, env: environment, encoding: 'utf8' });
    const [nanoseconds, failed] = stdout.split(' ').map(Number);
    if (failed !== 0) throw new Error(`${failed} of ${count} failed: ${argv.join(' ')}\n${stderr}`);
    return nanoseconds / 1e6;
  }
}
