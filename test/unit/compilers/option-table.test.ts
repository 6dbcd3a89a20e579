import { expect, test } from 'vitest';
import { clangOptions } from '../../../src/compilers/clang/options.ts';
import { gccOptions } from '../../../src/compilers/gcc/options.ts';
import { findRow, type OptionRow, optionTable, readArguments } from '../../../src/compilers/option-table.ts';

const rows: OptionRow<string>[] = [
  { flag: '-f', kind: 'concatenated', action: 'prefix' },
  { flag: '-foo', kind: 'flag', action: 'flag' },
  { flag: '-foobar', kind: 'concatenated', delimiter: '=', action: 'delimited' },
  { flag: '-I', kind: 'either', action: 'either' },
  { flag: '-set', kind: 'either', delimiter: '=', action: 'either-delimited' },
  { flag: '-take', kind: 'separated', action: 'separated' },
];
const table = optionTable(rows);

test.each([
  ['-foo', 'flag'],
  ['-foob', 'prefix'],
  ['-foobar', 'delimited'],
  ['-foobar=', 'delimited'],
  ['-foobarx', 'prefix'],
  ['-fo', 'prefix'],
  ['-takex', undefined],
  ['-setx', undefined],
  ['', undefined],
  ['~', undefined],
])('the longest flag that fits %j', (text, action) => {
  expect(findRow([table], text)?.action).toBe(action);
});

test('of equal flags that of the later table counts, of others the longer', () => {
  const other = optionTable<string>([
    { flag: '-foo', kind: 'concatenated', action: 'other' },
    { flag: '-', kind: 'concatenated', action: 'short' },
  ]);
  expect(findRow([table, other], '-foo')?.action).toBe('other');
  expect(findRow([table, other], '-foobar=1')?.action).toBe('delimited');
});

test('values in both spellings, and missing ones', () => {
  const values = (...argv: string[]) =>
    readArguments([table], argv, true).map((read) => ('value' in read ? read.value : read.type));
  expect(values('-I', 'a', '-Ib', '-set', 'c', '-set=d', '-take', '-x', '-foobar', '-foobar=e=f')).toEqual([
    'a',
    'b',
    'c',
    'd',
    '-x',
    '',
    'e=f',
  ]);
  expect(values('-I')).toEqual(['']);
  expect(values('-set')).toEqual(['incomplete']);
  expect(values('-take')).toEqual(['incomplete']);
  expect(values('x', '-y', '--', '-foo')).toEqual(['raw', 'unknown', 'raw']);
});

test('a flag twice in one table is a mistake', () => {
  expect(() => optionTable([...rows, ...rows.slice(0, 1)])).toThrow('-f is in the table twice');
});

test.each([
  ['gcc', gccOptions],
  ['clang', clangOptions],
])('the table of %s is in byte order', (_name, options) => {
  const flags = options.map((row) => row.flag);
  expect(flags).toEqual([...flags].sort());
});

// Every flag that the original refuses for gcc is refused here, but those that are cached with all they leave behind.
test.each(('- -E -M -MM -fmodules ' + '-fno-profile-generate -fno-profile-use -frepo -index-store-path').split(' '))(
  'refused: %s',
  (flag) => {
    expect(findRow([optionTable(gccOptions)], flag)?.action).toBe('refuse');
  },
);

test.each(
  (
    '-fcxx-modules -fno-profile-instr-generate -fno-profile-instr-use -fprebuilt-implicit-modules ' +
    '--analyze --analyzer-output --embed-dir=x --save-stats -save-stats=obj ' +
    '--symbol-graph-dir=x -dependency-dot -dsym-dir -dumpdir -fbuiltin-module-map -fcodegen-data-generate ' +
    '-fimplicit-modules -fmemory-profile -fmemory-profile=x -fmodule-header -fmodules-cache-path=x ' +
    '-fmodules-user-build-path -fthin-link-bitcode=x ' +
    '-module-dependency-dir -working-directory'
  ).split(' '),
)('refused for clang: %s', (flag) => {
  expect(findRow([optionTable(gccOptions), optionTable(clangOptions)], flag)?.action).toBe('refuse');
});
