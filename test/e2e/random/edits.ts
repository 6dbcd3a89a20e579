import fc from 'fast-check';
import { type Fragment, fragments, HEADER_NAMES } from './fragments.ts';

export const DIRECTORIES = ['src', 'inc1', 'inc2', 'gen', '.'] as const;
export const SOURCES = ['src/main.c', 'src/main.cc'] as const;

/** A change between two compiles. What is not there to be changed is left alone, so any part of a sequence is one too. */
export type Edit =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'header'; readonly directory: string; readonly name: string; readonly parts: readonly Fragment[] }
  | { readonly kind: 'source'; readonly name: string; readonly parts: readonly Fragment[] }
  /** Back to what the file was before its last change. */
  | { readonly kind: 'back'; readonly directory: string; readonly name: string }
  | { readonly kind: 'touch'; readonly directory: string; readonly name: string; readonly seconds: number }
  | { readonly kind: 'delete'; readonly directory: string; readonly name: string }
  | { readonly kind: 'rename'; readonly directory: string; readonly name: string; readonly to: string }
  | { readonly kind: 'copy'; readonly directory: string; readonly name: string; readonly to: string }
  /** The name becomes a link to the header of that name in another directory, be there one or not. */
  | { readonly kind: 'link'; readonly directory: string; readonly name: string; readonly to: string }
  | { readonly kind: 'make-directory'; readonly directory: string }
  | { readonly kind: 'delete-directory'; readonly directory: string }
  /** The directory is moved aside, and its name becomes a link to it, or to what is not there yet. */
  | { readonly kind: 'link-directory'; readonly directory: string; readonly to: string }
  | { readonly kind: 'move-all' }
  | { readonly kind: 'data'; readonly directory: string; readonly text: string }
  | { readonly kind: 'response-file'; readonly text: string }
  | { readonly kind: 'precompile'; readonly compiler: string; readonly directory: string; readonly name: string }
  | { readonly kind: 'delete-precompiled'; readonly directory: string; readonly name: string }
  | { readonly kind: 'output'; readonly state: 'link' | 'hard-link' | 'read-only' | 'directory' | 'deleted' }
  | { readonly kind: 'restart'; readonly daemon: number };

const DIRECTORY = fc.constantFrom(...DIRECTORIES);
const INCLUDE_DIRECTORY = fc.constantFrom('inc1', 'inc2', 'gen', 'link', 'src');
const NAME = fc.constantFrom(...HEADER_NAMES);
const PLACE = { directory: DIRECTORY, name: NAME } as const;

function edit<Kind extends Edit['kind']>(kind: Kind) {
  return { kind: fc.constant(kind) };
}

/** A header with contents that fit its name: any, or the one of an index. */
export function headers(index?: number, directory: fc.Arbitrary<string> = DIRECTORY) {
  const indexes = index === undefined ? fc.nat({ max: HEADER_NAMES.length - 1 }) : fc.constant(index);
  return indexes.chain((which) =>
    fc.record({
      ...edit('header'),
      directory,
      name: fc.constant(HEADER_NAMES[which] ?? ''),
      parts: fragments(which + 1),
    }),
  );
}

export function sources() {
  return fc.record({ ...edit('source'), name: fc.constantFrom(...SOURCES), parts: fragments(0) });
}

export function edits(): fc.Arbitrary<Edit> {
  const to = { to: DIRECTORY };
  return fc.oneof<{ weight: number; arbitrary: fc.Arbitrary<Edit> }[]>(
    { weight: 4, arbitrary: fc.record(edit('nothing')) },
    { weight: 8, arbitrary: headers() },
    { weight: 3, arbitrary: sources() },
    { weight: 5, arbitrary: fc.record({ ...edit('back'), ...PLACE }) },
    { weight: 1, arbitrary: fc.record({ ...edit('touch'), ...PLACE, seconds: fc.integer({ min: -2, max: 2 }) }) },
    { weight: 3, arbitrary: fc.record({ ...edit('delete'), ...PLACE }) },
    { weight: 2, arbitrary: fc.record({ ...edit('rename'), ...PLACE, ...to }) },
    { weight: 3, arbitrary: fc.record({ ...edit('copy'), ...PLACE, ...to }) },
    { weight: 2, arbitrary: fc.record({ ...edit('link'), ...PLACE, ...to }) },
    { weight: 2, arbitrary: fc.record({ ...edit('make-directory'), directory: INCLUDE_DIRECTORY }) },
    { weight: 1, arbitrary: fc.record({ ...edit('delete-directory'), directory: INCLUDE_DIRECTORY }) },
    {
      weight: 3,
      arbitrary: fc.record({
        ...edit('link-directory'),
        directory: INCLUDE_DIRECTORY,
        to: fc.constantFrom('aside', 'aside', 'later'),
      }),
    },
    { weight: 1, arbitrary: fc.record(edit('move-all')) },
    {
      weight: 1,
      arbitrary: fc.record({ ...edit('data'), directory: DIRECTORY, text: fc.constantFrom('a', 'b', 'cc') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ ...edit('response-file'), text: fc.constantFrom('', '-Iinc2', '-DN=5 "-Iinc1"', '-O2') }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ ...edit('precompile'), compiler: fc.constantFrom('gcc', 'g++', 'clang'), ...PLACE }),
    },
    { weight: 1, arbitrary: fc.record({ ...edit('delete-precompiled'), ...PLACE }) },
    {
      weight: 1,
      arbitrary: fc.record({
        ...edit('output'),
        state: fc.constantFrom('link', 'hard-link', 'read-only', 'directory', 'deleted'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ ...edit('restart'), daemon: fc.nat({ max: 1 }) }) },
  );
}
