import { describe, expect, it } from 'vitest';
import { parseRustArguments } from '../../../../src/compilers/rustc/parse.ts';

const NO_FILES = (): undefined => undefined;

function parsed(...argv: string[]) {
  const result = parseRustArguments(argv, NO_FILES);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

function reason(...argv: string[]): string {
  const result = parseRustArguments(argv, NO_FILES);
  return result.ok ? 'no refusal' : `${result.error.kind}: ${result.error.reason}`;
}

describe('a rustc command line', () => {
  it('as cargo writes it', () => {
    const line =
      '--crate-name b --edition=2021 b/src/lib.rs --error-format=json --json=diagnostic-rendered-ansi,artifacts ' +
      '--crate-type lib --emit=dep-info,metadata,link -C embed-bitcode=no -C metadata=1 -C extra-filename=-2 ' +
      '--out-dir /t/deps -L dependency=/t/deps --extern a=/t/deps/liba.rmeta -L native=/t/out -l static=n';
    const arguments_ = parsed(...line.split(' '));
    expect(arguments_).toMatchObject({
      input: 'b/src/lib.rs',
      crateName: 'b',
      crateTypes: ['lib'],
      outputDirectory: '/t/deps',
      extraFilename: '-2',
      externs: [{ options: '', name: 'a', path: '/t/deps/liba.rmeta' }],
      searchPaths: [
        { kind: 'dependency', path: '/t/deps' },
        { kind: 'native', path: '/t/out' },
      ],
      nativeLibraries: [{ kind: 'static', verbatim: false, name: 'n' }],
      jsonMessages: true,
    });
    expect([...arguments_.emits.keys()]).toEqual(['dep-info', 'metadata', 'link']);
  });

  it.each([
    [
      ['-Copt-level=3', 'a.rs'],
      ['-C', 'opt-level=3', 'a.rs'],
    ],
    [
      ['--codegen', 'opt_level=3', 'a.rs'],
      ['-Copt-level=3', 'a.rs'],
    ],
    [
      ['--edition=2021', 'a.rs'],
      ['a.rs', '--edition', '2021'],
    ],
  ])('%j has the key of %j', (one, other) => {
    const key = (argv: string[]): string =>
      parsed(...argv)
        .keyArguments.join(' ')
        .replace('--codegen', '-C');
    expect(key(one)).toBe(key(other));
  });

  it.each([
    ['priv:a=x', { options: 'priv', name: 'a', path: 'x' }],
    ['noprelude,nounused:a=x', { options: 'noprelude,nounused', name: 'a', path: 'x' }],
    ['proc_macro', { options: '', name: 'proc_macro', path: undefined }],
  ])('--extern %s', (text, expected) => {
    expect(parsed('a.rs', '--extern', text).externs).toEqual([expected]);
  });

  it.each([
    ['static:+whole-archive,+verbatim=libn.x', { kind: 'static', verbatim: true, name: 'libn.x' }],
    ['dylib=a:b', { kind: 'dylib', verbatim: false, name: 'b' }],
    ['n', { kind: '', verbatim: false, name: 'n' }],
  ])('-l %s', (text, expected) => {
    expect(parsed('a.rs', `-l${text}`).nativeLibraries).toEqual([expected]);
  });

  it.each([
    ['no refusal', ['a.rs', '-Cincremental=x']],
    ['cannot-cache: incremental', ['a.rs', '-Cincremental']],
    ['cannot-cache: -', ['-']],
    ['cannot-cache: multiple input files', ['a.rs', 'b.rs']],
    ['cannot-cache: crate-type', ['a.rs', '--crate-type', 'nonsense']],
    ['cannot-cache: unsupported --emit', ['a.rs', '--emit', 'link=-']],
    ['cannot-cache: -Z self-profile', ['a.rs', '-Zself-profile']],
    ['cannot-cache: --nonsense', ['a.rs', '--nonsense', '1']],
    ['no refusal', ['a.rs', '--nonsense=1']],
    ['no refusal', ['a.rs', '--emit', 'asm=-']],
    ['no refusal', ['a.rs', '--print', 'native-static-libs']],
    ['no refusal', ['a.rs', '--print', 'native-static-libs=n.txt']],
    ['cannot-cache: --print native-static-libs', ['a.rs', '--print', 'native-static-libs=-']],
    ['cannot-cache: --print link-args', ['a.rs', '--print=link-args']],
    ['cannot-cache: --json timings', ['a.rs', '--error-format=json', '--json=artifacts,timings']],
    ['cannot-cache: llvm-args', ['a.rs', '-Cllvm-args=-load=x.so']],
    ['not-compilation: help', ['a.rs', '-Chelp']],
    ['not-compilation: -W', ['-Whelp']],
    ['cannot-cache: argument parse', ['a.rs', '--emit']],
    ['cannot-cache: @', ['@missing']],
    ['not-compilation: --print', ['--print', 'sysroot']],
    ['not-compilation: -vV', ['-vV']],
    ['not-compilation: missing input', ['--crate-name', 'a']],
    ['no refusal', ['a.rs', '-Csave-temps=no', '-C', 'rpath=off']],
  ])('%s', (expected, argv) => {
    expect(reason(...argv)).toBe(expected);
  });

  it('reads an argument file as lines', () => {
    const files = (path: string) => (path === 'f' ? Buffer.from('--cfg\na="b c"\r\na.rs\n') : undefined);
    const result = parseRustArguments(['@f'], files);
    expect(result.ok && result.value.keyArguments).toEqual(['--cfg', 'a="b c"']);
  });
});
