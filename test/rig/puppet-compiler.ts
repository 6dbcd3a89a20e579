import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './processes.ts';
import type { World } from './world.ts';

/**
 * A compiler whose strings the test holds: gcc in a script that writes down each compile, and waits or fails when it is
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
    const script = `#!/bin/sh
case " $* " in
*" -### "*) ;;
*" -c "*)
  echo "$*" >> '${this.#log}'
  if [ -e '${this.#fail}' ]; then
    echo 'puppet: told to fail' >&2
    exit 3
  fi
  if [ -e '${this.#hold}' ]; then
    echo $$ > '${this.#held}'
    while [ -e '${this.#hold}' ]; do sleep 0.01; done
  fi
  ;;
esac
exec gcc "$@"
`;
    writeFileSync(this.path, script);
    chmodSync(this.path, 0o755);
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
