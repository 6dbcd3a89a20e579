import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDryRun, parseVerboseOutput } from '../../../src/compilers/search-directories.ts';

function stderrOf(compiler: string, ...argv: readonly string[]): Buffer {
  return spawnSync(compiler, argv, { env: { ...process.env, LC_ALL: 'C' } }).stderr;
}

test.each(['gcc', 'clang'] as const)('what %s says of itself with -v', (compiler) => {
  const argv = [
    '-iquote',
    '/usr',
    '-I',
    '/usr/share',
    '-I/usr/share',
    '-I',
    '/nowhere',
    '-v',
    '-E',
    '-x',
    'c++',
    '/dev/null',
  ];
  const told = parseVerboseOutput(stderrOf(compiler, ...argv));
  expect(told.kind).toBe(compiler);
  const version = spawnSync(compiler, ['-dumpversion']).stdout.toString().trim();
  expect(told.version.startsWith(version)).toBe(true);
  const machine = spawnSync(compiler, ['-dumpmachine']).stdout.toString().trim();
  expect(told.target).toBe(machine);
  expect(told.quoteDirectories).toEqual(['/usr']);
  expect(told.angleDirectories[0]).toBe('/usr/share');
  expect(told.angleDirectories).toContain('/usr/include');
  expect(told.angleDirectories.every((directory) => existsSync(directory))).toBe(true);
  expect(told.ignoredDirectories).toContainEqual({ path: '/nowhere', reason: 'nonexistent' });
  expect(told.ignoredDirectories).toContainEqual({ path: '/usr/share', reason: 'duplicate' });
  expect(told.compilerProgram).toMatch(compiler === 'gcc' ? /\/cc1plus$/ : /\/clang$/);
  expect(told.driverProgram).toBe(compiler === 'gcc' ? 'gcc' : undefined);
});

test('frameworks and header maps are no plain directories', () => {
  const text = `Apple clang version 15.0.0 (clang-1500.3.9.4)
Target: arm64-apple-darwin23.4.0
 "/Applications/Xcode.app/clang" -cc1 -triple arm64-apple-macosx14.0.0 -x c /dev/null
#include "..." search starts here:
 /p/x.hmap (headermap)
#include <...> search starts here:
 /p/include
 /p/System/Library/Frameworks (framework directory)
End of search list.
`;
  const told = parseVerboseOutput(Buffer.from(text));
  expect(told).toMatchObject({
    kind: 'clang',
    version: '15.0.0',
    quoteDirectories: [],
    angleDirectories: ['/p/include'],
  });
  expect(told.frameworkDirectories).toEqual(['/p/System/Library/Frameworks']);
  expect(told.compilerProgram).toBe('/Applications/Xcode.app/clang');
});

test('what is no compiler tells nothing', () => {
  expect(parseVerboseOutput(Buffer.from('usage: x\n'))).toMatchObject({ kind: undefined, compilerProgram: undefined });
});

test.each(['gcc', 'clang'])('the commands of %s -###, with its quotes undone', (compiler) => {
  const define = 'X=a "b\\c $d` \'e';
  const { commands } = parseDryRun(stderrOf(compiler, '-###', '-c', '-x', 'c', '/dev/null', '-D', define));
  const [compile, assemble] = commands;
  expect(compile?.[0]).toMatch(compiler === 'gcc' ? /\/cc1$/ : /\/clang$/);
  expect(compile?.[(compile?.indexOf('-D') ?? -2) + 1]).toBe(define);
  if (compiler === 'gcc') expect(assemble?.[0]).toMatch(/(?:^|\/)as$/);
  else expect(assemble).toBeUndefined();
});

test('clang with an assembler of its own', () => {
  const { commands } = parseDryRun(stderrOf('clang', '-###', '-c', '-fno-integrated-as', '-x', 'c', '/dev/null'));
  expect(commands[1]?.[0]).toMatch(/(?:^|\/)as$/);
});
