import { describe, expect, it } from 'vitest';
import { MentionedWords } from '../../../src/key/mentions.ts';
import { ShownPositions } from '../../../src/key/shown-positions.ts';

function lines(file: string, ...headers: string[]): boolean {
  return new ShownPositions([file, ...headers], false).ofLines(file);
}

describe('what shows the line of a token', () => {
  it.each([
    ['__LINE__', 'int a = __LINE__;\n', ''],
    ['a macro', 'int a = L;\n', '#define L __LINE__\n'],
    ['a macro of a macro', 'int a = M;\n', '#define M L\n#define L __LINE__\n'],
    ['a macro with a comment in it', 'int a = L;\n', '#define L /*\n*/ __LINE__\n'],
    ['a macro over two lines', 'int a = L;\n', '#define L \\\n __LINE__\n'],
    ['a macro that pastes', 'int a = P(x);\n', '#define P(x) __##x\n'],
    ['a function that is told by its caller', 'int a = f();\n', 'int f(int = __builtin_LINE());\n'],
    ['the arguments of a macro whose name stands elsewhere', '#include "h.h"\n(1)\n', 'assert\n'],
  ])('%s', (_what, file, header) => {
    expect(lines(file, header)).toBe(true);
  });

  it.each([
    ['a macro that is not used', 'int a;\n', '#define L __LINE__\n'],
    ['a macro that is only defined', '#define L __LINE__\nint a;\n', ''],
    ['a use in another file', 'int a;\n', 'int b = __LINE__;\n'],
    ['an include of a name like it', '#include <assert.h>\nint a;\n', '#define assert(x) f(__LINE__)\n'],
    ['a question', 'int a;\n', '#if __has_builtin(__builtin_LINE)\n#endif\n'],
  ])('not %s', (_what, file, header) => {
    expect(lines(file, header)).toBe(false);
  });

  it('a type without a name, with clang', () => {
    const header = 'template <class T> auto f(T) { return __PRETTY_FUNCTION__; }\n';
    for (const file of [
      'auto a = f([] {});\n',
      'auto a = f([](int) {});\n',
      'auto a = f([=] { });\n',
      'struct { int b; } a;\n',
    ]) {
      expect(new ShownPositions([file, header], true).ofColumns(file)).toBe(true);
      expect(new ShownPositions([file, header], false).ofColumns(file)).toBe(false);
      expect(new ShownPositions([file], true).ofColumns(file)).toBe(false);
    }
  });
});

describe('mentioned words', () => {
  it('are tokens, also those of comments and strings', () => {
    const words = new MentionedWords(['#ifdef AB\n// CD\n"EF"']);
    for (const name of ['AB', 'CD', 'EF']) expect(words.mayName(name)).toBe(true);
    for (const name of ['A', 'ABC', 'B']) expect(words.mayName(name)).toBe(false);
  });

  it('go on in the next line', () => {
    expect(new MentionedWords(['A\\\nB']).mayName('AB')).toBe(true);
  });

  it('can be put together where something pastes', () => {
    expect(new MentionedWords(['A BC 1']).mayName('ABC')).toBe(false);
    expect(new MentionedWords(['A BC 1 ##']).mayName('ABC')).toBe(true);
    expect(new MentionedWords(['A BC 1 ##']).mayName('ABC1')).toBe(true);
    expect(new MentionedWords(['A BC 1 ##']).mayName('AB1')).toBe(false);
  });
});
