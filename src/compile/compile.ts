import { type RequestSwitches, requestSwitches } from '../config/request-switches.ts';
import type { Step } from '../protocol/steps.ts';
import type { Observation } from '../system/observed-files.ts';
import { failure } from '../util/result.ts';
import { answerFromCache, answerFromMemory, type FromCache, lookAndAnswer, verifyHit } from './answer-from-cache.ts';
import type { Answered } from './answered.ts';
import type { Compilation } from './compilation.ts';
import type { Conversation } from './conversation.ts';
import type { Exchange } from './exchange.ts';
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
  const exchange: Exchange = { request, conversation, stopwatch, services };
  const switches = requestSwitches(request.env);
  if (switches.noCache) return leave({ kind: 'bypassed' }, exchange);
  if (seesOtherFiles(exchange)) return leave(because('other-mount-namespace'), exchange);

  const usual = !switches.recache && switches.verifiedShare === 0;
  const identity = usual ? requestIdentity(request) : undefined;
  const repeat = identity === undefined ? undefined : services.repeats.of(identity);
  if (identity !== undefined && repeat !== undefined) {
    const { compilation, premises } = repeat;
    const repeated = await answerFromMemory({ compilation, premises: [premises] }, exchange);
    if (repeated.ok) return hit(compilation, repeated.value, exchange);
    services.repeats.failed(identity);
  }

  const observation = services.files.observe();
  const recognised = await recognise(request, spoiling(observation, conversation), services);
  const premises = observation.claims();
  if (recognised.kind !== 'compilation') return leave(recognised, exchange);
  const { compilation } = recognised;
  stopwatch.lap('recognise');
  const verified = await verifySample(switches, compilation, exchange);
  if (verified) return verified;
  // What the client has just found untrue need not be offered again.
  const answer = repeat ? lookAndAnswer : answerFromCache;
  const found = switches.recache ? failure('forced' as const) : await answerOnceStored(answer, compilation, exchange);
  if (found.ok) {
    if (identity && premises) services.repeats.keep(identity, { compilation, premises });
    return hit(compilation, found.value, exchange);
  }
  stopwatch.lap('look up');
  const miss = switches.missIsError ? refuseMiss : compileAndExplain;
  return miss(found.error, compilation, exchange);
}

/** The compiler does it, as if we were not there. */
function leave(outcome: Outcome, { conversation, stopwatch }: Exchange): Answered {
  conversation.finish(EXEC);
  stopwatch.lap('recognise');
  return { outcome, stored: undefined, compilation: undefined, stopwatch, missed: undefined };
}

/** Some hits are compared with the compiler, where the user wants that. */
async function verifySample(
  { recache, verifiedShare }: RequestSwitches,
  compilation: Compilation,
  exchange: Exchange,
): Promise<Answered | undefined> {
  const { services, stopwatch } = exchange;
  if (recache || verifiedShare === 0 || services.random() >= verifiedShare) return undefined;
  const verified = await verifyHit(compilation, exchange);
  if (verified === undefined) return undefined;
  stopwatch.lap('compile');
  return { ...verified, compilation, stopwatch, missed: undefined };
}

/** Looks once more where an equal compile began while we looked: what it stores is what we want. */
async function answerOnceStored(
  answer: typeof answerFromCache,
  compilation: Compilation,
  exchange: Exchange,
): ReturnType<typeof answerFromCache> {
  const found = await answer(compilation, exchange);
  if (found.ok || !exchange.services.inFlight.isRunning(compilation.manifestKey)) return found;
  return answerFromCache(compilation, exchange);
}

function hit(
  compilation: Compilation,
  { compilerMicros, bytes }: FromCache,
  { request, stopwatch, services }: Exchange,
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
function seesOtherFiles({ request: { mountNamespace }, services }: Exchange): boolean {
  return mountNamespace !== 0 && services.mountNamespace !== 0 && mountNamespace !== services.mountNamespace;
}
