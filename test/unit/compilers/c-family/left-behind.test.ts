import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompilerKind } from '../../../../src/compilers/c-family/draft.ts';
import { parseArguments } from '../../../../src/compilers/c-family/parse.ts';
import { renderDependencyFile } from '../../../../src/compilers/dependency-file.ts';

/** The parser must tell every file that the real compiler leaves behind, by name. */

let directory = '';
const source = '#include "k.h"\nint f(int n){ int a[n]; return a[0]; }\n';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'left-behind-'));
  for (const folder of ['d', 'o', 'o ut', 'o.x']) mkdirSync(path.join(directory, folder));
  writeFileSync(path.join(directory, 'd/k.h'), '');
  for (const name of ['d/a.c', 'd/s p$#c.c', 'd/b.x.c']) writeFileSync(path.join(directory, name), source);
  writeFileSync(path.join(directory, 'd/p.i'), 'int x;\n');
  writeFileSync(path.join(directory, 'd/s.s'), '.text\n');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function filesIn(): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

function parse(kind: CompilerKind, argv: readonly string[]) {
  const options = {
    plusplus: false,
    cwd: directory,
    readFile: () => undefined,
    environment: new Map<string, string>(),
  };
  return parseArguments(kind, options, argv);
}

const places = ['d/a.c', 'd/a.c -o o/b.x.obj', 'd/a.c -o ./o//b.o', 'd/a.c -o o.x/b', '-S d/a.c -o o/b.x.s'];
const options = [
  '',
  '-MD',
  '-MMD -MP',
  '-MD -MF x.dep',
  '-MD -MFx -MF y',
  '-MD -MT q -MQ r -MQ s -MT t -MT u',
  '-MD -MT x -MT x',
  '-MD -MQ ./t.o',
  '-MMD -MD',
  '-Wp,-MD,f',
  '-Wp,-MMD,f -MT q',
  '-Wp,-MD,f -Wp,-MP',
  '-fstack-usage',
  '--coverage',
  '-ftest-coverage',
  '-fprofile-arcs',
  '-g -gsplit-dwarf',
  '-gsplit-dwarf -g0',
  '-fsyntax-only -MD',
  '-save-temps',
  '-save-temps=obj -g -MD',
  '--coverage -fprofile-dir=prof',
];
const gccOnly = [
  '-aux-info x',
  '--coverage -fprofile-note=o/n',
  '-fdump-tree-all=x -fdump-rtl-final=y',
  '-Wa,-aln=o/x.lst',
  '-save-temps --coverage -fstack-usage -gsplit-dwarf',
  '-fcallgraph-info',
  '-fcallgraph-info=su',
  '-Wp,-MD,f,-MT,x',
  '-Wp,-MD,f -MQ a -MT b -Wp,-MT,c',
];
const clangOnly = [
  '-MJ x.json',
  '-emit-llvm',
  '-ftime-trace',
  '-fsave-optimization-record -O1',
  '-foptimization-record-file=x -O1',
  '--serialize-diagnostics x.dia',
  '-g -gsplit-dwarf=single',
  '-ftest-coverage -fstack-usage',
];

/** As the directory lists it. */
function local(name: string): string {
  return path.relative(directory, path.resolve(directory, name));
}

function check(kind: CompilerKind, argv: readonly string[]): void {
  const parsed = parse(kind, argv);
  if (!parsed.ok) throw new Error(`refused: ${parsed.error.reason}`);
  const before = new Set(filesIn());
  const run = spawnSync(kind, argv, { cwd: directory });
  expect(run.status, run.stderr.toString()).toBe(0);
  const after = filesIn().filter((name) => !before.has(name));
  const declared = parsed.value.outputs.map((output) => ({ ...output, path: local(output.path) }));
  const dependencyFile = parsed.value.dependencyFile;
  const names = [...declared.map((output) => output.path), ...(dependencyFile ? [dependencyFile.path] : [])];
  expect(names.map(local)).toEqual(expect.arrayContaining(after));
  const certain = declared.filter((output) => !output.optional).map((output) => output.path);
  expect(after).toEqual(expect.arrayContaining(certain));
  if (dependencyFile === undefined) return;
  const written = readFileSync(path.resolve(directory, dependencyFile.path), 'latin1');
  const headings = renderDependencyFile(kind, dependencyFile.targets, [], false).toString('latin1').trimEnd();
  expect(written.startsWith(`${headings} `)).toBe(true);
  expect(written.includes('d/k.h:')).toBe(dependencyFile.phony);
}

for (const kind of ['gcc', 'clang'] as const) {
  for (const option of [...options, ...(kind === 'gcc' ? gccOnly : clangOnly)]) {
    test(`${kind} ${option}`, () => {
      for (const place of places) {
        const argv = ['-c', ...`${option} ${place}`.split(' ').filter((word) => word !== '')];
        check(kind, argv);
        for (const name of filesIn()) if (!name.startsWith('d/')) rmSync(path.join(directory, name));
      }
    });
  }
  test(`${kind}: names that make quotes`, () => {
    check(kind, ['-c', '-MD', 'd/b.x.c', '--coverage']);
    check(kind, ['-c', '-MD', 'd/s p$#c.c', '--coverage']);
    check(kind, ['-c', '-MD', 'd/a.c', '-o', 'o ut/b$x#y.o', '-fstack-usage']);
    check(kind, ['-c', '-MD', 'd/a.c', '-o', path.join(directory, 'abs.o')]);
  });
  test(`${kind}: what is preprocessed already has no dependency file`, () => {
    check(kind, ['-c', '-MD', 'd/p.i']);
    check(kind, ['-c', '-MD', 'd/s.s']);
    check(kind, ['-c', '-MD', '-x', 'assembler-with-cpp', 'd/k.h']);
  });
}
