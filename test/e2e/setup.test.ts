import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeTree, snapshot } from '../rig/tree.ts';
import { World } from '../rig/world.ts';

let world: World;
let home: string;
beforeEach(() => {
  world = new World({ env: { SHELL: '/bin/bash' } });
  home = join(world.directory, 'home');
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const setUp = (words: string, env = {}) => world.succeed(`${world.sccache} --setup ${words}`, { env });
const tree = () => describeTree(snapshot(home));

describe('--setup', () => {
  it('shows what it would do, and does nothing', async () => {
    const before = tree();
    const text = await setUp('');
    expect(text).toContain(`• ${home}/.cargo/config.toml\n    + [build] # by sccache --setup\n`);
    expect(text).toContain(`• ${home}/.local/share/sccache/bin/gcc -> `);
    expect(text).toContain(`• ${home}/.bashrc\n`);
    expect(text).toMatch(/\nNothing was changed\. To do it: sccache --setup --yes\n$/);
    expect(tree()).toBe(before);
  });

  it('is undone to the byte, with what else is in the files', async () => {
    mkdirSync(join(home, '.cargo'));
    mkdirSync(join(home, '.local/share/sccache'), { recursive: true });
    writeFileSync(join(home, '.cargo/config.toml'), '[build]\njobs = 2\n\n[net]\noffline = true\n');
    writeFileSync(join(home, 'dotfiles.bashrc'), 'alias ll="ls -l"\n');
    chmodSync(join(home, 'dotfiles.bashrc'), 0o640);
    symlinkSync('dotfiles.bashrc', join(home, '.bashrc'));
    const before = tree();
    await setUp('--yes');
    const done = tree();
    expect(done).not.toBe(before);
    expect(await setUp('--yes'), 'once more').not.toMatch(/[✓✗]/);
    expect(tree()).toBe(done);
    expect(readFileSync(join(home, '.cargo/config.toml'), 'utf8')).toMatch(
      /^\[build\]\nrustc-wrapper = ".*sccache" # by sccache --setup\njobs = 2\n/,
    );
    await setUp('--undo --yes');
    mkdirSync(join(home, '.local/share/sccache'), { recursive: true });
    expect(tree()).toBe(before);
    expect(await setUp('--undo --yes')).toBe('✓ nothing to do\n');
  });

  it.each([
    ['an inline table', 'build = { jobs = 2 }\n', /config\.toml has `build = \{…\}`: add rustc-wrapper = /],
    [
      'another wrapper',
      '[build]\nrustc-wrapper = "other"\n',
      /config\.toml has another wrapper: rustc-wrapper = "other"\n/,
    ],
  ])('leaves %s of cargo alone', async (_what, config, expected) => {
    mkdirSync(join(home, '.cargo'));
    writeFileSync(join(home, '.cargo/config.toml'), config);
    expect(await setUp('cargo --yes')).toMatch(expected);
    expect(readFileSync(join(home, '.cargo/config.toml'), 'utf8')).toBe(config);
  });

  it('puts us before the compilers in PATH, and CMake, of a shell that starts then', async () => {
    await setUp('path --yes');
    await setUp('cmake --yes');
    world.write({ 'x.c': 'int x;\n' });
    const inShell = (command: string) => world.succeed(`bash -c '. ~/.bashrc; ${command}'`);
    expect(await world.outcomes(() => inShell('cc -c x.c && gcc -O1 -c x.c && g++ -c x.c'))).toBe('miss, miss, miss');
    expect(await world.outcomes(() => inShell('"$CMAKE_C_COMPILER_LAUNCHER" cc -c x.c')), 'both at once').toBe('hit');
    expect(existsSync(join(home, '.cargo/config.toml'))).toBe(false);
  });

  it.each([
    ['no configuration', undefined],
    ['a table', '[build]\njobs = 1\n'],
    ['dotted keys', 'build.jobs = 1\n'],
  ])('puts us before rustc where cargo has %s', async (_what, config) => {
    mkdirSync(join(home, '.cargo'));
    if (config !== undefined) writeFileSync(join(home, '.cargo/config.toml'), config);
    await setUp('cargo --yes', { CARGO_HOME: join(home, '.cargo') });
    const text = readFileSync(join(home, '.cargo/config.toml'), 'utf8');
    world.write({
      '.cargo/config.toml': text,
      'Cargo.toml': '[package]\nname = "c"\nversion = "1.0.0"\nedition = "2021"\n',
      'src/lib.rs': 'pub fn f() {}\n',
    });
    // The real cargo with its own home, and what was written as the project's configuration.
    const cargo = { PATH: process.env['PATH'], HOME: process.env['HOME'], CARGO_INCREMENTAL: '0' };
    await world.startDaemon();
    await world.succeed('cargo build --offline', { env: cargo });
    expect((await world.stats()).stats.compile_requests).toBeGreaterThan(0);
  });
});
