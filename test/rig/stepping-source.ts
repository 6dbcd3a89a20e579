import { write } from './differential.ts';

/** A source with loops and calls, so that options about passes, calls and stacks have something to tell. */
export const HEADER = { 'h.h': '#define STEP 3\n' };
export const FILES = {
  ...HEADER,
  'a.c':
    '#include "h.h"\nstatic int g(int x) { return x * STEP; }\nint f(int x) { for (int i = 0; i < x; i++) x += g(i); return x; }\n',
  'out/keep': '',
};
/** The same header, and a source that a compiler has something to say about. */
export const WARNS = { 'a.c': '#include "h.h"\nint f(void) { int unused; return STEP; }\n', ...HEADER };
export const EDIT = write({ 'h.h': '#define STEP 4\n' });
