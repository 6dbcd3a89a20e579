import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../../src/cli/completions.ts';
import { manPage } from '../../../src/cli/man-page.ts';
import { ALL_OPTIONS, COMMANDS } from '../../../src/cli/options.ts';
import { EXPLAINED } from '../../../src/config/variables.ts';

/** What bash offers for the last of these words. */
function completeInBash(...words: string[]): string[] {
  const script = `${completionScript('bash')}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_sccache
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash completes', () => {
  it('options', () => {
    expect(completeInBash('sccache', '--show-s')).toEqual(['--show-stats']);
    expect(completeInBash('sccache', '--')).toEqual(ALL_OPTIONS.map(([name]) => `--${name}`));
  });

  it('values', () => {
    expect(completeInBash('sccache', '--stats-format', '')).toEqual(['text', 'json', 'prometheus', 'markdown']);
    expect(completeInBash('sccache', '--completions', 'z')).toEqual(['zsh']);
  });

  it('compilers, then files', () => {
    expect(completeInBash('sccache', 'gcc')).toContain('gcc');
    expect(completeInBash('sccache', 'gcc', 'packa')).toContain('package.json');
  });
});

describe.each(COMMANDS.completions.choices)('the script for %s', (shell) => {
  it.each(ALL_OPTIONS.map(([name]) => name))('knows --%s', (name) => {
    expect(completionScript(shell)).toMatch(new RegExp(`(?:--|-l )${name}\\b`));
  });
});

describe('the manual page', () => {
  it('has all options and variables', () => {
    const text = manPage().replaceAll('\\-', '-');
    for (const [name, { description }] of ALL_OPTIONS) {
      expect(text).toMatch(new RegExp(`^\\.B (?:-\\w, )?--${name}\\b`, 'm'));
      expect(text).toContain(description);
    }
    for (const [name] of EXPLAINED) expect(text).toContain(`.B ${name}\n`);
  });

  it('has no request by accident', () => {
    const requests = manPage().match(/^[.'].*/gm) ?? [];
    expect(requests.filter((line) => !/^\.(TH|SH|TP|B|I|br)\b/.test(line))).toEqual([]);
  });
});
