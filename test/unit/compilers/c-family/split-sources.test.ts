import { expect, test } from 'vitest';
import { splitSources } from '../../../../src/compilers/c-family/split-sources.ts';

function split(line: string): string[] | undefined {
  const options = { plusplus: false, cwd: '/work', readFile: () => undefined, environment: new Map<string, string>() };
  return splitSources(options, line.split(' '))?.map((words) => words.join(' '));
}

test('each source has all other words, in their order', () => {
  expect(split('-c a.c -O2 d/b.cc -g')).toEqual(['-c a.c -O2 -g', '-c -O2 d/b.cc -g']);
  expect(split('-S a.c b.c s.i')).toEqual(['-S a.c', '-S b.c', '-S s.i']);
});

test.each([
  'a.c b.c',
  '-c a.c',
  '-c a.c b.c -o x.o',
  '-c a.c b.c @more',
  '-c a.c b.c x.o',
  '-c a.c d/a.c',
  '-c -MD -MF x a.c b.c',
  '-c -MJ x a.c b.c',
  '-c -include p.c a.c',
  '-c -include p.c a.c b.c',
  '-c -D X.c a.c b.c',
  '-E a.c b.c',
  '-fsyntax-only -MD a.c b.c',
  '-c a.c b.weird',
  '-c -grecord-command-line a.c b.c',
])('belongs together: %s', (line) => {
  expect(split(line)).toBeUndefined();
});
