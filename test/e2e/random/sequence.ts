import fc from 'fast-check';
import { type Configuration, configurations } from './configurations.ts';
import { type Edit, edits, headers, sources } from './edits.ts';
import { HEADER_NAMES } from './fragments.ts';

/** An edit, and the compile that follows it, once or more often. Numbers count modulo what there is, so that any shorter sequence is one. */
export interface Step {
  readonly edit: Edit;
  readonly configuration: number;
  readonly source: number;
  readonly daemon: number;
  readonly times: number;
}

/** The files of a small world, the ways of compiling them, and what happens in it. */
export interface Sequence {
  readonly files: readonly Edit[];
  readonly configurations: readonly Configuration[];
  readonly steps: readonly Step[];
}

export function sequences(): fc.Arbitrary<Sequence> {
  const step = fc.record({
    edit: edits(),
    // Mostly the first of each: only compiles that resemble each other can be mistaken for each other.
    configuration: fc.constantFrom(0, 0, 0, 1, 2),
    source: fc.constantFrom(0, 0, 0, 1),
    daemon: fc.constantFrom(0, 0, 0, 0, 0, 1),
    // A request that comes a third time is answered in another way than the second.
    times: fc.constantFrom(1, 1, 1, 3),
  });
  return fc.record({
    files: fc
      .tuple(
        fc.tuple(
          ...HEADER_NAMES.map((_name, index) => index).map((index) => headers(index, fc.constantFrom('inc1', 'inc2'))),
        ),
        fc.array(fc.oneof(headers(), sources()), { maxLength: 4, size: 'max' }),
      )
      .map(([found, more]) => [...found, ...more]),
    configurations: fc.array(configurations(), { minLength: 1, maxLength: 3, size: 'max' }),
    steps: fc.array(step, { minLength: 1, maxLength: 20, size: 'max' }),
  });
}
