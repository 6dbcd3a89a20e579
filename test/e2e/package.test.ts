import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../rig/clients.ts';
import { start } from '../rig/processes.ts';
import { World } from '../rig/world.ts';

const PACKED = [
  'src',
  'bin',
  'scripts',
  'docs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'README.md',
  'LICENSE',
];

describe('the package', () => {
  let directory: string;
  let tarball: string;

  /** Runs npm in a directory, without the settings of the npm that runs the tests. */
  const npm = async (cwd: string, ...args: string[]) => {
    const inherited = Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/i.test(name));
    const env = Object.fromEntries(inherited.map(([name, value]) => [name, value ?? '']));
    const result = await start('npm', args, { cwd, env, timeoutMs: 110_000 }).ended;
    if (result.code !== 0) throw new Error(`npm ${args.join(' ')}: ${result.code}\n${result.stdout}${result.stderr}`);
    return result.stdout.toString();
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sct-package-'));
    // Packing builds: in a copy, because other tests use the checkout's programs at the same time.
    const copy = join(directory, 'checkout');
    for (const name of PACKED.filter((entry) => readdirSync(ROOT).includes(entry))) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await npm(copy, 'pack', '--pack-destination', directory);
    tarball = join(directory, readdirSync(directory).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
  }, 120_000);

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each([
    { how: 'with its install script', options: [], client: 'native' },
    { how: 'without install scripts', options: ['--ignore-scripts'], client: 'typescript' },
  ])(
    'works when it is installed $how',
    async ({ options, client }) => {
      const prefix = join(directory, client);
      await npm(
        directory,
        'install',
        '--global',
        '--prefix',
        prefix,
        '--prefer-offline',
        '--no-audit',
        ...options,
        tarball,
      );
      await using world = new World();
      const sccache = join(prefix, 'bin/sccache');
      world.write({ 'a.c': '#include <stdio.h>\nint f(void) { return 1; }\n' });
      await world.succeed('gcc -g -c a.c -o reference.o');
      for (let run = 0; run < 2; run += 1) await world.succeed(`${sccache} gcc -g -c a.c && cmp a.o reference.o`);
      const report = await world.succeed(`${sccache} --show-stats`);
      expect(report).toMatch(/^Cache hits +1$/m);
      expect(report).toMatch(/^Cache misses +1$/m);
      expect(/typescript/i.test(report)).toBe(client === 'typescript');
      await world.succeed(`${sccache} --stop-server`);
    },
    120_000,
  );
});
