/**
 * Why a compile was not cached although its command line could be: union member, counter and the text that
 * `--show-stats` prints under 'Non-cacheable reasons'. Reasons that lie in the command line are the parser's
 * (the flag itself, as sccache has them).
 */
export const REASONS = {
  'other-mount-namespace': 'the caller sees other files (mount namespace)',
  'compiler-not-understood': 'compiler not understood',
  'no-temporary-path': 'no usable directory for temporary files',
  'source-unreadable': 'source cannot be read',
  'option-file-unreadable': 'file named by an option cannot be read',
  'output-not-a-file': 'output is not a regular file',
  'output-missing': 'output was not written',
  'output-unwritable': 'output cannot be written',
  'another-cache': 'compiler is another compiler cache',
  'no-header-list': 'compiler did not list the headers',
  'header-unreadable': 'header cannot be read',
  'modified-during-compile': 'input modified during the compile',
  'time-macro': '__DATE__, __TIME__ or __TIMESTAMP__',
  'assembler-include': '.incbin or .include',
  embed: '#embed',
  'computed-has-include': '__has_include of a macro',
  'clang-precompiled-header': 'precompiled header with clang',
  'pragma-dependency': '#pragma GCC dependency',
  'dependency-file-format': 'dependency file of unknown format',
  'messages-too-long': 'messages of more than 64 MiB',
} as const;

export type Reason = keyof typeof REASONS;

/** Language and compiler as statistics name them. */
export interface Subject {
  /** `C/C++` or `Assembler`. */
  readonly language: string;
  /** `c [gcc]`. */
  readonly advanced: string;
}

/** How a request ended. Each member is counted in `stats`, and nothing else is. */
export type Outcome =
  | { readonly kind: 'hit'; readonly subject: Subject; readonly micros: number }
  | { readonly kind: 'miss'; readonly subject: Subject; readonly compilerMicros: number; readonly recache: boolean }
  /** Compiled by us, but the result may not be kept. */
  | { readonly kind: 'not-kept'; readonly subject: Subject; readonly compilerMicros: number; readonly reason: Reason }
  | { readonly kind: 'compile-failed'; readonly subject: Subject }
  /** The client runs the command, for a reason of its own text. */
  | { readonly kind: 'cannot-cache'; readonly reason: string }
  | { readonly kind: 'not-compilation' }
  | { readonly kind: 'unsupported-compiler' }
  /** `SCCACHE_NO_CACHE`. */
  | { readonly kind: 'bypassed' }
  /** The client went away before the compile ended. */
  | { readonly kind: 'abandoned' };

/** What happened to a result after the caller had its answer. */
export type StoreOutcome =
  | { readonly kind: 'stored'; readonly micros: number }
  | { readonly kind: 'store-failed'; readonly detail: string };

/** The client runs the command, for one of the reasons above. */
export function because(reason: Reason): Outcome {
  return { kind: 'cannot-cache', reason: REASONS[reason] };
}
