import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../rig/world.ts';

/** Lines that are in one text only. */
function differences(one: string, other: string): readonly string[] {
  const [first, second] = [one.split('\n'), other.split('\n')];
  return [
    ...first.filter((line) => !second.includes(line)).map((line) => `- ${line.trim()}`),
    ...second.filter((line) => !first.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

describe('--show-key', () => {
  let world: World;
  beforeAll(async () => {
    world = new World();
    world.write({
      'x.c': '#include "a.h"\nint x = A + X;\n',
      'a.h': '#define A 1\n',
      'l.rs': 'pub fn f() -> &\'static str { concat!(include_str!("t.txt"), env!("V")) }\n',
      't.txt': 'text',
    });
    await world.startDaemon();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const rust = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const dump = async (compile: string, file: string, env = {}) => {
    await world.succeed(`${world.sccache} ${compile}`, { env: { ...rust, ...env } });
    return world.succeed(`${world.sccache} --show-key ${file}`);
  };

  it('shows of two C compiles what differs', async () => {
    const one = await dump('gcc -O1 -DX=1 -c x.c -o x.o', 'x.o');
    expect(one).toMatch(/^x\.o\n {2}\[key\] [0-9a-f]{64}\n {2}\[version\]\n/);
    expect(one).toMatch(/\n {2}\[arguments\]\n {4}-O1\n {4}-DX=1\n/);
    expect(one).toMatch(/\n {2}\[read\]\n(?: {4}[0-9a-f]{64} .*\n)* {4}[0-9a-f]{64} a\.h\n/);
    const other = await dump('gcc -O1 -DX=2 -c x.c -o x.o', 'x.o', { CPATH: 'one\ntwo' });
    expect(differences(one, other)).toEqual([
      expect.stringMatching(/^- \[key\]/),
      '- -DX=1',
      expect.stringMatching(/^\+ \[key\]/),
      '+ [variable CPATH]',
      '+ one\\ntwo',
      '+ -DX=2',
      ...(other.includes('one/') ? [expect.any(String)] : []),
    ]);
  });

  it('is the same of a hit, and after the daemon', async () => {
    const miss = await dump('gcc -O2 -DX=1 -c x.c -o y.o', 'y.o');
    const hit = await dump('gcc -O2 -DX=1 -c x.c -o y.o', 'y.o');
    expect(hit).toBe(miss);
    await world.stopDaemon();
    expect(await world.succeed(`${world.sccache} --show-key x.c`)).toBe(miss);
  });

  it('shows of two Rust compiles what differs', async () => {
    const compile = 'rustc --crate-name l --crate-type lib --emit=metadata,dep-info l.rs';
    const one = await dump(compile, 'l.rs', { V: '1' });
    world.write({ 't.txt': 'other' });
    const other = await dump(compile, 'l.rs', { V: '2' });
    expect(differences(one, other)).toEqual([
      expect.stringMatching(/^- [0-9a-f]{64} .*t\.txt$/),
      expect.stringMatching(/^- variable V /),
      expect.stringMatching(/^\+ [0-9a-f]{64} .*t\.txt$/),
      expect.stringMatching(/^\+ variable V /),
    ]);
  });

  it('shows each object of a build once, by name', async () => {
    const build = { SCCACHE_SESSION: 'b' };
    await dump('gcc -DX=1 -c x.c -o b.o', '', build);
    await dump('gcc -DX=1 -c x.c -o a.o', '', build);
    await dump('gcc -DX=2 -c x.c -o b.o', '', build);
    const shown = await world.succeed(`${world.sccache} --show-key --session b`);
    expect(shown.match(/^\S.*$/gm)).toEqual(['a.o', 'b.o']);
    expect(shown).toContain('-DX=2\n');
  });

  it('says what it does not know', async () => {
    const { code, stdout, stderr } = await world.run(`${world.sccache} --show-key nothing.o`);
    expect({ code, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'sccache: error: no key\nsccache: caused by: no compile that reads or writes nothing.o is in the journal\n',
    });
  });
});
