import { expect, test } from 'vitest';
import type { ParsedArguments, Refusal } from '../../../../src/compilers/arguments.ts';
import type { CompilerKind } from '../../../../src/compilers/c-family/draft.ts';
import { parseArguments } from '../../../../src/compilers/c-family/parse.ts';

interface Setting {
  readonly plusplus?: boolean;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

function run(kind: CompilerKind, argv: readonly string[], setting: Setting = {}) {
  const options = {
    plusplus: setting.plusplus ?? false,
    cwd: '/work',
    readFile: (path: string) => {
      const text = setting.files?.[path];
      return text === undefined ? undefined : Buffer.from(text);
    },
    environment: new Map(Object.entries(setting.environment ?? {})),
  };
  return parseArguments(kind, options, argv);
}

function parsed(kind: CompilerKind, line: string, setting?: Setting): ParsedArguments {
  const result = run(kind, line.split(' '), setting);
  if (!result.ok) throw new Error(`refused: ${result.error.reason}`);
  return result.value;
}

function refusal(kind: CompilerKind, line: string, setting?: Setting): Refusal {
  const result = run(kind, line.split(' '), setting);
  if (result.ok) throw new Error('not refused');
  return result.error;
}

const both = ['gcc', 'clang'] as const;

test.each([
  ['-E a.c', '-E'],
  ['-c -E a.c -M', '-E'],
  ['-c -M a.c', '-M'],
  ['-c -MM a.c', '-MM'],
  ['-c -MG -MD a.c', '-MG'],
  ['-c -', '-'],
  ['-c a.c b.c', 'multiple input files'],
  ['-c a.c x.o', 'multiple input files'],
  ['-c', 'no input file'],
  ['-c a.foo', 'unknown source language'],
  ['-c -x f95 a.f', '-x'],
  ['-c a.c --sysroot', 'argument parse'],
  ['-c @nowhere a.c', '@'],
  ['-c a.c -I@x', '@'],
  ['-c a.c -save-temps=cwd', '-save-temps=cwd'],
  ['-c a.c -save-temps -flto', '-save-temps'],
  ['-c a.c -fdump-ada-spec', '-fdump-'],
  ['-c a.c -fdump-tree-all -o /dev/null', '-fdump-tree'],
  ['-c a.c -aux-info x -aux-info y', '-aux-info'],
  ['-c a.c -aux-info -', '-aux-info'],
  ['-c a.c -dM', '-d'],
  ['-c a.c -o x -o y', '-o'],
  ['-c a.c -MD -MF -', '-MF'],
  ['-c a.c -MD -MF /dev/stdout', '-MF'],
  ['-c a.c -MD -o /dev/null', '-MD'],
  ['-c a.c --coverage -o /dev/null', '--coverage'],
  ['-c a.c -fstack-usage -o .x', '-fstack-usage'],
  ['-c a.c -gsplit-dwarf -o x.dwo', 'two outputs of one name'],
  ['-c a.c -o /proc/self/fd/1', '-o /proc/self/fd/1'],
  ['-fsyntax-only a.c -fstack-usage', '-fstack-usage'],
  ['-fsyntax-only a.s', '-fsyntax-only'],
  ['-c a.c -Wa,-aln=x,-ahn=y', '-Wa'],
  ['-c a.c -Wa,-ag=x', '-Wa'],
  ['-c a.c -Wa,--MD,x', '-Wa'],
  ['-c a.c -Xassembler -o -Xassembler y', '-Wa'],
  ['-c a.c -Wa,other.s', '-Wa'],
  ['-c a.c -Wp,-dD', '-Wp'],
  ['-c a.c -Wp,-o,f', '-Wp'],
  ['-c a.c -Xpreprocessor -MD -Xpreprocessor f', '-Xpreprocessor'],
  ['-c a.c -arch x86_64 -arch arm64', 'multiple different -arch, and SCCACHE_CACHE_MULTIARCH not set'],
  ['-c a.c -fmodules', '-fmodules'],
  ['-c a.c -v', '-v'],
])('not cached: %s', (line, reason) => {
  for (const kind of both) {
    const error = refusal(kind, line);
    expect(error.kind).toBe('cannot-cache');
    if (reason !== '') expect(error.reason).toBe(reason);
  }
});

test.each([
  ['gcc', '-c a.c -o -', '-o -'],
  ['gcc', '-c a.c -fplugin=x.so', '-fplugin'],
  ['clang', '-c a.c -fprofile-sample-use', '-fprofile-sample-use'],
  ['clang', '-c a.c -ftime-trace=x', '-ftime-trace'],
  ['clang', '-c a.c -fmodule-file=', '-fmodule-file'],
  ['clang', '-c a.h -o x -emit-llvm -Xclang -fno-pch-timestamp', '-emit-llvm'],
  ['clang', '-c a.c -Xclang -S', '-S'],
  ['clang', '-c a.c -Xclang -ast-dump', "Can't handle UnknownFlag arguments with -Xclang"],
  ['clang', '-c a.c -Xclang word', "Can't handle Raw arguments with -Xclang"],
  ['clang', '-c a.c -Xclang -fno-integrated-as', '-fno-integrated-as'],
  ['clang', '--precompile a.cc', '--precompile'],
  ['clang', '--precompile -c a.cppm', '--precompile'],
  ['gcc', '-c a.cppm', 'unknown source language'],
  ['gcc', '-MD a.h', 'precompiled header'],
  ['gcc', '-S a.h', '-S'],
] as const)('not cached by %s: %s', (kind, line, reason) => {
  expect(refusal(kind, line)).toEqual({ kind: 'cannot-cache', reason });
});

test.each([
  ['a.c', 'link'],
  ['a.o b.o -o x', 'link'],
  ['-c --version', '--version'],
  ['-print-prog-name=as -c a.c', '-print-'],
])('no compilation: %s', (line, reason) => {
  for (const kind of both) expect(refusal(kind, line)).toEqual({ kind: 'not-compilation', reason });
});

test('spelling does not matter, order does', () => {
  for (const kind of both) {
    const one = parsed(kind, '-c a.c -I x -D Y -includez.h -isystem s -std=c99 -O2');
    expect(one.keyArguments).toEqual(parsed(kind, '-Ix -DY -include z.h -isystems -std=c99 -O2 -c a.c').keyArguments);
    expect(one.keyArguments).not.toEqual(parsed(kind, '-c a.c -DY -Ix -includez.h -isystem s -std=c99').keyArguments);
    expect(one.forcedIncludes).toEqual(['z.h']);
    expect(one.probeArguments).toEqual(['-Ix', '-isystem', 's', '-std=c99']);
  }
});

test('what decides nothing in the object is not in the key', () => {
  for (const kind of both) {
    const line = '-c a.c -o x.o -pipe -MD -MF x.d -MT t -fdiagnostics-color=always';
    expect(parsed(kind, line).keyArguments).toEqual([]);
    expect(parsed(kind, line).colour).toBe('always');
    expect(parsed(kind, '-c a.c -fdiagnostics-color=always -fno-diagnostics-color').colour).toBe('never');
    expect(parsed(kind, '-c a.c -fdiagnostics-color=auto').colour).toBe('auto');
  }
});

test('options that clang does not use are named in its warnings', () => {
  expect(parsed('clang', '-c a.s -MD -MF x').keyArguments).toEqual(['-MD', '', '-MF', 'x']);
  expect(parsed('clang', '-c a.c -MF x').keyArguments).toEqual(['-MF', 'x']);
  expect(parsed('gcc', '-c a.s -MD -MF x').keyArguments).toEqual([]);
});

test('the language is that of the last -x before the input, else by the extension', () => {
  for (const kind of both) {
    expect(parsed(kind, '-c -x c -x c++ a.foo').language).toBe('c++');
    expect(parsed(kind, '-c a.c -x c++').language).toBe('c');
    expect(parsed(kind, '-c -x c++ -x none a.c').language).toBe('c');
    expect(parsed(kind, '-c -xassembler-with-cpp a.c').language).toBe('assembler-with-cpp');
    expect(parsed(kind, '-c a.c', { plusplus: true }).language).toBe('c++');
    expect(parsed(kind, '-c a.i', { plusplus: true }).language).toBe('c++-cpp-output');
    expect(parsed(kind, '-c -x c a.c', { plusplus: true }).language).toBe('c');
    expect(parsed(kind, '-c a.C').language).toBe('c++');
    expect(parsed(kind, '-c a.S').language).toBe('assembler-with-cpp');
  }
});

test('-S wins over -c', () => {
  const assembly = parsed('gcc', '-S -c dir/a.b.c');
  expect(assembly.mode).toBe('assembly');
  expect(assembly.outputs).toEqual([{ role: 'assembly', path: 'a.b.s', optional: false }]);
});

test('the directory is embedded by debug information, unless a later -g0 takes it away', () => {
  for (const kind of both) {
    expect(parsed(kind, '-c a.c').embedsDirectory).toBe(false);
    for (const option of ['-g', '-g1', '-ggdb3', '-gdwarf-5', '--coverage', '-Wa,-g', '-Wa,--gdwarf-5']) {
      expect(parsed(kind, `-c a.c ${option}`).embedsDirectory, option).toBe(true);
    }
    expect(parsed(kind, '-c a.c -g -g0').embedsDirectory).toBe(false);
    expect(parsed(kind, '-c a.c -g0 -g').embedsDirectory).toBe(true);
    expect(parsed(kind, '-c a.c -gno-column-info').embedsDirectory).toBe(false);
  }
  expect(parsed('clang', '-c a.c -gcc-toolchain /x').embedsDirectory).toBe(false);
  expect(parsed('gcc', '-c a.c -flto').embedsDirectory).toBe(true);
  expect(parsed('clang', '-c a.c -flto').embedsDirectory).toBe(false);
});

test('the name of the output is embedded by what is written beside it', () => {
  for (const option of ['-fprofile-arcs', '-fprofile-generate', '--coverage', '-gsplit-dwarf', '-fprofile-dir=x']) {
    for (const kind of both) expect(parsed(kind, `-c a.c ${option}`).embedsOutputPath, option).toBe(true);
  }
  expect(parsed('gcc', '-c a.c -g').embedsOutputPath).toBe(false);
});

test('switches recorded in the object', () => {
  expect(parsed('gcc', '-c a.c -g').recordsSwitches).toBe(true);
  expect(parsed('gcc', '-c a.c -flto').recordsSwitches).toBe(true);
  expect(parsed('gcc', '-c a.c').recordsSwitches).toBe(false);
  expect(parsed('clang', '-c a.c -g').recordsSwitches).toBe(false);
  const recorded = parsed('clang', '-c a.c -o x.o -MD -grecord-command-line');
  expect(recorded.recordsSwitches).toBe(true);
  expect(recorded.keyArguments).toEqual(expect.arrayContaining(['-o', 'x.o', '-MD']));
});

test('prefix maps are split at the first equals sign and stay in the key', () => {
  const mapped = parsed('gcc', '-c a.c -ffile-prefix-map=/a=b=c -fdebug-prefix-map=/d=');
  expect(mapped.prefixMaps).toEqual([
    { applies: 'file', from: '/a', to: 'b=c' },
    { applies: 'debug', from: '/d', to: '' },
  ]);
  expect(mapped.keyArguments).toEqual(['-ffile-prefix-map=/a=b=c', '-fdebug-prefix-map=/d=']);
});

test('native must be asked of the compiler', () => {
  for (const option of ['-march=native', '-mtune=native', '-mcpu=native']) {
    expect(parsed('gcc', `-c a.c ${option}`)).toMatchObject({ native: true, probeArguments: [option] });
  }
  expect(parsed('gcc', '-c a.c -march=x86-64').native).toBe(false);
});

test.each([
  ['-fprofile-sample-use=s.prof', 's.prof'],
  ['-fplugin=p.so', 'p.so'],
  ['-Xclang -load -Xclang p.so', 'p.so'],
  ['-fsanitize-ignorelist=l.txt', 'l.txt'],
  ['-fmodule-file=name=m.pcm', 'm.pcm'],
  ['-include-pch h.pch', 'h.pch'],
  ['-Xclang -include-pch -Xclang h.pch', 'h.pch'],
])('clang reads a file: %s', (option, file) => {
  expect(parsed('clang', `-c a.c ${option}`).inputFiles).toEqual([file]);
});

test.each([
  ['-fprofile-use', ['default.profdata']],
  ['-fprofile-use=p', ['p', 'p/default.profdata']],
  ['-fprofile-instr-use=dir/', ['dir/', 'dir/default.profdata']],
])('clang reads what there is: %s', (option, files) => {
  expect(parsed('clang', `-c a.c ${option}`).optionalInputFiles).toEqual(files);
});

test('gcc reads profiles', () => {
  expect(parsed('gcc', '-c a.c -fauto-profile').inputFiles).toEqual(['fbdata.afdo']);
  expect(parsed('gcc', '-c d/a.c -o o/x.o -fprofile-use').optionalInputFiles).toEqual(['o/x.gcda']);
  // As strace shows gcc 12 to open it, in /work.
  expect(parsed('gcc', '-c a.c -o o/x.o -fprofile-use=p').optionalInputFiles).toEqual([
    'o/x.gcda',
    'p',
    'p/#work#o#x.gcda',
  ]);
});

test('what the driver reads by itself is asked of it', () => {
  expect(parsed('gcc', '-c a.c -specs=x.specs').probeArguments).toEqual(['-specs=x.specs']);
  expect(parsed('clang', '-c a.c --config x.cfg').probeArguments).toEqual(['--config', 'x.cfg']);
});

test('response files are read as the compilers read them', () => {
  const files = { '/work/r': `-DA='x y' "-DB=\\"q\\""\n@s`, '/work/s': '-c a.c\\ b.c' };
  const result = run('gcc', ['@r'], { files });
  expect(result.ok && result.value.keyArguments).toEqual(['-DA=x y', '-DB="q"']);
  expect(result.ok && result.value.input).toBe('a.c b.c');
  expect(refusal('gcc', '-c a.c @r', { files: { '/work/r': '@r' } }).reason).toBe('@');
  expect(refusal('gcc', '-c a.c @r', { files: { '/work/r': '-DX\\\n-DY' } }).reason).toBe('@');
});

test('-- ends the options of clang; gcc knows no such thing', () => {
  expect(run('clang', ['-c', '--', '-a.c'])).toMatchObject({ ok: true, value: { input: '-a.c' } });
  expect(parsed('gcc', '-c -- a.c').keyArguments).toEqual(['--']);
});

test('the assembler is a program of its own for gcc, and for clang when asked', () => {
  expect(parsed('gcc', '-c a.c').externalAssembler).toBe(true);
  expect(parsed('clang', '-c a.c').externalAssembler).toBe(false);
  expect(parsed('clang', '-c a.c -fno-integrated-as').externalAssembler).toBe(true);
  expect(parsed('clang', '-c a.c -fno-integrated-as -fintegrated-as').externalAssembler).toBe(false);
  expect(parsed('gcc', '-c a.s -Wa,-Iinc,--defsym,X=1').keyArguments).toEqual(['-Wa,-Iinc', '-Wa,--defsym', '-Wa,X=1']);
});

test('variables that make the compiler write elsewhere', () => {
  const environment = { DEPENDENCIES_OUTPUT: 'x ./a target' };
  const file = { kind: 'MMD', path: 'x', targets: ['a target'], phony: false, variable: 'DEPENDENCIES_OUTPUT' };
  expect(parsed('gcc', '-c a.c', { environment }).dependencyFile).toEqual(file);
  expect(refusal('gcc', '-c a.i', { environment })).toEqual({ kind: 'cannot-cache', reason: 'DEPENDENCIES_OUTPUT' });
  expect(refusal('gcc', '-MP -c a.c', { environment })).toEqual({
    kind: 'cannot-cache',
    reason: 'DEPENDENCIES_OUTPUT',
  });
  expect(parsed('gcc', '-MD -c a.c', { environment }).dependencyFile?.variable).toBeUndefined();
  expect(parsed('clang', '-c a.c', { environment }).dependencyFile).toBeUndefined();
  const refused = refusal('clang', '-c a.c', { environment: { CC_PRINT_OPTIONS: '1' } });
  expect(refused).toEqual({ kind: 'cannot-cache', reason: 'CC_PRINT_OPTIONS' });
});

test('names that are not UTF-8 stay what they are', () => {
  expect(run('gcc', ['-c', '\u00ff\u0080.c'])).toMatchObject({
    ok: true,
    value: { outputs: [{ path: '\u00ff\u0080.o' }] },
  });
});

test('gcc before 11 names coverage notes after the whole path where profiles have a directory', () => {
  const { outputs } = parsed('gcc', '-c a.c --coverage -fprofile-dir=prof -o out/b.o');
  expect(outputs).toContainEqual({
    role: 'mangled-coverage-notes',
    path: '#work#out#b.gcno',
    optional: true,
  });
});
