/** One difference between two compiles, for people. */
export interface Difference {
  /** What differs: a section of the key (`arguments`, `environment`, `source` …), `file` for what a compile reads, or a circumstance (`day`, `modified` …). */
  readonly what: string;
  readonly change: Change;
  /** Which of its kind: a path, a variable's name. */
  readonly name?: string;
  readonly before?: string;
  readonly now?: string;
}

/** `appeared`: a file that was searched in vain before, and would be found now. */
export const CHANGES = ['added', 'removed', 'changed', 'appeared'] as const;
export type Change = (typeof CHANGES)[number];
