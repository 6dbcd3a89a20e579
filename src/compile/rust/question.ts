import type { RustArguments } from '../../compilers/rustc/arguments.ts';
import type { RustDependencies } from '../../compilers/rustc/dep-info.ts';
import type { RustOutput } from '../../compilers/rustc/outputs.ts';
import type { Places } from '../../key/places.ts';
import type { ByteString } from '../../util/bytes.ts';
import type { Request } from '../request.ts';
import type { AbleMacro } from './inputs/macros.ts';

/** What is known of one compile when it has ended. */
export interface RustQuestion {
  readonly request: Request;
  readonly parsed: RustArguments;
  readonly outputs: readonly RustOutput[];
  /** The code of all crates below may be part of the result, and no linker tells of which. */
  readonly absorbsCrates: boolean;
  /** Clippy has settings of its own. */
  readonly clippy: boolean;
  readonly dependencies: RustDependencies;
  /** The contents of the outputs in which the crate's metadata may be. */
  readonly metadata: readonly Buffer[];
  /** Libraries of crates below that may have been loaded. */
  readonly crates: readonly ByteString[];
  /** A crate that is named has macros by which an assembler may read files. */
  readonly cratesAssemble: boolean;
  readonly places: Places;
  readonly macros: readonly AbleMacro[];
  /** The linker's list, when there was a link. */
  readonly linkList: Buffer | undefined;
  /** Kernel time just before the compiler started: what changed since may have been read in either state. */
  readonly startedMs: number;
  readonly sourceDigest: string;
}
