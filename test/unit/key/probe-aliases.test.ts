import { expect, it } from 'vitest';
import { probeAliases, usesOfAlias } from '../../../src/key/probe-aliases.ts';

const aliases = (text: string) => {
  const found = probeAliases((word) => (text.includes(word) ? [text] : []));
  return found && [...found];
};

it.each([
  ['#define HAS __has_include\n', ['HAS']],
  ['#define HAS(x) __has_include(x)\n', ['HAS']],
  ['#define HAS(x) (defined(A) && __has_include ( x ))\n', ['HAS']],
  ['#define HAS(x) __has_include(x)\n#define REALLY(y) HAS(y)\n#define TOO REALLY\n', ['HAS', 'REALLY', 'TOO']],
  ['#define KNOWS defined(__has_include)\n#define __has_include(x) 0\n', []],
  ['#define HAS_H __has_include(<h.h>)\n#define HAS_M __has_include(M)\n', []],
  ['#define HAS(x) __has_include(<dir/x.h>)\n', undefined],
])('the macros in %j are %j', (text, expected) => {
  expect(aliases(text)).toEqual(expected);
});

it('finds what is asked for, but not in the definition', () => {
  const text = '#define HAS(x) __has_include(x)\n#if HAS(<a.h>) || HAS( "b.h" ) || HAS(C)\n#endif\n';
  expect(usesOfAlias(text, 'HAS')).toEqual({
    headers: [
      { form: 'angle', name: 'a.h' },
      { form: 'quote', name: 'b.h' },
    ],
    macros: ['C'],
  });
});
