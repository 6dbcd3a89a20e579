import { describe, expect, it } from 'vitest';
import { Checkout, checkoutOf, isBelow } from '../../../src/key/checkout.ts';

describe('the checkout of a compile', () => {
  it.each([
    ['/a/b', '/a/b/c.c', '/a/b'],
    ['/a/b/build', '/a/b/src/c.c', '/a/b'],
    ['/a/b', '/a/bc/c.c', undefined],
    ['/home/u', '/srv/c.c', undefined],
    ['/a/b/\x01', '/a/b/\x01/c.c', undefined],
  ])('in %s of %s', (directory, source, expected) => {
    expect(checkoutOf([], directory, source)?.directory).toBe(expected);
  });

  it('is the longest base directory that has one of them in it', () => {
    expect(checkoutOf(['/a/b', '/a/b/c', '/a/bb'], '/x/y', '/a/b/c/d.c')?.directory).toBe('/a/b/c');
    expect(checkoutOf(['/a/b'], '/a/b', '/x/d.c')?.directory).toBe('/a/b');
    expect(checkoutOf(['/q'], '/a/b', '/a/b/d.c')?.directory).toBe('/a/b');
  });

  it('is taken out of paths and put into them', () => {
    const [here, there] = [new Checkout('/a/b'), new Checkout('/x')];
    for (const path of ['/a/b', '/a/b/c.h']) expect(isBelow(here.abstract(path))).toBe(true);
    for (const path of ['/a/bc', '/a', 'b', '/x/c']) expect(here.abstract(path)).toBe(path);
    expect(there.concrete(here.abstract('/a/b/c.h'))).toBe('/x/c.h');
    expect(there.concrete('/a/b/c.h')).toBe('/a/b/c.h');
  });
});

describe('messages of another checkout', () => {
  const [here, there] = [new Checkout('/a/b'), new Checkout('/x')];

  it.each([
    ['/a/b/c.c:1:2: warning: w\n', '/x/c.c:1:2: warning: w\n'],
    [
      'In file included from /a/b/c.h:1,\n                 from /a/b/c.c:2:\n',
      'In file included from /x/c.h:1,\n                 from /x/c.c:2:\n',
    ],
    ['\x1b[01m\x1b[K/a/b/c.c:1:2:\x1b[m\x1b[K w\n', '\x1b[01m\x1b[K/x/c.c:1:2:\x1b[m\x1b[K w\n'],
    ['c.c:1:2: w\n  1 | int a;\n', 'c.c:1:2: w\n  1 | int a;\n'],
    ['', ''],
  ])('are translated: %j', (messages, expected) => {
    expect(here.translate(messages, there)).toBe(expected);
  });

  it.each([
    'cc1: warning: /a/b/c: not a directory\n',
    '    1 | char *s = "/a/b/c";\n',
    '/a/b/c.c:1:2: note: in /a/b/d.h\n',
    '/a/bc/d.c:1:2: w\n',
  ])('are not where they name it otherwise: %j', (messages) => {
    expect(here.translate(messages, there)).toBeUndefined();
  });
});
