import type { EquivalentSet } from '../key/equivalents.ts';
import type { Inputs, ManifestResult } from '../key/manifest.ts';
import type { Places } from '../key/places.ts';
import type { KeyText } from '../key/sections.ts';
import type { Step } from '../protocol/steps.ts';
import type { StoredFile, StoredResult } from '../storage/storage.ts';
import type { ByteString } from '../util/bytes.ts';
import type { Spoken } from './answer.ts';
import type { Conversation } from './conversation.ts';
import type { Outcome, Reason, StoreOutcome, Subject } from './outcome.ts';
import type { TemporaryFile } from './temporary-files.ts';

/**
 * Stage three: a compile whose key is known. Each family of compilers makes one of a request; the story in `compile.ts`
 * and `compile-once.ts` knows no more of a compiler than this.
 */
export interface Compilation {
  readonly subject: Subject;
  /** The digest of everything that decides the result except the files that only the compile will tell; 64 hex digits. */
  readonly manifestKey: string;
  /** What is under that digest, for those who say what differs. The contents of the source are the section `source`. */
  readonly keyText: KeyText;
  /** As the caller spells it. */
  readonly source: ByteString;
  /** Directories whose names count only where the result has them; missing where no name is taken out. */
  readonly places?: Places;
  /** What the command line says and only some results hang on; missing where all is part of the key. */
  readonly aspects?: ReadonlyMap<ByteString, ByteString>;
  /** Directories in which something is searched, as spelled; missing where those are part of the key. */
  readonly searched?: readonly ByteString[];
  /** Paths that it writes, as the compiler would open them; what it is mainly called for is the first. */
  readonly writes: readonly ByteString[];
  /**
   * The steps that leave behind what the compile would have; undefined when the entry lacks something that this command
   * line asks for.
   */
  hitSteps(result: StoredResult): readonly Step[] | undefined;
  /**
   * A result of other inputs that can be told to be this one's too: asked for when the manifest has none. Undefined
   * where there is none, or no way to tell.
   */
  findEquivalent?(): Promise<EquivalentResult | undefined>;
  /**
   * Lets the client compile once. The client has its last answer, and all outputs were read, when this returns.
   *
   * @param temporary a name for files by which the compiler tells what it reads
   */
  compile(temporary: TemporaryFile, conversation: Conversation): Promise<Compiled>;
}

/** What a request turned out to be: a compile that can be cached, or how it ends without one. */
export type Recognised = { readonly kind: 'compilation'; readonly compilation: Compilation } | Outcome;

/** How one compiler run ended. */
export type Compiled =
  /** The client went away. */
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'not-kept'; readonly compilerMicros: number; readonly reason: Reason }
  | { readonly kind: 'succeeded'; readonly compilerMicros: number; readonly kept: Kept };

/** All of a finished compile that goes into the store. */
export interface Kept extends Spoken {
  readonly inputs: Inputs;
  readonly files: readonly StoredFile[];
  /** What makes other compiles come to the same, when that can be told. */
  readonly equivalence?: Equivalence | undefined;
}

/** A result that another compile left. */
export interface EquivalentResult {
  /** The other's result, with the inputs as they are now. */
  readonly found: ManifestResult;
  /** Makes it what this compile would have left, undefined where that cannot be; missing where it is so already. */
  readonly translate?: ((result: StoredResult) => StoredResult | undefined) | undefined;
  /** The inputs are not those of this compile: that it comes to the same has to be found out each time. */
  readonly searchedAnew: boolean;
}

/** Under which key equivalent compiles look, and what they compare. */
export interface Equivalence {
  readonly key: string;
  readonly set: Omit<EquivalentSet, 'resultKey'>;
}

/** How a request ended, and what still goes on when the caller has its answer. */
export interface Ended {
  readonly outcome: Outcome;
  /** The result on its way into the store, when it may be kept. */
  readonly stored: Promise<StoreOutcome> | undefined;
}
