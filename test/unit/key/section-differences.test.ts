import { describe, expect, it } from 'vitest';
import { sectionDifferences, VARIABLE } from '../../../src/key/section-differences.ts';
import { SectionHash } from '../../../src/key/section-hash.ts';
import { parseSections, type Section } from '../../../src/key/sections.ts';

const DIGESTS = ['a'.repeat(64), 'b'.repeat(64)] as const;

function sections(build: (hash: SectionHash) => SectionHash): readonly Section[] {
  const parsed = parseSections(build(new SectionHash()).text);
  if (parsed === undefined) throw new Error('the text of a hash can be read');
  return parsed;
}

const between = (before: (hash: SectionHash) => SectionHash, now: (hash: SectionHash) => SectionHash) =>
  sectionDifferences(sections(before), sections(now));

const argumentsOf =
  (...words: string[]) =>
  (hash: SectionHash) =>
    hash.addAll('arguments', words);

describe('sections', () => {
  it('come back as they went in, whatever is in them', () => {
    const parsed = sections((hash) =>
      hash.add('one', 'a\0#3\0b', 'its label').addAll('list', ['', '5\0x', 'ü']).add('', '').addAll('none', []),
    );
    expect(parsed).toEqual([
      { name: 'one', list: false, values: ['a\0#3\0b'], label: 'its label' },
      { name: 'list', list: true, values: ['', '5\0x', 'ü'], label: undefined },
      { name: '', list: false, values: [''], label: undefined },
      { name: 'none', list: true, values: [], label: undefined },
    ]);
  });

  it('a label is not part of the key', () => {
    expect(new SectionHash().add('a', 'b', 'label').digest()).toBe(new SectionHash().add('a', 'b').digest());
  });

  it.each(['name', 'name\0', 'name\u00003\0ab', 'name\0x\0', 'name\0#2\u00001\0a'])('%j is none', (text) => {
    expect(parseSections({ text, labels: [] })).toBeUndefined();
  });
});

describe('differences', () => {
  it('there is none between equal keys', () => {
    const key = (hash: SectionHash) => hash.add('compiler', DIGESTS[0], 'gcc').addAll('arguments', ['-O2']);
    expect(between(key, key)).toEqual([]);
  });

  it.each([
    ['an option more', ['-O2'], ['-O2', '-Wall'], [{ change: 'added', name: '-Wall' }]],
    ['an option less', ['-O2', '-Wall'], ['-O2'], [{ change: 'removed', name: '-Wall' }]],
    ['another level', ['-a', '-O0', '-b'], ['-a', '-O2', '-b'], [{ change: 'changed', before: '-O0', now: '-O2' }]],
    ['another macro value', ['-DX=1'], ['-DX=2'], [{ change: 'changed', before: '-DX=1', now: '-DX=2' }]],
    ['a macro gets a value', ['-DX'], ['-DX=2'], [{ change: 'changed', before: '-DX', now: '-DX=2' }]],
    [
      'another macro',
      ['-DX'],
      ['-DY'],
      [
        { change: 'removed', name: '-DX' },
        { change: 'added', name: '-DY' },
      ],
    ],
    [
      'two directories where there was one',
      ['-Ia', '-Ib'],
      ['-Ia', '-Ic', '-Ib', '-Id'],
      [
        { change: 'added', name: '-Ic' },
        { change: 'added', name: '-Id' },
      ],
    ],
  ])('%s', (_what, before, now, expected) => {
    expect(between(argumentsOf(...before), argumentsOf(...now))).toEqual(
      expected.map((difference) => ({ what: 'arguments', ...difference })),
    );
  });

  it('an argument that moved is said to have moved', () => {
    expect(between(argumentsOf('-Ia', '-Ib'), argumentsOf('-Ib', '-Ia'))).toEqual([
      { what: 'arguments, order', change: 'changed', name: '-Ia' },
    ]);
  });

  it('variables are matched by name', () => {
    const variables = (values: Record<string, string>) => (hash: SectionHash) =>
      Object.entries(values).reduce((all, [name, value]) => all.add(`${VARIABLE}${name}`, value), hash);
    expect(between(variables({ A: '1', B: '2' }), variables({ B: '3', C: '4' }))).toEqual([
      { what: 'variable', change: 'removed', name: 'A', before: '1' },
      { what: 'variable', change: 'changed', name: 'B', before: '2', now: '3' },
      { what: 'variable', change: 'added', name: 'C', now: '4' },
    ]);
  });

  it('files are called by their names, and digests are not shown', () => {
    const file = (digest: string, label: string) => (hash: SectionHash) => hash.add('option file', digest, label);
    expect(between(file(DIGESTS[0], 'x.specs'), file(DIGESTS[1], 'x.specs'))).toEqual([
      { what: 'option file', change: 'changed', name: 'x.specs' },
    ]);
    expect(between(file(DIGESTS[0], 'x.specs'), file(DIGESTS[1], 'y.specs'))).toEqual([
      { what: 'option file', change: 'changed', before: 'x.specs', now: 'y.specs' },
    ]);
  });

  it('what follows from something else is named only when there is nothing else', () => {
    const key = (command: string, word: string) => (hash: SectionHash) =>
      hash.add('expanded command', command).addAll('arguments', [word]);
    expect(between(key('cc1 -DX=1', '-DX=1'), key('cc1 -DX=2', '-DX=2'))).toEqual([
      { what: 'arguments', change: 'changed', before: '-DX=1', now: '-DX=2' },
    ]);
    expect(between(key('cc1 -mavx', '-march=native'), key('cc1 -msse', '-march=native'))).toEqual([
      { what: 'expanded command', change: 'changed', before: 'cc1 -mavx', now: 'cc1 -msse' },
    ]);
  });
});
