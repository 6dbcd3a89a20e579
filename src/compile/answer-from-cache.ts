import type { ManifestResult } from '../key/manifest.ts';
import type { Step } from '../protocol/steps.ts';
import type { StoredResult } from '../storage/storage.ts';
import type { ClaimList } from '../system/claims.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import { failure, type Result, success } from '../util/result.ts';
import type { Compilation, Ended, EquivalentResult } from './compilation.ts';
import { compileOnce } from './compile-once.ts';
import { type Exchange, seenNow } from './exchange.ts';
import { keepResult } from './kept-results.ts';
import { NOWHERE } from './outputs.ts';
import type { CompileServices } from './services.ts';
import type { LookUpFailure } from './why-missed.ts';

/**
 * A fifo or a device as output: GNU as fails on what it cannot seek in, clang does not; so the compiler itself writes there.
 * `/dev/null` is the one that all of them can.
 */
function writesToSpecialFile({ writes }: Compilation, { request, services }: Exchange): boolean {
  const isSpecial = (path: ByteString): boolean =>
    services.files.stat(resolveFrom(request.cwd, path))?.kind === 'other';
  return writes.some((path) => path !== NOWHERE && isSpecial(path));
}

/** What a hit was worth. */
export interface FromCache {
  /** What the compiler took for it, where the entry says so. */
  readonly compilerMicros: number | undefined;
  /** What was placed and printed. */
  readonly bytes: number;
}

/**
 * Answers with a stored result.
 *
 * First with what should hold by what is remembered of the files, for the client to check. Where it does not, or too
 * little is remembered, we look for ourselves.
 */
export async function answerFromCache(
  compilation: Compilation,
  exchange: Exchange,
): Promise<Result<FromCache, LookUpFailure>> {
  const supposed = await answerFromMemory({ compilation, premises: [] }, exchange);
  if (supposed.ok) return supposed;
  if (supposed.error !== 'not-remembered') return failure(supposed.error);
  return lookAndAnswer(compilation, exchange);
}

/** A compilation, and what must be true for it to be the one that is asked for. */
export interface Supposed {
  readonly compilation: Compilation;
  readonly premises: readonly ClaimList[];
}

/**
 * Answers with what should hold by what is remembered, for the client to check. It is `not-remembered` where there is no such result,
 * or the client found that it is none: then nothing is answered yet.
 */
export async function answerFromMemory(
  { compilation, premises }: Supposed,
  exchange: Exchange,
): Promise<Result<FromCache, LookUpFailure | 'not-remembered'>> {
  const { conversation, stopwatch, services } = exchange;
  const { manifestKey } = compilation;
  await services.inFlight.settled(manifestKey);
  const assumed = await services.manifests.assume(manifestKey, seenNow(compilation, exchange));
  if (assumed === undefined) return failure('not-remembered');
  if (writesToSpecialFile(compilation, exchange)) return failure('special-file');
  const placing = await placingOf(assumed.result, compilation, services);
  if (!placing.ok) return placing;
  stopwatch.lap('look up');
  const held = await conversation.offer([...premises, ...assumed.claims], placing.value.steps);
  if (held) assumed.held();
  else stopwatch.lap('declined');
  return held ? success(placing.value) : failure('not-remembered');
}

/** Answers with a result that holds, as we see ourselves. */
export async function lookAndAnswer(
  compilation: Compilation,
  exchange: Exchange,
): Promise<Result<FromCache, LookUpFailure>> {
  const { conversation, stopwatch, services } = exchange;
  const { manifestKey } = compilation;
  await services.inFlight.settled(manifestKey);
  if (writesToSpecialFile(compilation, exchange)) return failure('special-file');
  const same = await services.manifests.find(manifestKey, seenNow(compilation, exchange));
  const equivalent = same ? undefined : await compilation.findEquivalent?.();
  const found = same ?? equivalent?.found;
  if (found === undefined) return failure('no-result');
  const placing = await placingOf(found, compilation, services, equivalent?.translate);
  if (!placing.ok) return placing;
  conversation.finish(placing.value.steps);
  if (equivalent && !equivalent.searchedAnew) noteEquivalent(equivalent, placing.value, compilation, services);
  stopwatch.lap('look up');
  return success(placing.value);
}

/** Lets the next one be found at once. A failure costs it only another such search. */
function noteEquivalent(
  { found, translate }: EquivalentResult,
  { result, compilerMicros }: Placing,
  { manifestKey, subject }: Compilation,
  services: CompileServices,
): void {
  if (translate === undefined) void services.manifests.add(manifestKey, found);
  else {
    const facts = { compilerMicros: compilerMicros ?? 0, language: subject.language };
    void keepResult(manifestKey, { ...result, inputs: found }, facts, services);
  }
}

/**
 * Compiles although there is a stored result, and compares (`SCCACHE_VERIFY`); undefined when there is none. Finding it takes
 * the long way: the client cannot check files for an answer that it does not get.
 */
export async function verifyHit(compilation: Compilation, exchange: Exchange): Promise<Ended | undefined> {
  const { conversation, services } = exchange;
  const { manifestKey } = compilation;
  await services.inFlight.settled(manifestKey);
  const inputs = await services.manifests.find(manifestKey, seenNow(compilation, exchange));
  if (inputs === undefined || writesToSpecialFile(compilation, exchange)) return undefined;
  const placing = await placingOf(inputs, compilation, services);
  if (!placing.ok) return undefined;
  const purpose = { kind: 'verify', inputs, stored: placing.value.result } as const;
  return compileOnce(compilation, purpose, conversation, services);
}

/** What a hit does, and what it saves. */
interface Placing extends FromCache {
  readonly steps: readonly Step[];
  readonly result: StoredResult;
}

/** A damaged entry is a miss. */
async function placingOf(
  { resultKey }: ManifestResult,
  compilation: Compilation,
  { storage, manifests, note }: CompileServices,
  translate: EquivalentResult['translate'] = (result) => result,
): Promise<Result<Placing, LookUpFailure>> {
  const result = await storage.getResult(resultKey);
  if (!result.ok) note('entry', result.error.detail);
  if (!result.ok || result.value === undefined) {
    manifests.forget(compilation.manifestKey);
    return failure(result.ok ? 'result-gone' : 'result-damaged');
  }
  const translated = translate(result.value);
  const steps = translated && compilation.hitSteps(translated);
  if (translated === undefined || steps === undefined) return failure('result-incomplete');
  const { compilerMicros } = result.value.facts;
  const known = typeof compilerMicros === 'number' ? compilerMicros : undefined;
  return success({ steps, compilerMicros: known, bytes: bytesOf(translated), result: translated });
}

function bytesOf({ stdout, stderr, files }: StoredResult): number {
  let bytes = stdout.length + stderr.length;
  for (const { content } of files) bytes += content.kind === 'inline' ? content.bytes.length : content.length;
  return bytes;
}
