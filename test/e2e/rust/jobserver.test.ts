import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest } from '../../rig/cargo.ts';
import { rustEnvironment } from '../../rig/rust.ts';
import { World } from '../../rig/world.ts';

/** Stands before rustc and writes down what it sees of cargo's jobserver: whether its descriptors are open, and the variable. */
const OBSERVER = `#!/bin/sh
case "$*" in *--crate-name\\ app*)
  auth=$(echo "$CARGO_MAKEFLAGS" | sed -n 's/.*--jobserver-auth=\\([0-9]*\\),\\([0-9]*\\).*/\\1 \\2/p')
  set -- "$@"
  for descriptor in $auth; do readlink /proc/$$/fd/$descriptor | sed 's/\\[.*//' >> "$SEEN"; done
  echo "$CARGO_MAKEFLAGS" | sed 's/[0-9][0-9]*,[0-9][0-9]*/R,W/g' >> "$SEEN"
esac
exec "$@"
`;

describe("cargo's jobserver", () => {
  let world: World;
  beforeAll(() => {
    world = new World();
    world.write({ 'Cargo.toml': manifest('app'), 'src/main.rs': 'fn main() {}\n', 'tools/observer': OBSERVER });
    chmodSync(world.path('tools/observer'), 0o755);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  /** What the observer saw in one build. */
  async function seen(name: string, wrapper: string): Promise<string> {
    const file = world.path(name);
    const env = {
      ...rustEnvironment(world, wrapper),
      CARGO_BUILD_JOBS: '3',
      RUSTC_WORKSPACE_WRAPPER: world.path('tools/observer'),
      SEEN: file,
    };
    await world.succeed('rm -rf target; cargo build -q', { env });
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  it('reaches rustc as it does without us', async () => {
    const bare = await seen('bare', '');
    expect(bare).toBe('pipe:\npipe:\n-j --jobserver-fds=R,W --jobserver-auth=R,W\n');
    expect(await seen('cached', world.sccache)).toBe(bare);
    expect((await world.runningStats()).stats.cache_misses.counts).toEqual({ Rust: 1 });
  });
});
