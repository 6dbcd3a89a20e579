import { setImmediate as immediate } from 'node:timers/promises';
import { missText } from '../stats/journal/sentences.ts';
import { toText } from '../util/bytes.ts';
import type { Answered } from './answered.ts';
import type { Compilation } from './compilation.ts';
import { compileOnce } from './compile-once.ts';
import type { Exchange } from './exchange.ts';
import type { Outcome } from './outcome.ts';
import { type LookUpFailure, whyMissed } from './why-missed.ts';

/** Says why it is a miss, and ends the caller as a compile that failed. */
export async function refuseMiss(
  failed: LookUpFailure,
  compilation: Compilation,
  { request, conversation, stopwatch, services }: Exchange,
): Promise<Answered> {
  const missed = await whyMissed(failed, request, compilation, services);
  const title = toText(compilation.writes[0] ?? compilation.source);
  const lines = [`sccache: error: SCCACHE_TERMINATE_ON_MISS is set, and ${title} is a miss`, ...missText(missed)];
  conversation.finish([
    { step: 'print', stdout: Buffer.alloc(0), stderr: Buffer.from(`${lines.join('\n  ')}\n`) },
    { step: 'exit', kind: 'code', value: 1 },
  ]);
  const outcome: Outcome = { kind: 'refused-miss', subject: compilation.subject };
  return { outcome, stored: undefined, compilation, stopwatch, missed: Promise.resolve(missed) };
}

/** A miss: while the compiler runs, there is time to find out why. */
export async function compileAndExplain(
  failed: LookUpFailure,
  compilation: Compilation,
  { request, conversation, stopwatch, services }: Exchange,
): Promise<Answered> {
  const purpose = { kind: failed === 'forced' ? 'recache' : 'miss' } as const;
  const ending = compileOnce(compilation, purpose, conversation, services);
  // Not before the client has its command.
  const missed = immediate().then(() => whyMissed(failed, request, compilation, services));
  const { outcome, stored } = await ending;
  stopwatch.lap('compile');
  if (stored === undefined) return { outcome, stored, compilation, stopwatch, missed };
  // Nobody waits for it: who asks for statistics behind this compile finds it counted.
  const saved = missed.then(async () => {
    services.history.note(request, compilation); // not before: the comparison asks for what was before
    const result = await stored;
    if (result.kind === 'stored') await services.history.save(request, compilation);
    return result;
  });
  return { outcome, stored: saved, compilation, stopwatch, missed };
}
