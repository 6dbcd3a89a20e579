import type { ByteString } from '../util/bytes.ts';

/** What a source is, in the words of `-x`. */
export type Language =
  | 'c'
  | 'c-header'
  | 'cpp-output'
  | 'c++'
  | 'c++-header'
  | 'c++-cpp-output'
  | 'objective-c'
  | 'objective-c-header'
  | 'objective-c-cpp-output'
  | 'objective-c++'
  | 'objective-c++-header'
  | 'objective-c++-cpp-output'
  | 'assembler'
  | 'assembler-with-cpp'
  /** The interface of a module, for clang. */
  | 'c++-module'
  /** What clang made of one. */
  | 'pcm';

/** A file that a compile leaves behind, besides the dependency file. */
export interface Output {
  /** What the file is. An entry stores each role once. */
  readonly role: OutputRole;
  /** As the compiler would open it: relative to the caller's directory, or absolute. */
  readonly path: ByteString;
  /** True when the compiler may leave it out (a `.dwo` without debug information, …). */
  readonly optional: boolean;
}

export type OutputRole =
  | 'object'
  | 'assembly'
  | 'split-dwarf'
  | 'coverage-notes'
  /** What `-fprofile-dir` made of the notes' name before gcc 11. */
  | 'mangled-coverage-notes'
  | 'diagnostics'
  | 'stack-usage'
  | 'callgraph-info'
  | 'time-trace'
  | 'optimization-record'
  | 'prototypes'
  | 'compilation-database'
  | 'listing'
  | 'module'
  /** What `-save-temps` keeps. */
  | 'preprocessed'
  | 'bitcode'
  | 'temporary-assembly'
  /** One of gcc's dumps, by what follows the common part of their names, or by the name that its option gives. */
  | `dump ${string}`
  /** The interface of a module by gcc, with its path. */
  | `cmi ${string}`;

/** The dependency file that the caller asked for. */
export interface DependencyFile {
  /** `MD`: all headers; `MMD`: not those of the system. */
  readonly kind: 'MD' | 'MMD';
  readonly path: ByteString;
  /** The rule's targets as they appear in the file (already quoted for make where the compiler quotes). Never empty. */
  readonly targets: readonly ByteString[];
  /** `-MP`: an empty rule for each header. */
  readonly phony: boolean;
  /** By which the rule is added to what the file has; options write the file anew. */
  readonly variable?: DependencyVariable;
}

/** With the first gcc lists as with `-MMD`, with the other as with `-MD`, but for the source. Of two the first counts. */
export const DEPENDENCY_VARIABLES = ['DEPENDENCIES_OUTPUT', 'SUNPRO_DEPENDENCIES'] as const;

export type DependencyVariable = (typeof DEPENDENCY_VARIABLES)[number];

/** An `-f…-prefix-map=OLD=NEW`. */
export interface PrefixMap {
  readonly applies: 'debug' | 'file' | 'macro' | 'coverage' | 'profile';
  readonly from: ByteString;
  readonly to: ByteString;
}

/** Stage one: what a command line means, before anything on disk was looked at. */
export interface ParsedArguments {
  /** `-c`, `-S`, `--precompile` or `-fsyntax-only`, which leaves nothing but messages. */
  readonly mode: 'object' | 'assembly' | 'module' | 'syntax';
  readonly language: Language;
  /** The one source, as spelled. */
  readonly input: ByteString;
  /** Outputs other than the dependency file; the object (or assembly) is first, where it is a file. */
  readonly outputs: readonly Output[];
  /** What is written to standard output is part of the result (`-o -`, a listing), not only messages. */
  readonly standardOutput: boolean;
  /** The assembler lists what it assembles, and with debug information the lines of sources, wherever these say they are. */
  readonly listing: boolean;
  /** gcc writes dumps whose names (`PREFIX.252t.optimized`) only the compile tells; undefined: none are asked for. */
  readonly dumpPrefix: ByteString | undefined;
  readonly dependencyFile: DependencyFile | undefined;
  /**
   * The arguments that decide the output's bytes or the messages, in order and normalised (`-I x` as `-Ix`), without
   * input, output, dependency-file options, `-c`, `-pipe` and colour options. Response files are expanded.
   */
  readonly keyArguments: readonly ByteString[];
  /**
   * Options that ask for more outputs, or say how they are made. They decide the result but nothing of what is read, and
   * are kept out of a run that only lists the headers: it must not write those files.
   */
  readonly outputArguments: readonly ByteString[];
  /**
   * The subset that decides where headers are searched, what is predefined, or which programs run (`-I…`, `-isystem`,
   * `--sysroot`, `-nostdinc`, `-B`, `-m32`, `-march=…`, `-target`, `-std=`, `-stdlib=`, `-specs=` …), ready to be
   * passed to a probe run of the compiler.
   */
  readonly probeArguments: readonly ByteString[];
  /** Files named by options whose contents decide the output (profiles, plugins, specs, lists, `-include-pch` …). */
  readonly inputFiles: readonly ByteString[];
  /** Where clang searches module files, in order; undefined when this compile imports none. */
  readonly moduleDirectories: readonly ByteString[] | undefined;
  /** gcc may take and make modules. */
  readonly gccModules: boolean;
  /** gcc looks for the source (of a header unit) as if it were included. */
  readonly sourceSearch: 'quote' | 'angle' | undefined;
  /** The result has the modification times of all that it is made from: clang's precompiled headers. */
  readonly notesTimes: boolean;
  /** The same for files that the compiler does without when they are missing. */
  readonly optionalInputFiles: readonly ByteString[];
  /** Files named by `-include` and `-imacros`, in order. They count as headers that are searched as with quotes. */
  readonly forcedIncludes: readonly ByteString[];
  /** Those that are taken as they are, also where there is a precompiled header beside them: clang's front end looks for none. */
  readonly textIncludes: readonly ByteString[];
  /** `-Xclang WORD`: they are in `keyArguments` as `-Xclang=WORD`, and behind that once more as what they mean. */
  readonly clangWords: readonly ByteString[];
  readonly clangMeanings: readonly ByteString[];
  /** The object may name the caller's directory (debug information, coverage, profiles, LTO …). */
  readonly embedsDirectory: boolean;
  /** The object or a side file may name the output's path (split DWARF, coverage, profiles). */
  readonly embedsOutputPath: boolean;
  readonly prefixMaps: readonly PrefixMap[];
  /** What the command line says about colour; `auto` when nothing, or literally auto. */
  readonly colour: 'auto' | 'always' | 'never';
  /** The command line is recorded in the object (`-frecord-gcc-switches`, `-grecord-command-line`, `-flto` …). */
  readonly recordsSwitches: boolean;
  /** `-march=native` and its like: what it means must be asked of the compiler. */
  readonly native: boolean;
  /** clang runs no separate assembler unless this is set; gcc always does when it makes an object. */
  readonly externalAssembler: boolean;
  /** `-H` or something else of the caller's that prints the headers on stderr. */
  readonly printsHeaders: boolean;
}

/** Why a command line cannot be cached. */
export interface Refusal {
  /** `not-compilation`: nothing to cache here (a link, `--version`, `-E` without `-c` …); else counted by its text. */
  readonly kind: 'not-compilation' | 'cannot-cache';
  /** The text shown by `--show-stats` under 'Non-cacheable reasons', such as `-E` or `multiple input files`. */
  readonly reason: string;
}
