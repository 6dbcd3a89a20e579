import type { Difference } from '../../key/difference.ts';

/** Why a compile was no hit. */
export type Missed =
  | {
      readonly kind: 'differs';
      /** Never empty; what comes first in the compile comes first. */
      readonly causes: readonly Difference[];
      /** How many there are beyond those. */
      readonly more: number;
      /** What the earlier compile wrote, where that was another file. */
      readonly comparedWith?: string;
    }
  | { readonly kind: OtherMiss };

/** Misses without a difference from an earlier compile, and what they are for people. */
export const OTHER_MISSES = {
  'first-compile': 'first compile of this output that the cache knows of',
  'result-gone': 'nothing differs: the result is no longer in the cache (evicted, or the cache was cleared)',
  'result-damaged': 'nothing differs: the stored result was damaged, and was replaced',
  'result-incomplete': 'the stored result lacks a file that this command line asks for',
  'special-file': 'an output is a fifo or a device: only the compiler can write there',
  forced: 'SCCACHE_RECACHE is set: nobody looked',
  unsettled: 'a file changed while it was looked at',
} as const;

export type OtherMiss = keyof typeof OTHER_MISSES;
