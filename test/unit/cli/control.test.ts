import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpretControl } from '../../../src/cli/control.ts';
import { readCommandLine } from '../../../src/cli/program.ts';

const SILENT = { out: () => undefined, err: () => undefined, alarm: (text: string) => text };

describe('control words that a daemon understands', () => {
  it.each([
    [['-s'], { kind: 'show-stats', advanced: false, format: 'text' }],
    [['--show-stats'], { kind: 'show-stats', advanced: false, format: 'text' }],
    [['--show-adv-stats'], { kind: 'show-stats', advanced: true, format: 'text' }],
    [['--show-stats', '--stats-format', 'json'], { kind: 'show-stats', advanced: false, format: 'json' }],
    [['--stats-format=json', '-s'], { kind: 'show-stats', advanced: false, format: 'json' }],
    [['-s', '--stats-format=text'], { kind: 'show-stats', advanced: false, format: 'text' }],
    [['-s', '--session', 'b1'], { kind: 'show-stats', advanced: false, format: 'text', session: 'b1' }],
    [['--session=b=1', '-s'], { kind: 'show-stats', advanced: false, format: 'text', session: 'b=1' }],
    [['-z'], { kind: 'zero-stats' }],
    [['--zero-stats'], { kind: 'zero-stats' }],
    [['--stop-server'], { kind: 'stop-server' }],
    // sccache 0.19.0 shows statistics.
    [['-s', '--'], { kind: 'show-stats', advanced: false, format: 'text' }],
  ])('%j', (words, command) => {
    expect(interpretControl(words)).toEqual(command);
  });

  it.each([
    [[]],
    [['--start-server']],
    [['--help']],
    [['--bogus']],
    [['-s', '-s']],
    [['-s', '-z']],
    [['-s', 'gcc']],
    [['--', '-s']],
    [['-s', '--stats-format']],
    [['-s', '--stats-format', 'xml']],
    [['-s', '--stats-format=']],
    [['--stats-format', 'json']],
    [['-s', '--session']],
    [['-z', '--session', 'b1']],
    [['--stats-format', 'json', 'toString']],
    [['__proto__']],
  ])('%j is for the command-line program', (words) => {
    expect(interpretControl(words)).toBe('cli');
  });
});

describe('the daemon and the command-line program', () => {
  it('agree on what is asked, so that nobody answers for a running daemon', () => {
    const word = fc.constantFrom(
      '-s',
      '--show-stats',
      '--show-adv-stats',
      '-z',
      '--zero-stats',
      '--stop-server',
      '--stats-format',
      '--stats-format=json',
      '--session',
      '--session=a=b',
      'json',
      'text',
      '--',
      '-sz',
      '-ss',
      '',
      'gcc',
      '--bogus',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const asked = readCommandLine(words, SILENT);
        const understood = interpretControl(words);
        expect(understood).toEqual(asked.kind === 'said' ? 'cli' : asked);
      }),
      { numRuns: 2000 },
    );
  });
});
