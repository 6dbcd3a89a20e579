import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  parseMakeDependencies,
  parseSunproDependencies,
  quoteForMake,
  renderDependencyFile,
  withoutLeadingDots,
} from '../../../src/compilers/dependency-file.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'dependency-file-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Writes a source that includes the headers and lets the compiler write its dependency file. */
function compile(compiler: string, source: string, headers: readonly string[], options: readonly string[]): Buffer {
  const folder = path.join(directory, path.dirname(source));
  mkdirSync(folder, { recursive: true });
  for (const header of headers) writeFileSync(path.join(folder, header), '');
  writeFileSync(path.join(directory, source), headers.map((header) => `#include "${header}"\n`).join(''));
  const argv = ['-c', source, '-o', 'x.o', '-MD', '-MF', 'x.d', ...options];
  execFileSync(compiler, argv, { cwd: directory, stdio: 'pipe' });
  return readFileSync(path.join(directory, 'x.d'));
}

const headerSets: Record<string, string[]> = {
  few: ['a.h', 'b.h'],
  many: Array.from({ length: 30 }, (_, index) => `header_${'x'.repeat(index % 17)}_${index}.h`),
  strange: [
    'a b.h',
    'c$d.h',
    'e#f.h',
    'g:h.h',
    'i  j.h',
    'k%l.h',
    '~m.h',
    'n=o.h',
    "p'q.h",
    'r\\s.h',
    '$$.h',
    't u$v#w.h',
  ],
};
const targetSets = [
  ['short.o'],
  ['./out//put/a b$c#d.o'],
  ['one.o', 'two.o', 'three three.o'],
  ['a/very/long/target/name/that/is/longer/than/the/columns/which/a/compiler/keeps/to/at/all.o', 'next.o'],
  Array.from({ length: 9 }, (_, index) => `targets/number-${index}.o`),
];

for (const compiler of ['gcc', 'clang'] as const) {
  for (const [name, headers] of Object.entries(headerSets)) {
    test.each(targetSets)(`${compiler}, ${name} headers: the file of another target %s`, (...targets) => {
      for (const [source, phony] of [
        ['plain.c', false],
        ['./dir/a source.c', true],
      ] as const) {
        const switches = phony ? ['-MP'] : [];
        const stored = compile(compiler, source, headers, ['-MQ', 'stored.o', ...switches]);
        const parsed = parseMakeDependencies(stored);
        expect(parsed?.targets).toEqual(['stored.o']);
        const expected = compile(compiler, source, headers, [...targets.flatMap((name) => ['-MQ', name]), ...switches]);
        const quoted = targets.map((name) => quoteForMake(compiler === 'gcc' ? withoutLeadingDots(name) : name));
        const rendered = renderDependencyFile(compiler, quoted, parsed?.dependencies ?? [], phony);
        expect(rendered.toString('latin1')).toBe(expected.toString('latin1'));
      }
    });
  }
}

test.each(['a\\ b', 'a\\\\ b', 'tab\there', 'end\\', '#', ' lead', '$', '\\$ \\#'])(
  'targets are quoted as by -MQ: %j',
  (name) => {
    for (const compiler of ['gcc', 'clang']) {
      const file = compile(compiler, 'plain.c', [], ['-MQ', name]).toString('latin1');
      expect(file.startsWith(`${quoteForMake(name)}: `)).toBe(true);
    }
  },
);

test('backslashes before a blank come back from the file', () => {
  const name = 'a\\\\ b\\c.h';
  const parsed = parseMakeDependencies(compile('gcc', 'plain.c', [name], []));
  expect(parsed?.dependencies).toContain(name);
});

test('a rule that spans lines, with carriage returns, and empty rules', () => {
  const text = Buffer.from('x.o y.o: a.c \\\r\n b.h C:/c.h\r\n\r\nb.h:\r\n');
  expect(parseMakeDependencies(text)).toEqual({ targets: ['x.o', 'y.o'], dependencies: ['a.c', 'b.h', 'C:/c.h'] });
});

test('a header that was found in two ways stands there twice', () => {
  const text = Buffer.from('x.o: a/x.c a/../c/h.h a/../c/k.h a/../c/k.h\n');
  const dependencies = parseMakeDependencies(text)?.dependencies ?? [];
  expect(renderDependencyFile('gcc', ['x.o'], dependencies, false)).toEqual(text);
});

test('what is no rule, or has a target that reads like one, is not understood', () => {
  expect(parseMakeDependencies(Buffer.from('a.o a.c\n'))).toBeUndefined();
  expect(parseMakeDependencies(Buffer.from(''))).toBeUndefined();
  expect(parseMakeDependencies(compile('gcc', 'plain.c', [], ['-MT', 'a: b']))).toBeUndefined();
});

test("gcc's SUNPRO_DEPENDENCIES lists the headers without the source", () => {
  writeFileSync(path.join(directory, 'q r.h'), '');
  writeFileSync(path.join(directory, 'sun.c'), '#include "q r.h"\n#include <stddef.h>\n');
  execFileSync('gcc', ['-c', 'sun.c'], { cwd: directory, env: { ...process.env, SUNPRO_DEPENDENCIES: 'sun.d' } });
  const headers = parseSunproDependencies(readFileSync(path.join(directory, 'sun.d')));
  expect(headers).toContain('q r.h');
  expect(headers).not.toContain('sun.c');
  expect(headers?.some((header) => header.endsWith('/stddef.h'))).toBe(true);
});
