import type { ByteString } from '../../util/bytes.ts';
import type { Output, PrefixMap, Refusal } from '../arguments.ts';
import type { OptionRow } from '../option-table.ts';
import type { Action } from './actions.ts';
import type { ReadFile } from './response-file.ts';

/** Which of the two dialects of options the compiler takes. */
export type CompilerKind = 'gcc' | 'clang';

/** What the parser must know about the request besides the arguments. */
export interface ParseOptions {
  /** The driver is `g++` or `clang++`. */
  readonly plusplus: boolean;
  readonly cwd: ByteString;
  readonly readFile: ReadFile;
  readonly environment: ReadonlyMap<ByteString, ByteString>;
}

/** A file that the compile leaves beside the object, before the object's name is known. */
export interface SideFile {
  readonly role: Output['role'];
  /** The option that asks for it: the reason when its name is not certain. */
  readonly flag: string;
  /** Replaces what follows the last dot of the object's name. */
  readonly extension: string;
}

/** What is known while the arguments are read. Only the parser sees it. */
export interface Draft {
  readonly kind: CompilerKind;
  readonly options: ParseOptions;
  /** The flags that decide what the run is, as far as seen. */
  compile: boolean;
  assemble: boolean;
  syntaxOnly: boolean;
  precompile: boolean;
  emitsPrecompiledHeader: boolean;
  /** What the words for clang's front end added to the key, as if they were the driver's. */
  clangMeanings: readonly ByteString[];
  /** Files of `-include` that clang's front end takes as text, whatever is beside them. */
  textIncludes: readonly ByteString[];
  /** `--version` and its like. */
  query: string | undefined;
  readonly inputs: { readonly path: ByteString; readonly language: ByteString | undefined }[];
  /** The value of the last `-x` so far; undefined: by the file's name. */
  language: ByteString | undefined;
  output: ByteString | undefined;
  readonly architectures: Set<ByteString>;
  readonly key: ByteString[];
  readonly probe: ByteString[];
  readonly inputFiles: ByteString[];
  readonly optionalInputFiles: ByteString[];
  /** Base names of files for which others stand. */
  readonly overlays: ByteString[];
  readonly forcedIncludes: ByteString[];
  /** `-fprebuilt-module-path`. */
  readonly moduleDirectories: ByteString[];
  /** A module file is named or may be found. */
  importsModules: boolean;
  /** `-fmodules-ts` and what belongs to it, by gcc. */
  gccModules: string | undefined;
  /** Only the module's interface is written. */
  moduleOnly: boolean;
  readonly sideFiles: SideFile[];
  /** Files that options name. */
  readonly namedFiles: { readonly role: Output['role']; readonly path: ByteString }[];
  /** The first option that asks for dumps of gcc's passes. */
  dumps: string | undefined;
  /** `-dumpbase` and its like. */
  dumpName: string | undefined;
  /** `-save-temps`, with what stands behind it. */
  savesTemporaries: string | undefined;
  /** What asks for more outputs; see `ParsedArguments.outputArguments`. */
  readonly outputKey: ByteString[];
  standardOutput: boolean;
  /** The assembler is asked for a listing. */
  listing: boolean;
  pipe: boolean;
  readonly dependency: DependencyOption[];
  /** Words for the preprocessor, the assembler and clang's front end, in order. */
  readonly preprocessorWords: ByteString[];
  readonly assemblerWords: ByteString[];
  readonly clangWords: ByteString[];
  readonly prefixMaps: PrefixMap[];
  colour: 'auto' | 'always' | 'never';
  /** Debug information is on: the last of `-g…` counts. */
  debugInformation: boolean;
  /** `-fdebug-compilation-dir` or `-ffile-compilation-dir`. */
  namesCompilationDirectory: boolean;
  embedsDirectory: boolean;
  embedsOutputPath: boolean;
  recordsSwitches: boolean;
  /** The whole command line ends up in the object, word by word. */
  recordsWords: boolean;
  linkTimeOptimisation: boolean;
  profileDirectory: boolean;
  /** Directories in which gcc looks for the object's profile; '' for the object's own. */
  readonly profileUses: ByteString[];
  pchTimestamp: boolean;
  emitsLlvm: boolean;
  native: boolean;
  externalAssembler: boolean;
  printsHeaders: boolean;
}

/** Notes what one option means; a refusal ends the reading. */
export type Handler = (draft: Draft, row: OptionRow<Action>, value: ByteString) => Refusal | undefined;

/** An option about the dependency file, such as `-MF` and its value. */
export interface DependencyOption {
  readonly flag: string;
  readonly value: ByteString;
}

/** Nothing is known yet. */
export function emptyDraft(kind: CompilerKind, options: ParseOptions): Draft {
  return {
    kind,
    options,
    compile: false,
    assemble: false,
    syntaxOnly: false,
    precompile: false,
    emitsPrecompiledHeader: false,
    clangMeanings: [],
    textIncludes: [],
    query: undefined,
    inputs: [],
    language: undefined,
    output: undefined,
    architectures: new Set(),
    key: [],
    probe: [],
    inputFiles: [],
    optionalInputFiles: [],
    overlays: [],
    forcedIncludes: [],
    moduleDirectories: [],
    importsModules: false,
    gccModules: undefined,
    moduleOnly: false,
    sideFiles: [],
    namedFiles: [],
    dumps: undefined,
    dumpName: undefined,
    savesTemporaries: undefined,
    outputKey: [],
    standardOutput: false,
    listing: false,
    pipe: false,
    dependency: [],
    preprocessorWords: [],
    assemblerWords: [],
    clangWords: [],
    prefixMaps: [],
    colour: 'auto',
    debugInformation: false,
    namesCompilationDirectory: false,
    embedsDirectory: false,
    embedsOutputPath: false,
    recordsSwitches: false,
    recordsWords: false,
    linkTimeOptimisation: false,
    profileDirectory: false,
    profileUses: [],
    pchTimestamp: true,
    emitsLlvm: false,
    native: false,
    externalAssembler: kind === 'gcc',
    printsHeaders: false,
  };
}

/** The compile is left to the compiler, and counted under `reason`. */
export function cannotCache(reason: string): Refusal {
  return { kind: 'cannot-cache', reason };
}

/**
 * One spelling for each option: two-character flags joined with their value, others as two words, so that `-I x` and
 * `-Ix` are the same. A delimiter stays.
 */
export function normalised(row: OptionRow<Action>, value: ByteString): ByteString[] {
  if (row.kind === 'flag') return [row.flag];
  if (row.kind === 'concatenated') return [value === '' ? row.flag : `${row.flag}${row.delimiter ?? ''}${value}`];
  if (row.delimiter !== undefined) return [`${row.flag}${row.delimiter}${value}`];
  return row.flag.length === 2 ? [row.flag + value] : [row.flag, value];
}
