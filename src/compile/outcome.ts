/**
 * Why a compile was not cached although its command line could be: union member, counter and the text that
 * `--show-stats` prints under 'Non-cacheable reasons'. Reasons that lie in the command line are the parser's
 * (the flag itself, as sccache has them).
 */
export const REASONS = {
  'other-mount-namespace': 'the caller sees other files (mount namespace)',
  'macro-starts-programs': 'a procedural macro starts programs',
  'macro-writes-files': 'a procedural macro writes files',
  'macro-reads-arguments': 'a procedural macro reads the arguments of the compiler',
  'macro-reads-much': 'a procedural macro may read more files than can be followed',
  'compiler-not-understood': 'compiler not understood',
  'list-unwritable': 'the compiler could not write its list of headers',
  'no-temporary-path': 'no usable directory for temporary files',
  'source-unreadable': 'source cannot be read',
  'option-file-unreadable': 'file named by an option cannot be read',
  'mixed-streams': 'result and messages go to one stream',
  'output-not-a-file': 'output is not a regular file',
  'output-missing': 'output was not written',
  'output-unwritable': 'output cannot be written',
  'another-cache': 'compiler is another compiler cache',
  'no-header-list': 'compiler did not list the headers',
  'header-unreadable': 'header cannot be read',
  'modified-during-compile': 'input modified during the compile',
  'compiler-changed': 'compiler replaced during the compile',
  'time-macro': '__DATE__, __TIME__ or __TIMESTAMP__',
  'assembler-include': '.incbin or .include',
  'listing-of-other-sources': 'listing or message of what #line names',
  'imported-modules': 'compiler did not list the imported modules',
  embed: '#embed',
  'computed-has-include': '__has_include of a macro',
  'pragma-dependency': '#pragma GCC dependency',
  'dependency-file-format': 'dependency file of unknown format',
  'terminal-messages': 'rustc writes its messages for a terminal',
  'crate-attributes': 'crate name or type may be in the source',
  'extern-unreadable': 'extern crate cannot be read',
  'no-dep-info': 'rustc did not list what it read',
  'input-unreadable': 'input cannot be read',
  'environment-differs': 'compiler saw other variables than its caller',
  'link-attribute': '#[link] of a library that cannot be told',
  'linker-not-understood': 'linker not understood',
  'linker-cannot-list': 'linker did not list what it read',
  'other-temporaries': 'temporary files of several compiles',
  'messages-name-output': 'messages name an output',
  'messages-quote-escapes': 'messages may quote escape sequences',
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
  | {
      readonly kind: 'hit';
      readonly subject: Subject;
      readonly micros: number;
      /** What the compiler took when the result was made, where the entry says so. */
      readonly compilerMicros: number | undefined;
      /** What was placed and printed. */
      readonly bytes: number;
    }
  | { readonly kind: 'miss'; readonly subject: Subject; readonly compilerMicros: number; readonly recache: boolean }
  /** A hit for which the compiler ran as well, and wrote the same. */
  | { readonly kind: 'verified'; readonly subject: Subject; readonly compilerMicros: number }
  /** The same, but what it wrote differs from what was stored, and takes its place. */
  | {
      readonly kind: 'mismatch';
      readonly subject: Subject;
      readonly compilerMicros: number;
      readonly difference: string;
    }
  /** Nothing was compiled: `SCCACHE_TERMINATE_ON_MISS`. */
  | { readonly kind: 'refused-miss'; readonly subject: Subject }
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
  | { readonly kind: 'stored'; readonly micros: number; readonly bytes: number }
  | { readonly kind: 'store-failed'; readonly detail: string };

/** The client runs the command, for one of the reasons above. */
export function because(reason: Reason): Outcome {
  return { kind: 'cannot-cache', reason: REASONS[reason] };
}
