/** What the argument parser does about an option of the C family. */
export type Action =
  /** The compile is not cached; the flag is the reason. */
  | 'refuse'
  /** Asks the compiler about itself: nothing is compiled. */
  | 'query'
  /** Decides the output's bytes or the messages. */
  | 'key'
  /** As `key`, and decides where headers are searched or which programs run. */
  | 'probe'
  /** Decides nothing that is kept. */
  | 'ignore'
  | 'compile'
  | 'assemble'
  | 'output'
  | 'language'
  | 'arch'
  | 'machine'
  | 'colour'
  | 'print-headers'
  /** `-include` and `-imacros`. */
  | 'forced-include'
  /** `-MD`, `-MF` and their like. */
  | 'dependency'
  /** Words for another program: the preprocessor, the assembler, clang's own front end. */
  | 'preprocessor-word'
  | 'preprocessor-words'
  | 'assembler-word'
  | 'assembler-words'
  | 'clang-word'
  | 'integrated-assembler'
  /** The value is a file whose contents decide the output. */
  | 'input-file'
  | 'module-file'
  | 'section-list'
  | 'profile-use'
  | 'sample-profile'
  | 'auto-profile'
  | 'specs'
  /** Files that the compile leaves beside the object. */
  | 'diagnostics-file'
  | 'stack-usage'
  | 'callgraph-info'
  | 'split-dwarf'
  | 'coverage-notes'
  | 'coverage'
  /** Instrumentation that writes the names of directory and output into the object. */
  | 'profile'
  | 'profile-directory'
  | 'prefix-map'
  | 'record-switches'
  | 'lto'
  | 'no-pch-timestamp'
  /** The output is LLVM's own form: without `-o` it has another extension. */
  | 'emit-llvm';
