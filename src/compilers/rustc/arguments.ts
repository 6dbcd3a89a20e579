import type { ByteString } from '../../util/bytes.ts';
import type { MessageForm } from './message-options.ts';

/** What `--crate-type` can say. `lib` is what the compiler recommends: an rlib. */
export const CRATE_TYPES = ['bin', 'lib', 'rlib', 'dylib', 'cdylib', 'staticlib', 'proc-macro'] as const;
export type CrateType = (typeof CRATE_TYPES)[number];

/** What `--emit` can say, in the order of rustc's `OutputType`, in which dep-info names the outputs. */
export const EMIT_KINDS = [
  'asm',
  'llvm-bc',
  'dep-info',
  'link',
  'llvm-ir',
  'metadata',
  'mir',
  'obj',
  'thin-link-bitcode',
] as const;
export type EmitKind = (typeof EMIT_KINDS)[number];

/** An `--extern [OPTIONS:]NAME[=PATH]`. */
export interface Extern {
  /** `priv`, `noprelude`, `nounused`, `force`, as they stand; '' when none. */
  readonly options: ByteString;
  readonly name: ByteString;
  /** undefined: rustc finds it in the search paths, or in its sysroot. */
  readonly path: ByteString | undefined;
}

/** A `-L [KIND=]PATH`. */
export interface SearchPath {
  readonly kind: 'dependency' | 'crate' | 'native' | 'framework' | 'all';
  readonly path: ByteString;
}

/** A `-l [KIND[:MODIFIERS]=]NAME[:RENAME]`. */
export interface NativeLibrary {
  /** `static`, `dylib`, `framework`, `link-arg` …; '' when the source may say. */
  readonly kind: ByteString;
  readonly verbatim: boolean;
  /** As it is searched. */
  readonly name: ByteString;
}

/** A `--remap-path-prefix FROM=TO`. Where several fit a path, the last one is taken. */
export interface PathRemap {
  readonly from: ByteString;
  readonly to: ByteString;
}

/** What a rustc command line means, before anything on disk was looked at. */
export interface RustArguments {
  /** The command line with the contents of argument files in place. */
  readonly words: readonly ByteString[];
  /** The root of the crate, as spelled. */
  readonly input: ByteString;
  /** undefined: the source says, or its name does. */
  readonly crateName: ByteString | undefined;
  /** Empty: the source says, or it is a program. */
  readonly crateTypes: readonly CrateType[];
  /** `--test`: a program, whatever the crate type. */
  readonly test: boolean;
  /** What to write, and where if that was said. */
  readonly emits: ReadonlyMap<EmitKind, ByteString | undefined>;
  /** '' is the caller's directory. */
  readonly outputDirectory: ByteString;
  /** `-o`. */
  readonly outputFile: ByteString | undefined;
  /** `-C extra-filename`. */
  readonly extraFilename: ByteString;
  readonly externs: readonly Extern[];
  readonly searchPaths: readonly SearchPath[];
  readonly nativeLibraries: readonly NativeLibrary[];
  readonly target: ByteString | undefined;
  readonly sysroot: ByteString | undefined;
  /** In order. Not among `keyArguments`: a checkout's own name may be in them. */
  readonly remaps: readonly PathRemap[];
  /** `-C linker`. */
  readonly linker: ByteString | undefined;
  /** `-C linker-flavor`. */
  readonly linkerFlavor: ByteString | undefined;
  /** `-C link-arg` and `-C link-args`, one word each. */
  readonly linkArguments: readonly ByteString[];
  /** `-C lto`: the code of other crates is read by rustc, and the linker does not get to see it. */
  readonly crossesCrates: boolean;
  /** `-C target-cpu=native` or `-Z tune-cpu=native`: what it means depends on the machine. */
  readonly nativeProcessor: boolean;
  /** Messages are JSON: the same whoever listens. */
  readonly jsonMessages: boolean;
  readonly messageForm: MessageForm;
  /** Files named by options (`-C profile-use`, …) whose contents decide the result. */
  readonly inputFiles: readonly ByteString[];
  /** Values of options that are not known here: files, where there are such. */
  readonly possibleInputFiles: readonly ByteString[];
  /** All that decides bytes or messages but for what the other members hold by path or by content. */
  readonly keyArguments: readonly ByteString[];
  /** `--print native-static-libs=FILE`. */
  readonly printedFiles: readonly ByteString[];
  /** How many outputs `-C codegen-units` may split an object or a listing into; 1 unless it was said. */
  readonly codegenUnits: number;
  /** Files called after units of code stay beside the output: `-C split-debuginfo=unpacked`, `-C save-temps`. */
  readonly leavesUnits: boolean;
  /** `-C save-temps`: directories with names of chance stay as well. */
  readonly savesTemporaries: boolean;
  /** `-C split-debuginfo=packed`: a `.dwp` beside what is linked. */
  readonly packsDebugInformation: boolean;
  /**
   * Where the output lies is in it: `-C rpath`, by the way from there to the libraries; `-C split-debuginfo`, by the names
   * of the files with debug information.
   */
  readonly namesOutputDirectory: boolean;
  /** `--env-set`: what `env!` finds instead of the environment. */
  readonly environment: ReadonlySet<ByteString>;
  /** `-C incremental`. */
  readonly incrementalDirectory: ByteString | undefined;
}
