/** What the argument parser does about an option of the C family. */
export type Action =
  /** Another spelling of an option that the tables have. */
  | 'long-spelling'
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
  | 'pipe'
  | 'compile'
  | 'syntax-only'
  | 'precompile'
  | 'assemble'
  | 'output'
  | 'language'
  | 'arch'
  | 'machine'
  /** What the bytes of a source mean. */
  | 'input-charset'
  /** Describes a virtual file system: which files stand for others. */
  | 'overlay'
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
  /** The value is an option for the machine itself, not for the device of one program for two. */
  | 'host-option'
  | 'integrated-assembler'
  /** The value is a file whose contents decide the output. */
  | 'input-file'
  | 'section-list'
  | 'profile-use'
  /** gcc: a profile named after the object, in the directory that the value names. */
  | 'object-profile-use'
  | 'plugin'
  | 'sample-profile'
  | 'auto-profile'
  | 'specs'
  | OutputAction
  | ModuleAction
  | 'split-dwarf'
  | 'coverage-notes'
  | 'coverage'
  /** Instrumentation that writes the names of directory and output into the object. */
  | 'profile'
  | 'profile-directory'
  | 'prefix-map'
  | 'compilation-directory'
  | 'record-switches'
  | 'lto'
  | 'no-pch-timestamp'
  /** clang's front end makes a precompiled header, as it does anyway of what is a header. */
  | 'emit-pch'
  /** The output is LLVM's own form: without `-o` it has another extension. */
  | 'emit-llvm';

/** Options that ask for more files than the object. */
export type OutputAction =
  /** The value is the file's name. */
  | 'diagnostics-file'
  | 'optimization-record-file'
  | 'prototypes-file'
  | 'coverage-notes-file'
  | 'compilation-database'
  /** Named after the object. */
  | 'optimization-record'
  | 'stack-usage'
  | 'callgraph-info'
  | 'time-trace'
  /** gcc's `-fdump-…` and `-d…`. */
  | 'dump'
  | 'dump-letters'
  /** What files beside the object are called. */
  | 'dump-name'
  | 'save-temporaries'
  | 'optimization-notes';

/** Options about modules. */
export type ModuleAction =
  | 'module-file'
  | 'module-directory'
  /** gcc: sources may be modules and import others. */
  | 'gcc-modules'
  | 'gcc-module-mapper'
  /** gcc: the source is a header that becomes a module. */
  | 'gcc-header-unit'
  /** gcc: no object is made. */
  | 'gcc-module-only';
