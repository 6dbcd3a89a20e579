import fc from 'fast-check';

/**
 * Pieces of C and C++ that make an object depend on what was included, searched or asked for. Each compiles by itself and
 * next to all others, however often its file is included; so most worlds compile.
 */
export type Fragment =
  /** Gives macro `A` to `D` a value, which every source prints into its object. */
  | { readonly kind: 'value'; readonly macro: string; readonly value: number }
  | { readonly kind: 'include'; readonly spelling: Spelling; readonly name: string }
  /** Asks whether a header exists, and tells the object. */
  | { readonly kind: 'probe'; readonly spelling: Probe; readonly name: string; readonly macro: string }
  | { readonly kind: 'text'; readonly text: string };

/** `@` stands for the header's name. */
const SPELLINGS = {
  quote: '#include "@"',
  angle: '#include <@>',
  import: '#import "@"',
  digraph: '%:include "@"',
  indented: '  #  include   "@" // why',
  spliced: '#inc\\\nlude "@"',
  'comment before': '/* note */ #include "@"',
  'comment within': '#/**/include/**/"@"',
  computed: '#undef NAME\n#define NAME "@"\n#include NAME',
  'computed, angle': '#undef NAME\n#define NAME <@>\n#include NAME',
  next: '#include_next <@>',
  'next, if there is one': '#if __has_include_next(<@>)\n#include_next <@>\n#endif',
  'if there is one': '#if __has_include("@")\n#include "@"\n#endif',
  'if defined': '#ifdef N\n#include "@"\n#endif',
} as const;
type Spelling = keyof typeof SPELLINGS;

/** `@` stands for the header's name, `!` for the macro. */
const PROBES = {
  quote: '#if __has_include("@")\n#undef !\n#define ! 71\n#endif',
  angle: '#if __has_include(<@>)\n#undef !\n#define ! 72\n#endif',
  'no blank': '#if defined(__has_include)&&!__has_include ( "@" )\n#undef !\n#define ! 73\n#endif',
  'comment within': '#if __has_include/**/("@")\n#undef !\n#define ! 74\n#endif',
  'by another name': '#define ASK __has_include\n#if ASK("@")\n#undef !\n#define ! 75\n#endif',
} as const;
type Probe = keyof typeof PROBES;

const TEXTS = [
  '#pragma once',
  '// a comment',
  '\n\n',
  '/* __TIME__ and __DATE__ in a comment */',
  'extern int my__DATE__x;',
  '#ifndef DATE\n#define DATE __DATE__\n#endif',
  '#ifndef STAMP\n#define STAMP __TIMESTAMP__\n#endif',
  '#warning seen',
  '#pragma GCC system_header',
  '#pragma message("note")',
  '#ifndef WHERE\n#define WHERE\nstatic const char *where(void) { return __FILE__; }\n#endif',
  '#ifndef UNUSED\n#define UNUSED\nstatic int unused(void) { int x; return x; }\n#endif',
  '#ifndef DATA\n#define DATA\n__asm__(".section .rodata\\n.incbin \\"data.bin\\"\\n.text");\n#endif',
  '#line 40 "elsewhere.h"',
  '#ifdef N\n#undef A\n#define A N\n#endif',
] as const;

/** Later headers only: an include of an earlier one could go round for ever. */
export const HEADER_NAMES = ['h0.h', 'h1.h', 'deep/h2.h'] as const;
const MACROS = ['A', 'B', 'C', 'D'] as const;

/** Fragments of a file that may include the headers from `first` on. */
export function fragments(first: number): fc.Arbitrary<readonly Fragment[]> {
  const value: fc.Arbitrary<Fragment> = fc.record({
    kind: fc.constant('value' as const),
    macro: fc.constantFrom(...MACROS),
    value: fc.integer({ min: 1, max: 9 }),
  });
  const text: fc.Arbitrary<Fragment> = fc.record({
    kind: fc.constant('text' as const),
    text: fc.constantFrom(...TEXTS),
  });
  const names = HEADER_NAMES.slice(first);
  if (names.length === 0) return fc.array(fc.oneof(value, value, text), { minLength: 1, maxLength: 3 });
  const include: fc.Arbitrary<Fragment> = fc.record({
    kind: fc.constant('include' as const),
    spelling: fc.oneof(fc.constantFrom<Spelling>('quote', 'angle', 'quote'), fc.constantFrom(...keysOf(SPELLINGS))),
    name: fc.constantFrom(...names, ...names, ...names, ...names.map((name) => `../inc2/${name}`)),
  });
  const probe: fc.Arbitrary<Fragment> = fc.record({
    kind: fc.constant('probe' as const),
    spelling: fc.constantFrom(...keysOf(PROBES)),
    name: fc.constantFrom(...names),
    macro: fc.constantFrom(...MACROS),
  });
  return fc.array(
    fc.oneof(
      { weight: 2, arbitrary: value },
      { weight: 4, arbitrary: include },
      { weight: 1, arbitrary: probe },
      { weight: 1, arbitrary: text },
    ),
    { minLength: 1, maxLength: 4 },
  );
}

function keysOf<Key extends string>(table: Readonly<Record<Key, string>>): Key[] {
  return Object.keys(table).filter((key): key is Key => Object.hasOwn(table, key));
}

/** The text of a header. */
export function headerText(parts: readonly Fragment[]): string {
  return `${parts.map(fragmentText).join('\n')}\n`;
}

/** The text of a source: what its headers said ends up in its data. */
export function sourceText(parts: readonly Fragment[]): string {
  const macros = MACROS.map((macro) => `#ifndef ${macro}\n#define ${macro} -1\n#endif`).join('\n');
  const texts = '#ifdef DATE\nconst char *date = DATE;\n#endif\n#ifdef STAMP\nconst char *stamp = STAMP;\n#endif';
  return `${headerText(parts)}${macros}\n${texts}\nint values[] = { ${MACROS.join(', ')}, __LINE__ };\nint line(void) { return A + __LINE__; }\n`;
}

function fragmentText(fragment: Fragment): string {
  switch (fragment.kind) {
    case 'value':
      return `#undef ${fragment.macro}\n#define ${fragment.macro} ${fragment.value}`;
    case 'include':
      return SPELLINGS[fragment.spelling].replaceAll('@', fragment.name);
    case 'probe':
      return PROBES[fragment.spelling].replaceAll('@', fragment.name).replaceAll('!', fragment.macro);
    case 'text':
      return fragment.text;
  }
}
