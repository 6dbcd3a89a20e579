import type { ParsedArguments } from '../compilers/arguments.ts';
import type { KeyMaterial } from './key-material.ts';
import type { Messages } from './messages.ts';
import type { Outcome, StoreOutcome } from './outcome.ts';
import type { Request } from './request.ts';
import type { CompilerFacts, Toolchain } from './toolchain.ts';

/** Stage three: a compile whose key is known. */
export interface Compilation {
  readonly request: Request;
  readonly parsed: ParsedArguments;
  readonly facts: CompilerFacts;
  readonly toolchain: Toolchain;
  readonly messages: Messages;
  readonly key: KeyMaterial;
}

/** How a request ended, and what still goes on when the caller has its answer. */
export interface Answered {
  readonly outcome: Outcome;
  /** The result on its way into the store, when it may be kept. */
  readonly stored: Promise<StoreOutcome> | undefined;
}
