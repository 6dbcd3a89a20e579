import { describe, expect, it } from 'vitest';
import { equivalentArguments } from '../../../../src/compilers/c-family/equivalent-arguments.ts';
import { parseArguments } from '../../../../src/compilers/c-family/parse.ts';

function read(kind: 'gcc' | 'clang', command: string) {
  const options = { plusplus: false, cwd: '/d', readFile: () => undefined, environment: new Map() };
  const parsed = parseArguments(kind, options, command.split(' '));
  if (!parsed.ok) throw new Error(parsed.error.reason);
  return equivalentArguments(kind, parsed.value);
}

describe('arguments that mean the same', () => {
  it.each([
    ['-O2 -Wall -c a.c', '-Wall -O2 -c a.c'],
    ['-I x -O1 -isystem y -c a.c', '-O1 -Ix -isystem y a.c -c'],
    ['-fPIC -std=c11 -march=x86-64 -c a.c', '-march=x86-64 -fPIC -c a.c -std=c11'],
    ['-D__A=1 -D__B -c a.c', '-D__B -D__A=1 -c a.c'],
  ])('%s, %s', (one, other) => {
    expect(read('gcc', one)).toBeDefined();
    expect(read('gcc', one)).toEqual(read('gcc', other));
  });

  it.each([
    ['-O2 -O0 -c a.c', '-O0 -O2 -c a.c'],
    ['-Ix -Iy -c a.c', '-Iy -Ix -c a.c'],
    ['-Wall -Wno-unused -c a.c', '-Wno-unused -Wall -c a.c'],
    ['-fPIC -fPIE -c a.c', '-fPIE -fPIC -c a.c'],
    ['-D__A=1 -D__A=2 -c a.c', '-D__A=2 -D__A=1 -c a.c'],
    ['-D__A -U__A -c a.c', '-U__A -D__A -c a.c'],
    ['-g -O2 -fPIC -c a.c', '-g -fPIC -O2 -c a.c'],
  ])('not %s, %s', (one, other) => {
    expect(read('gcc', one)).toBeDefined();
    expect(read('gcc', one)).not.toEqual(read('gcc', other));
  });

  it('takes definitions of plain names apart', () => {
    expect(
      read('gcc', '-DA -DB=1 -DC="x" -D__D -De=1 -Dlinux -Dxor -DF=1+2 -DG(x)=1 -DH(x,y)=1 -DI(x)=#x -DJ(x)=__K -c a.c')
        ?.defines,
    ).toEqual(['-DA', '-DB=1', '-DC="x"', '-De=1', '-DG(x)=1']);
    expect(read('gcc', '-DA -g3 -c a.c')).toMatchObject({ defines: [], words: ['-DA', '-g3'] });
    expect(read('gcc', '-DA -DA=1 -DB -UB -c a.c')?.defines).toEqual([]);
  });

  it.each([
    '-fsanitize=address',
    '--coverage',
    '-flto',
    '-g4',
    '-ffoo',
    '-Wdocumentation',
    '-Weverything',
    '-std=c89',
    '-ansi',
    '-Wp,-DA',
    '-Wa,-L',
    '-fverbose-asm',
    '-S',
    '-Wimplicit-fallthrough=1',
    '-Wimplicit-fallthrough=5',
    '-fstack-usage',
    '-x assembler-with-cpp',
    '-fprofile-use',
  ])('does not know %s', (option) => {
    expect(read('gcc', `-c ${option} a.c`)).toBeUndefined();
  });

  it('has the directories of -I apart', () => {
    expect(read('gcc', '-Ix -O1 -I y --sysroot=z -isystem s -c a.c')).toMatchObject({
      words: ['-O1', '-isystem'],
      system: ['s'],
      searched: ['x', 'y'],
    });
  });

  it('says what shows positions', () => {
    expect(read('gcc', '-c a.c')).toMatchObject({ debugInformation: false, readsIndentation: false });
    expect(read('gcc', '-Wall -c a.c')).toMatchObject({ readsIndentation: true });
    expect(read('gcc', '-g -c a.c')).toMatchObject({ debugInformation: true });
    expect(read('gcc', '-g -g0 -c a.c')).toMatchObject({ debugInformation: false });
    expect(read('gcc', '-g -c a.c')).toMatchObject({ showsSources: false });
    expect(read('clang', '-g -c a.c')).toMatchObject({ debugInformation: true, showsSources: true });
  });
});
