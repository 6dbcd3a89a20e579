import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { stripEscapes } from '../../../src/client/terminal-escapes.ts';

test.each(['gcc', 'clang'])('what %s shows in colour becomes what it shows without', (compiler) => {
  const source = 'int f(int a) { int unused; return b + a.x; }\n';
  const show = (...options: string[]) => {
    const argv = ['-Wall', '-fsyntax-only', '-xc', '-', ...options];
    return spawnSync(compiler, argv, { input: source }).stderr;
  };
  const always =
    compiler === 'gcc' ? ['-fdiagnostics-color=always', '-fdiagnostics-urls=always'] : ['-fcolor-diagnostics'];
  const never = compiler === 'gcc' ? ['-fdiagnostics-color=never'] : ['-fno-color-diagnostics'];
  const coloured = show(...always);
  expect(coloured.includes(0x1b)).toBe(true);
  expect(stripEscapes(coloured).toString('latin1')).toBe(show(...never).toString('latin1'));
});

test('bytes that are no escape sequences stay', () => {
  const bytes = Buffer.from([0x80, 0xff, 0x00, 0x5b, 0x6d, 0x0a]);
  expect(stripEscapes(bytes).equals(bytes)).toBe(true);
});
