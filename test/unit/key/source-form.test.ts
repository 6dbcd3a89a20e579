import { describe, expect, it } from 'vitest';
import { type Layout, sourceForm } from '../../../src/key/source-form.ts';

function unnumbered(text: string, layout: Layout = 'kept'): string | undefined {
  return sourceForm(text, layout)?.unnumbered;
}

function numbered(text: string, layout: Layout = 'kept'): string | undefined {
  return sourceForm(text, layout)?.numbered;
}

describe('the form of a source', () => {
  it.each([
    ['a trailing comment', 'int a; // b\n', 'int a;\n'],
    ['a comment line', '// b\nint a;\n', 'int a;\n'],
    ['a comment block', 'int a;\n/* b\n * c\n */\nint d;\n', 'int a;\nint d;\n'],
    ['a block behind code', 'int a; /* b\n          c */\nint d;\n', 'int a;\nint d;\n'],
    ['empty lines', '\n\nint a;\n\n\nint b;\n\n', 'int a;\nint b;\n'],
    ['blanks at the end', 'int a; \t\n', 'int a;\n'],
  ])('does not show %s', (_what, one, other) => {
    for (const layout of ['kept', 'free'] as const) {
      expect(unnumbered(one, layout)).toBeDefined();
      expect(unnumbered(one, layout)).toBe(unnumbered(other, layout));
    }
  });

  it('keeps the lines where they are counted', () => {
    expect(numbered('// a\nint b;\n')).toBe(numbered('\nint b; // c\n'));
    expect(numbered('// a\nint b;\n')).not.toBe(numbered('int b;\n'));
    expect(numbered('int b; /* a\n*/\nint c;\n')).toBe(numbered('int b;\n\nint c;\n'));
  });

  it('keeps columns where they are kept only', () => {
    expect(unnumbered(' int a;\n')).not.toBe(unnumbered('int a;\n'));
    expect(unnumbered(' int  a;\n', 'free')).toBe(unnumbered('int a;\n', 'free'));
    expect(unnumbered('int /*1*/ a;\n')).toBe(unnumbered('int /*2*/ a;\n'));
    expect(unnumbered('int /*1*/ a;\n')).not.toBe(unnumbered('int /*12*/ a;\n'));
  });

  it('does not show carriage returns, nor, where nobody warns of it, that the last line does not end', () => {
    expect(sourceForm('int a; \\\r\nint b; // c\r\n', 'kept')).toEqual(sourceForm('int a; \\\nint b;\n', 'kept'));
    for (const text of ['int a;', 'int a; // c', 'int a;\n#endif', '']) {
      expect(sourceForm(text, 'free', 'any')).toEqual(sourceForm(text === '' ? '' : `${text}\n`, 'free', 'any'));
    }
  });

  it('takes unusual blanks for usual ones, but in directives and where columns are kept', () => {
    expect(unnumbered('\f\nint\va;\n', 'free')).toBe(unnumbered('int a;\n', 'free'));
    expect(unnumbered('\f#define A 1\n', 'free')).toBe(unnumbered('#define A 1\n', 'free'));
    expect(unnumbered('#define\fA 1\n', 'free')).toBeUndefined();
    expect(unnumbered('int\fa;\n')).toBeUndefined();
  });

  it.each([
    ['a blank between tokens', 'a+b\n', 'a +b\n'],
    ['a comment between tokens', 'a+b\n', 'a/**/+b\n'],
    ['a blank in a string', '"a b"\n', '"a  b"\n'],
    ['a comment in a string', '"//1"\n', '"//2"\n'],
    ['a quote in a character', '\'"\' // "1\n"2"\n', '\'"\' // "1\n"3"\n'],
    ['an escaped quote', '"\\"" "//1"\n', '"\\"" "//2"\n'],
    ['a joined line', 'int a;\nint b;\n', 'int a; int b;\n'],
    ['the end of a definition', '#define A 1 \\\n\nint b;\n', '#define A 1 \\\nint b;\n'],
    ['a comment that goes on with a directive', '#define A /*\n*/ 1\n', '#define A\n 1\n'],
    ['a comment that goes on with a line', 'int /*\n*/ a;\n', 'int\n a;\n'],
    ['the last newline', 'int a;\n', 'int a;'],
    ['a comment that allows to fall through', '/* fall through */\n', '/* something */\n'],
    ['a comment within a comment', '/* a */\n', '/* /* a */\n'],
    ['a comment beyond ASCII', '// a\n', '// \xe2\x80\xae\n'],
    ['a suffix of a literal', '"a"_s\n', '"a" _s\n'],
  ])('shows %s', (_what, one, other) => {
    for (const layout of ['kept', 'free'] as const) {
      expect(unnumbered(one, layout)).toBeDefined();
      expect(unnumbered(one, layout)).not.toBe(unnumbered(other, layout));
    }
  });

  it('shows a comment further left than the code below, by which gcc tells whether indentation misleads', () => {
    expect(unnumbered('  a;\n// b\n  c;\n')).not.toBe(unnumbered('  a;\n  c;\n'));
    expect(unnumbered('  a;\n/*\n b */\n  c;\n')).not.toBe(unnumbered('  a;\n  /* */\n  c;\n'));
    expect(unnumbered('  a;\n  // b\n  c;\n')).toBe(unnumbered('  a;\n  c;\n'));
    expect(unnumbered('  a;\n\t// b\n  c;\n')).toBe(unnumbered('  a;\n  c;\n'));
    expect(unnumbered('  a;\n// b\n}\n')).toBe(unnumbered('  a;\n}\n'));
  });

  it.each([
    ['a trigraph', 'int a; // ??/\n'],
    ['a raw string', 'auto a = R"(//)";\n'],
    ['a raw string with a prefix', 'auto a = u8R"(//)";\n'],
    ['a digit separator', "int a = 1'000; // '\n"],
    ['an apostrophe', "#if 0\ndon't /* \n#endif\n"],
    ['a comment whose line goes on', '// a \\\nint b;\n'],
    ['a comment whose line goes on behind a blank', '// a \\ \nint b;\n'],
    ['a comment that could end in two lines', '/* a *\\\n/ int b;\n'],
    ['a comment that begins in two lines', '/\\\n/ a\n'],
    ['a header named with slashes', '#include <a//b.h>\n'],
    ['a header named with a backslash', '#include "a\\"\n'],
    ['a string that does not end', '"a\n'],
    ['a comment that does not end', '/* a\n'],
    ['a control character', 'int a\x01;\n'],
    ['modules', 'export module a;\n'],
  ])('is not known for %s', (_what, text) => {
    expect(sourceForm(text, 'kept')).toBeUndefined();
    expect(sourceForm(text, 'free')).toBeUndefined();
  });

  it('tells a division from a comment', () => {
    expect(unnumbered('int a = b /c;// d\n', 'free')).toBe('int a = b /c;\n');
    expect(unnumbered('x = y/ *p; /* z */\n', 'free')).toBe('x = y/ *p;\n');
  });
});

describe('the tight form', () => {
  const tight = (text: string): string | undefined => sourceForm(text, 'free')?.tight;

  it.each([
    ['int a = b + 1;\n', 'int a=b+1;\n'],
    ['f ( x , 2 ) ;\n', 'f(x,2);\n'],
    ['int * p; // p\n', 'int*p;\n'],
    ['a [ 0 ] /* b */ . c\n', 'a[0].c\n'],
    ['{ g (); }\n', '{g();}\n'],
  ])('of %j and %j is one', (one, other) => {
    expect(tight(one)).toBeDefined();
    expect(tight(one)).toBe(tight(other));
  });

  it.each([
    ['a - -b\n', 'a --b\n'],
    ['a =- 1\n', 'a = -1\n'],
    ['a = !b\n', 'a =! b\n'],
    ['1 .x\n', '1.x\n'],
    ['0x1e +1\n', '0x1e+1\n'],
    ['a . 5\n', 'a .5\n'],
    ['L "a"\n', 'L"a"\n'],
    ['"a" x\n', '"a"x\n'],
    ['a[ [1]]\n', 'a[[1]]\n'],
    ['#define f (x)\n', '#define f(x)\n'],
    ['#define f() \\\n a b\n', '#define f() \\\n ab\n'],
    ['int a;\n', 'inta;\n'],
    ['a > > b\n', 'a >> b\n'],
    ['a / *b\n', 'a /b\n'],
    ['int a;\nint b;\n', 'int a;int b;\n'],
  ])('of %j and %j is not', (one, other) => {
    expect(tight(one)).not.toBe(tight(other));
  });

  it('is the other one where columns are kept', () => {
    const form = sourceForm('int  a = 1;\n', 'kept');
    expect(form?.tight).toBe(form?.unnumbered);
  });
});
