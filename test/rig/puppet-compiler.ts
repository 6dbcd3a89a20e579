import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './processes.ts';
import type { World } from './world.ts';

/** A program, because what a script looks at is part of the compiler. */
const PROGRAM = `#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int compiles = 0, asks = 0;
  for (int at = 1; at < argc; at++) {
    compiles |= strcmp(argv[at], "-c") == 0;
    asks |= strcmp(argv[at], "-###") == 0;
  }
  if (compiles && !asks) {
    char line[65536] = "";
    for (int at = 1; at < argc; at++) strcat(strcat(line, argv[at]), at + 1 < argc ? " " : "\\n");
    FILE *log = fopen(LOG, "a");
    fputs(line, log);
    fclose(log);
    if (access(FAIL, F_OK) == 0) return fputs("puppet: told to fail\\n", stderr), 3;
    if (access(HOLD, F_OK) == 0) {
      FILE *held = fopen(HELD, "w");
      fprintf(held, "%d\\n", getpid());
      fclose(held);
      while (access(HOLD, F_OK) == 0) usleep(10000);
    }
  }
  argv[0] = "gcc";
  execvp("gcc", argv);
  return 127;
}
`;

/**
 * A compiler whose strings the test holds: gcc behind a program that writes down each compile, and waits or fails when it is
 * told to. What sccache asks it about itself is answered by gcc and not counted.
 */
export class PuppetCompiler {
  readonly path: string;
  readonly #log: string;
  readonly #hold: string;
  readonly #held: string;
  readonly #fail: string;

  constructor(world: World) {
    const inWorld = (name: string) => join(world.directory, name);
    this.path = join(world.bin, 'puppet-gcc');
    this.#log = inWorld('puppet.log');
    this.#hold = inWorld('puppet.hold');
    this.#held = inWorld('puppet.held');
    this.#fail = inWorld('puppet.fail');
    writeFileSync(this.#log, '');
    const source = inWorld('puppet.c');
    writeFileSync(source, PROGRAM);
    const names = { LOG: this.#log, HOLD: this.#hold, HELD: this.#held, FAIL: this.#fail };
    const defines = Object.entries(names).map(([name, path]) => `-D${name}=${JSON.stringify(path)}`);
    execFileSync('gcc', ['-o', this.path, ...defines, source]);
  }

  /** The command lines of all compiles so far. */
  compiles(): string[] {
    return readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
  }

  /** From now on compiles wait before they start. */
  hold(): void {
    rmSync(this.#held, { force: true });
    writeFileSync(this.#hold, '');
  }

  /** Resolves with the process id of the compile that waits. */
  async held(): Promise<number> {
    await until('a compile waits', () => existsSync(this.#held) && readFileSync(this.#held, 'utf8').endsWith('\n'));
    return Number(readFileSync(this.#held, 'utf8'));
  }

  /** Lets compiles go on. */
  release(): void {
    rmSync(this.#hold, { force: true });
  }

  /** Whether compiles fail from now on. */
  fail(failing: boolean): void {
    if (failing) writeFileSync(this.#fail, '');
    else rmSync(this.#fail, { force: true });
  }
}
