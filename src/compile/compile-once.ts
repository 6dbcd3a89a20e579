import type { Inputs } from '../key/manifest.ts';
import type { StoredResult } from '../storage/storage.ts';
import type { Compilation, Compiled, Ended, Kept } from './compilation.ts';
import type { Conversation } from './conversation.ts';
import { keepResult } from './kept-results.ts';
import { because, type Outcome, type StoreOutcome } from './outcome.ts';
import type { CompileServices } from './services.ts';
import { differenceFromStored } from './verify.ts';

/** Why the compiler runs. */
export type Purpose =
  | { readonly kind: 'miss' }
  | { readonly kind: 'recache' }
  /** To compare with what a hit would have placed (`SCCACHE_VERIFY`). */
  | { readonly kind: 'verify'; readonly inputs: Inputs; readonly stored: StoredResult };

/** The compiler runs once, the caller gets its answer, and what may be kept goes into the store. */
export async function compileOnce(
  compilation: Compilation,
  purpose: Purpose,
  conversation: Conversation,
  services: CompileServices,
): Promise<Ended> {
  const temporary = services.temporaryFiles.take();
  if (temporary === undefined) {
    conversation.finish([{ step: 'exec' }]);
    return { outcome: because('no-temporary-path'), stored: undefined };
  }
  const { manifestKey } = compilation;
  const done = services.inFlight.begin(manifestKey);
  let stored: Promise<StoreOutcome> | undefined;
  try {
    const compiled = await compilation.compile(temporary, conversation);
    const outcome = outcomeOf(compiled, compilation, purpose, services);
    if (compiled.kind === 'succeeded' && outcome.kind !== 'verified') {
      const { kept, compilerMicros } = compiled;
      const facts = { compilerMicros, language: compilation.subject.language };
      stored = keepResult(manifestKey, kept, facts, services, compilation.places).finally(done);
    }
    return { outcome, stored };
  } finally {
    temporary.remove();
    if (stored === undefined) done();
  }
}

function outcomeOf(compiled: Compiled, { subject }: Compilation, purpose: Purpose, services: CompileServices): Outcome {
  switch (compiled.kind) {
    case 'abandoned':
      return { kind: 'abandoned' };
    case 'failed':
      return { kind: 'compile-failed', subject };
    case 'not-kept':
      return { kind: 'not-kept', subject, compilerMicros: compiled.compilerMicros, reason: compiled.reason };
    case 'succeeded': {
      const { kept, compilerMicros } = compiled;
      // Where a file changed after the look-up, this is an ordinary miss.
      if (purpose.kind !== 'verify' || !sameFiles(kept, purpose.inputs)) {
        return { kind: 'miss', subject, compilerMicros, recache: purpose.kind === 'recache' };
      }
      const difference = differenceFromStored(kept, purpose.stored, services.files);
      if (difference === undefined) return { kind: 'verified', subject, compilerMicros };
      services.note('verify', difference);
      return { kind: 'mismatch', subject, compilerMicros, difference };
    }
  }
}

function sameFiles({ inputs }: Kept, { paths, digests }: Inputs): boolean {
  return inputs.paths.join('\0') === paths.join('\0') && inputs.digests.join() === digests.join();
}
