import { describe, expect, it } from 'vitest';
import { scanSource } from '../../../src/key/source-scan.ts';

const names = (text: string): string[] => scanSource(text).mentions.map(({ form, name }) => `${form}:${name}`);

describe('scanSource', () => {
  it('finds both forms of include, indented, spaced and spliced', () => {
    expect(
      names('#include "a.h"\n  #  include <b/c.h>\n%: include "d.h"\n#inc\\\nlude "e.h"\n#import <f.h>\n'),
    ).toEqual(['quote:a.h', 'angle:b/c.h', 'quote:d.h', 'quote:e.h', 'angle:f.h']);
  });

  it.each([
    '/* why */ #include "a.h"',
    '/* why\n * that */#include "a.h"',
    '#/* why */include/**/"a.h"',
    '\xef\xbb\xbf#include "a.h"',
    '#\f\vinclude\t"a.h"',
    '#inc\\ \nlude "a.h"',
    '#inc??/\nlude "a.h"',
    ' \\\n#include "a.h"',
  ])('finds the include in %j', (text) => {
    expect(names(text)).toEqual(['quote:a.h']);
  });

  it('is done with long comments in one pass', () => {
    const comments = `/* ${'word * '.repeat(20_000)}*/\n`.repeat(20);
    const started = performance.now();
    expect(names(`${comments}#include "a.h"\n`)).toEqual(['quote:a.h']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('tells include_next and __has_include apart from plain includes', () => {
    const { mentions } = scanSource(
      '#include_next <x.h>\n#if __has_include("y.h") && __has_include_next(<z.h>)\n#endif\n',
    );
    expect(mentions).toEqual([
      { form: 'angle', name: 'x.h', next: true, use: 'include' },
      { form: 'quote', name: 'y.h', next: false, use: 'probe' },
      { form: 'angle', name: 'z.h', next: true, use: 'probe' },
    ]);
  });

  it('notices includes whose name is a macro', () => {
    expect(scanSource('#include HEADER\n').computedIncludes).toEqual(['HEADER']);
    expect(scanSource('#include NAMED(x)\n').computedIncludes).toEqual(['']);
    expect(scanSource('#if __has_include(HEADER)\n#endif\n').probedMacros).toEqual(['HEADER']);
    expect(scanSource('#define __has_include(x) 0\n')).toMatchObject({ probedMacros: [], probeInMacro: false });
    expect(scanSource('#define HAS(x) __has_include(x)\n').probeInMacro).toBe(true);
    expect(scanSource('#define HAS __has_include\n').probeInMacro).toBe(true);
    expect(scanSource('#if __has_include/* ? */(HEADER)\n').probedMacros).toEqual(['HEADER']);
    // As glibc's bits/statx.h says in a comment.
    expect(scanSource('/* Use the __has_include argument. */\n').probedMacros).toEqual([]);
    expect(scanSource('#ifdef __has_include\n#include "a.h"\n#endif\n').computedIncludes).toEqual([]);
  });

  it.each([
    ['const char *d = __DATE__;', true],
    ['const char *d = __TIMESTAMP__;', true],
    ['#define NOW __DATE__ " " __TIME__\n', true],
    ['int my__DATE__, __TIME__s;', false],
    ['/* __DATE__\n__TIME__ */ int a; // __DATE__\n', false],
    ['const char *d = "__DATE__\\"__TIME__";', false],
    ['const char c = \'"\', *d = __DATE__; // "', true],
    ["int n = 1'000; const char *d = __DATE__; char c = 'a';", true],
    ["#if 0\ndon't\n#endif\nconst char *d = __DATE__;", true],
    ['const char *d = __DA\\\nTE__;', true],
    ['/* \\\n*/ const char *d = __DATE__;', true],
    ['#define PASTE(a, b) a##b\nconst char *d = PASTE(__DA, TE__);', true],
    ['const char *r = R"(")" __DATE__;', true],
  ])('time macros in %j: %j', (text, mentioned) => {
    expect(scanSource(text).timeMacros).toBe(mentioned);
  });

  it('notices files that no dependency list shows', () => {
    expect(scanSource('asm(".incbin \\"x\\"");').assemblerIncludes).toBe(true);
    expect(scanSource('const int a[] = {\n#embed "x"\n};').embeds).toBe(true);
    expect(scanSource('#pragma GCC dependency "x.y"\n').mentions).toEqual([
      { form: 'quote', name: 'x.y', next: false, use: 'dependency' },
    ]);
    expect(scanSource('#pragma GCC dependency NAME\n').obscureDependency).toBe(true);
    expect(scanSource('_Pragma("GCC dependency \\"x.y\\"")\n').obscureDependency).toBe(true);
    expect(scanSource('int plain;')).toMatchObject({ embeds: false, obscureDependency: false });
  });

  it('finds directives behind comments', () => {
    expect(names('/* a */ #include "a.h"\n/*\n*/#include "b.h"\n')).toEqual(['quote:a.h', 'quote:b.h']);
  });
});
