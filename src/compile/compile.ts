import { requestSwitches } from '../config/request-switches.ts';
import type { Step } from '../protocol/steps.ts';
import type { Observation } from '../system/observed-files.ts';
import { failure } from '../util/result.ts';
import { answerFromCache, answerFromMemory, type FromCache, lookAndAnswer, verifyHit } from './answer-from-cache.ts';
import type { Answered } from './answered.ts';
import type { Compilation } from './compilation.ts';
import type { Conversation } from './conversation.ts';
import { compileAndExplain, refuseMiss } from './misses.ts';
import { because, type Outcome } from './outcome.ts';
import { recognise } from './recognise.ts';
import { requestIdentity } from './repeats.ts';
import type { Request } from './request.ts';
import type { CompileServices } from './services.ts';
import { Stopwatch } from './stopwatch.ts';

const EXEC: readonly Step[] = [{ step: 'exec' }];

/**
 * The life of one request: recognise the compiler and read its arguments, make the key, look up; place what was found,
 * or let the client compile once and keep the result. A request that came before is answered without the first three.
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

  const { recache, verifiedShare } = switches;
  const identity = recache || verifiedShare > 0 ? undefined : requestIdentity(request);
  const repeat = identity && services.repeats.of(identity);
  if (repeat) {
    const supposed = { compilation: repeat.compilation, premises: [repeat.premises] };
    const repeated = await answerFromMemory(request, supposed, stopwatch, conversation, services);
    if (repeated.ok) return hit(request, repeat.compilation, repeated.value, stopwatch, services);
    services.repeats.failed(identity);
  }

  const observation = services.files.observe();
  const recognised = await recognise(request, spoiling(observation, conversation), services);
  const premises = observation.claims();
  if (recognised.kind !== 'compilation') return leave(recognised);
  const { compilation } = recognised;
  stopwatch.lap('recognise');
  const sampled = !recache && verifiedShare > 0 && services.random() < verifiedShare;
  const verified = sampled && (await verifyHit(request, compilation, conversation, services));
  if (verified) {
    stopwatch.lap('compile');
    return { ...verified, compilation, stopwatch, missed: undefined };
  }
  // What the client has just found untrue need not be offered again.
  const answer = repeat ? lookAndAnswer : answerFromCache;
  let found = recache
    ? failure('forced' as const)
    : await answer(request, compilation, stopwatch, conversation, services);
  // An equal compile began while we looked: what it stores is what we want.
  if (!found.ok && !recache && services.inFlight.isRunning(compilation.manifestKey)) {
    found = await answerFromCache(request, compilation, stopwatch, conversation, services);
  }
  if (found.ok) {
    if (identity && premises) services.repeats.keep(identity, { compilation, premises });
    return hit(request, compilation, found.value, stopwatch, services);
  }
  stopwatch.lap('look up');
  const miss = switches.missIsError ? refuseMiss : compileAndExplain;
  return miss(found.error, request, compilation, stopwatch, conversation, services);
}

function hit(
  request: Request,
  compilation: Compilation,
  { compilerMicros, bytes }: FromCache,
  stopwatch: Stopwatch,
  services: CompileServices,
): Answered {
  services.history.note(request, compilation);
  const { subject } = compilation;
  const outcome: Outcome = { kind: 'hit', subject, micros: stopwatch.micros, compilerMicros, bytes };
  return { outcome, stored: undefined, compilation, stopwatch, missed: undefined };
}

/** The same client, whose own answers are no answers of the file system. */
function spoiling(observation: Observation, conversation: Conversation): Conversation {
  return {
    run: (step) => {
      observation.spoil();
      return conversation.run(step);
    },
    offer: (claims, steps) => conversation.offer(claims, steps),
    finish: (steps) => conversation.finish(steps),
  };
}

/** A caller in a container or sandbox may see other files under the same names. */
function seesOtherFiles(request: Request, services: CompileServices): boolean {
  const { mountNamespace } = request;
  return mountNamespace !== 0 && services.mountNamespace !== 0 && mountNamespace !== services.mountNamespace;
}
