import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { clientUnderTest } from '../rig/clients.ts';
import { isRunning } from '../rig/processes.ts';
import { PuppetCompiler } from '../rig/puppet-compiler.ts';
import { programsStarted, type SystemCall, systemCalls } from '../rig/strace.ts';
import { World } from '../rig/world.ts';

/** What only the native client does: the TypeScript one is a process of many threads and calls. */
const native = clientUnderTest() === 'native' ? it : it.skip;

/** The calls from accepting a client to the last answer to it; what the daemon does for itself is before or after. */
function whileServing(calls: readonly SystemCall[]): SystemCall[] {
  const accepted = calls.findIndex(({ name, text }) => name.startsWith('accept') && !text.includes(' = -1 '));
  const client = / = (\d+)$/.exec(calls[accepted]?.text ?? '')?.[1];
  const answered = calls.findLastIndex(({ name, text }) => /^(write|send)/.test(name) && text.startsWith(`${client},`));
  expect(answered, 'an answer after an accept').toBeGreaterThan(accepted);
  return calls.slice(accepted, answered + 1);
}

describe('how often the compiler runs', () => {
  it('once on a miss, and not at all on a hit', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    world.write({ 'a.c': '#include <stdio.h>\nint f(void) { return 1; }\n' });
    expect(await world.outcomes(() => world.succeed(`${world.sccache} ${puppet.path} -c a.c`))).toBe('miss');
    expect(puppet.compiles()).toEqual([expect.stringMatching(/^-c a\.c/)]);
    expect(await world.outcomes(() => world.succeed(`${world.sccache} ${puppet.path} -c a.c`))).toBe('hit');
    expect(puppet.compiles()).toHaveLength(1);
  });

  it('again when it failed', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    world.write({ 'a.c': 'int v;\n' });
    puppet.fail(true);
    const failed = await world.run(`${world.sccache} ${puppet.path} -c a.c`);
    expect({ code: failed.code, stderr: failed.stderr.toString() }).toEqual({
      code: 3,
      stderr: 'puppet: told to fail\n',
    });
    puppet.fail(false);
    await world.succeed(`${world.sccache} ${puppet.path} -c a.c`);
    expect(puppet.compiles()).toHaveLength(2);
  });

  it('once for equal compiles at the same time', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    world.write({ 'a.c': 'int v;\n' });
    puppet.hold();
    const command = (object: string) => `${world.sccache} ${puppet.path} -c a.c -o ${object}`;
    const first = world.run(command('one.o'));
    await puppet.held();
    const second = world.run(command('two.o'));
    await sleep(200);
    puppet.release();
    expect([(await first).code, (await second).code]).toEqual([0, 0]);
    expect(puppet.compiles()).toHaveLength(1);
    await world.succeed('cmp one.o two.o');
  });

  it('once for equal compiles that come together', async () => {
    await using world = new World();
    const puppet = new PuppetCompiler(world);
    world.write({ 'a.c': 'int v;\n', 'b.c': 'int w;\n' });
    await world.succeed(`${world.sccache} ${puppet.path} -c b.c`); // the compiler is known
    const one = (object: number) => `${world.sccache} ${puppet.path} -c a.c -o ${object}.o`;
    await world.succeed(`${[1, 2, 3, 4, 5, 6].map((object) => `${one(object)} & `).join('')} wait`);
    await world.succeed('for n in 2 3 4 5 6; do cmp 1.o $n.o || exit 1; done');
    expect(puppet.compiles()).toHaveLength(2);
  });

  native.each([
    { compiler: 'gcc', programs: ['sccache', 'gcc', 'cc1', 'as'] },
    { compiler: 'gcc -MMD', programs: ['sccache', 'gcc', 'cc1', 'as'] },
    { compiler: 'clang', programs: ['sccache', 'clang'] },
    { compiler: 'clang -g -MMD', programs: ['sccache', 'clang'] },
  ])('one $compiler on a miss, as strace sees it', async ({ compiler, programs }) => {
    await using world = new World();
    world.write({ 'a.c': '#include <stdio.h>\nint v;\n', 'b.c': '#include <stdio.h>\nint w;\n' });
    await world.succeed(`${world.sccache} ${compiler} -c a.c`);
    const trace = join(world.directory, 'trace');
    await world.succeed(`strace -f -e trace=execve -o ${trace} ${world.sccache} ${compiler} -c b.c`);
    expect(programsStarted(trace)).toEqual(programs);
    await world.succeed(`strace -f -e trace=execve -o ${trace} ${world.sccache} ${compiler} -c b.c`);
    expect(programsStarted(trace)).toEqual(['sccache']);
  });

  it('not even for a question on the first hit of a new daemon, which remembers what the last one knew', async () => {
    await using world = new World();
    const wrapper = '#!/bin/sh\necho "$*" >> calls\n';
    world.write({
      'a.c': '#include "a.h"\nint v = A;\n',
      'a.h': '#define A 1\n',
      'cc.sh': `${wrapper}exec gcc "$@"\n`,
    });
    await world.succeed('chmod +x cc.sh && touch -d "1 hour ago" a.c a.h cc.sh');
    const compile = `${world.sccache} ./cc.sh -c a.c`;
    const calls = async () => (await world.succeed('cat calls')).split('\n').length - 1;
    await world.succeed(compile);
    await world.succeed('cp a.o first.o');
    const atFirst = await calls();
    await world.stopDaemon();
    expect(await world.outcomes(() => world.succeed(compile))).toBe('hit');
    expect(await calls()).toBe(atFirst);
    await world.succeed('cmp a.o first.o');

    await world.stopDaemon();
    world.write({ 'a.h': '#define A 2\n', 'cc.sh': `${wrapper}exec gcc -DB "$@"\n` });
    await world.succeed('chmod +x cc.sh');
    expect(await world.outcomes(() => world.succeed(compile))).toBe('miss');
    expect(await calls()).toBeGreaterThan(atFirst + 1);
    await world.succeed('! cmp -s a.o first.o && cp a.o second.o && ./cc.sh -c a.c && cmp a.o second.o');
  });

  it('the daemon never starts a compiler', async () => {
    await using world = new World();
    world.write({ 'a.c': '#include <stdio.h>\nint v;\n' });
    await world.startDaemon();
    const trace = join(world.directory, 'trace');
    const strace = world.start(
      `exec strace -f -e trace=execve,fork,vfork,clone,clone3 -o ${trace} -p ${world.daemon().pid}`,
    );
    await sleep(300);
    await world.succeed(`${world.sccache} gcc -c a.c`);
    await world.succeed(`${world.sccache} gcc -c a.c`);
    process.kill(strace.pid, 'SIGINT');
    await strace.ended;
    expect(programsStarted(trace)).toEqual([]);
  });

  native('a hit costs the client one stat for each header, and the daemon a few calls', async () => {
    await using world = new World();
    const headers = Array.from({ length: 200 }, (_, index) => `h${index}.h`);
    world.write({
      'a.c': headers.map((name) => `#include "${name}"\n`).join(''),
      ...Object.fromEntries(headers.map((name) => [name, ''])),
    });
    await world.succeed('touch -d "1 hour ago" a.c *.h');
    for (let run = 0; run < 4; run += 1) await world.succeed(`${world.sccache} gcc -c a.c`);
    const { pid } = world.daemon();
    const trace = join(world.directory, 'trace');
    const strace = world.start(`exec strace -f -o ${trace} -p ${pid}`);
    await sleep(400);
    const clientTrace = join(world.directory, 'client-trace');
    await world.succeed(`strace -o ${clientTrace} -f ${world.sccache} gcc -c a.c`);
    await sleep(100);
    process.kill(strace.pid, 'SIGINT');
    await strace.ended;
    expect(isRunning(pid)).toBe(true);
    const ofHeaders = systemCalls(clientTrace).filter(({ text }) => /\bh\d+\.h"/.test(text));
    expect(ofHeaders.map(({ name }) => name).filter((name) => !/stat/.test(name))).toEqual([]);
    expect(ofHeaders).toHaveLength(headers.length);
    const calls = whileServing(systemCalls(trace).filter((call) => call.pid === pid));
    const forThreads = /^(epoll_|futex|restart_syscall|madvise|mprotect|mmap|munmap|rt_sig|getpid|gettid)/;
    const others = calls.filter((call) => !forThreads.test(call.name));
    const text = others.map((call) => `${call.name}(${call.text.slice(0, 80)}`).join('\n');
    // Programs, their libraries, source, search directories, object and entry are asked for with a stat each; the changed directory is read.
    expect(others.filter(({ name }) => !name.includes('stat')).length, text).toBeLessThan(12);
    expect(others.length, text).toBeLessThan(36);
  });
});
