import type { SearchDirectories } from '../../../key/search-walk.ts';
import type { ByteString } from '../../../util/bytes.ts';
import type { NamedDirectories } from './directory-facts.ts';

export type CompilerKind = 'gcc' | 'clang';

/** What a compiler program turned out to be. */
export interface CompilerFacts {
  readonly kind: CompilerKind;
  /** The driver compiles `.c` as C++. */
  readonly plusplus: boolean;
  /** First line of its version, as it says. */
  readonly version: string;
  /** The driver behind a script, when it names itself. */
  readonly driver: ByteString | undefined;
}

/** A compiler with one set of options: all programs it will run, and where it looks for headers. */
export interface Toolchain {
  readonly kind: CompilerKind;
  /** Digest over the contents of all programs and the version. */
  readonly identity: string;
  /** The version, and each program with a piece of its digest: what people see when the identity changes. */
  readonly description: ByteString;
  readonly search: SearchDirectories;
  /** Where it searches, by all names. */
  readonly directories: NamedDirectories;
  /** What was odd about these (`directoryFacts`). */
  readonly directoryFacts: readonly ByteString[];
  /** GNU as, when objects go through it and it can list what it read (`--MD`). */
  readonly listsAssemblerInputs: boolean;
  /** The compiler proper's command line, which shows what `-march=native` means here. */
  readonly expandedCommand: ByteString;
  /** The driver, a script around it or a configuration file adds options about warnings, debug information or instrumentation. */
  readonly addsOptions: boolean;
}
