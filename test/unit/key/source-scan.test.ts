import { describe, expect, it } from 'vitest';
import { scanSource } from '../../../src/key/source-scan.ts';

const names = (text: string): string[] => scanSource(text).mentions.map(({ form, name }) => `${form}:${name}`);

describe('scanSource', () => {
  it('finds both forms of include, indented, spaced and spliced', () => {
    expect(
      names('#include "a.h"\n  #  include <b/c.h>\n%: include "d.h"\n#inc\\\nlude "e.h"\n#import <f.h>\n'),
    ).toEqual(['quote:a.h', 'angle:b/c.h', 'quote:d.h', 'quote:e.h', 'angle:f.h']);
  });

  it('tells include_next and __has_include apart from plain includes', () => {
    const { mentions } = scanSource(
      '#include_next <x.h>\n#if __has_include("y.h") && __has_include_next(<z.h>)\n#endif\n',
    );
    expect(mentions).toEqual([
      { form: 'angle', name: 'x.h', next: true, probe: false },
      { form: 'quote', name: 'y.h', next: false, probe: true },
      { form: 'angle', name: 'z.h', next: true, probe: true },
    ]);
  });

  it('notices includes whose name is a macro', () => {
    expect(scanSource('#include HEADER\n').computedIncludes).toBe(true);
    expect(scanSource('#if __has_include(HEADER)\n#endif\n').computedProbes).toBe(true);
    expect(scanSource('#define __has_include(x) 0\n').computedProbes).toBe(false);
    // As glibc's bits/statx.h says in a comment.
    expect(scanSource('/* Use the __has_include argument. */\n').computedProbes).toBe(false);
    expect(scanSource('#ifdef __has_include\n#include "a.h"\n#endif\n').computedIncludes).toBe(false);
  });

  it('tells the clock from the time stamp', () => {
    expect(scanSource('const char *d = __DATE__;')).toMatchObject({ clock: true, timestamp: false });
    expect(scanSource('const char *d = __TIMESTAMP__;')).toMatchObject({ clock: false, timestamp: true });
    expect(scanSource('int my__DATE__, __TIME__s;')).toMatchObject({ clock: false, timestamp: false });
  });

  it('notices files that no dependency list shows', () => {
    expect(scanSource('asm(".incbin \\"x\\"");').assemblerIncludes).toBe(true);
    expect(scanSource('const int a[] = {\n#embed "x"\n};').hiddenInput).toBe('#embed');
    expect(scanSource('#pragma GCC dependency "x.y"\n').hiddenInput).toBe('#pragma GCC dependency');
    expect(scanSource('int plain;').hiddenInput).toBeUndefined();
  });
});
