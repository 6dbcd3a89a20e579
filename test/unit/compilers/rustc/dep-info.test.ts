import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRustDependencies, renderRustDependencies } from '../../../../src/compilers/rustc/dep-info.ts';

describe("rustc's dependency file", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'dep-info-'));
    writeFileSync(
      join(directory, 'a.rs'),
      'pub const A: Option<&str> = option_env!("UNSET"); pub const B: &str = env!("SET"); pub const C: &str = env!("EMPTY");' +
        'pub const T: &str = include_str!("a b#c$.txt");',
    );
    writeFileSync(join(directory, 'a b#c$.txt'), '');
    execFileSync(
      'rustc',
      ['--crate-type', 'lib', '--emit', 'dep-info,metadata,link', '-C', 'extra-filename=-1', 'a.rs'],
      {
        cwd: directory,
        env: { ...process.env, SET: 'v\n1\\2=\r', EMPTY: '' },
      },
    );
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('is read as it was meant', () => {
    expect(parseRustDependencies(readFileSync(join(directory, 'a-1.d')))).toEqual({
      files: ['a.rs', 'a b#c$.txt'],
      variables: [
        { name: 'EMPTY', value: '' },
        { name: 'SET', value: 'v\n1\\2=\r' },
        { name: 'UNSET', value: undefined },
      ],
    });
  });

  it('is written byte for byte as rustc does', () => {
    const text = readFileSync(join(directory, 'a-1.d'));
    const read = parseRustDependencies(text);
    expect(read).toBeDefined();
    if (read === undefined) return;
    expect(renderRustDependencies(['a-1.d', 'liba-1.rlib', 'liba-1.rmeta'], read).toString()).toBe(text.toString());
  });

  it('with checksums is not understood', () => {
    expect(
      parseRustDependencies(Buffer.from('a.d: a.rs\n\na.rs:\n\n# checksum:blake3=00 file_len:1 a.rs\n')),
    ).toBeUndefined();
  });
});
