import { requestSwitches } from '../config/request-switches.ts';
import type { Step } from '../protocol/steps.ts';
import { failure } from '../util/result.ts';
import { answerFromCache, verifyHit } from './answer-from-cache.ts';
import type { Answered } from './answered.ts';
import type { Conversation } from './conversation.ts';
import { compileAndExplain, refuseMiss } from './misses.ts';
import { because, type Outcome } from './outcome.ts';
import { recognise } from './recognise.ts';
import type { Request } from './request.ts';
import type { CompileServices } from './services.ts';
import { Stopwatch } from './stopwatch.ts';

const EXEC: readonly Step[] = [{ step: 'exec' }];

/**
 * The life of one request: recognise the compiler and read its arguments, make the key, look up; place what was found,
 * or let the client compile once and keep the result.
 *
 * The client has its last answer when this returns. Nothing is thrown but for bugs.
 */
export async function compile(
  request: Request,
  conversation: Conversation,
  services: CompileServices,
): Promise<Answered> {
  const stopwatch = new Stopwatch(services.now, request.arrivedMs);
  const leave = (outcome: Outcome): Answered => {
    conversation.finish(EXEC);
    stopwatch.lap('recognise');
    return { outcome, stored: undefined, compilation: undefined, stopwatch, missed: undefined };
  };
  const switches = requestSwitches(request.env);
  if (switches.noCache) return leave({ kind: 'bypassed' });
  if (seesOtherFiles(request, services)) return leave(because('other-mount-namespace'));

  const recognised = await recognise(request, conversation, services);
  if (recognised.kind !== 'compilation') return leave(recognised);
  const { compilation } = recognised;
  stopwatch.lap('recognise');
  const { recache, verifiedShare } = switches;
  const sampled = !recache && verifiedShare > 0 && services.random() < verifiedShare;
  const verified = sampled && (await verifyHit(request, compilation, conversation, services));
  if (verified) {
    stopwatch.lap('compile');
    return { ...verified, compilation, stopwatch, missed: undefined };
  }
  const lookUp = (): ReturnType<typeof answerFromCache> =>
    answerFromCache(request, compilation, stopwatch, conversation, services);
  let found = recache ? failure('forced' as const) : await lookUp();
  // An equal compile began while we looked: what it stores is what we want.
  if (!found.ok && !recache && services.inFlight.isRunning(compilation.manifestKey)) found = await lookUp();
  if (found.ok) {
    services.history.note(request, compilation);
    const { subject } = compilation;
    const { compilerMicros, bytes } = found.value;
    const outcome: Outcome = { kind: 'hit', subject, micros: stopwatch.micros, compilerMicros, bytes };
    return { outcome, stored: undefined, compilation, stopwatch, missed: undefined };
  }
  stopwatch.lap('look up');
  const miss = switches.missIsError ? refuseMiss : compileAndExplain;
  return miss(found.error, request, compilation, stopwatch, conversation, services);
}

/** A caller in a container or sandbox may see other files under the same names. */
function seesOtherFiles(request: Request, services: CompileServices): boolean {
  const { mountNamespace } = request;
  return mountNamespace !== 0 && services.mountNamespace !== 0 && mountNamespace !== services.mountNamespace;
}
