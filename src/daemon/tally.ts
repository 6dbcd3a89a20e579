import type { Outcome, StoreOutcome, Subject } from '../compile/outcome.ts';
import { REASONS } from '../compile/outcome.ts';
import { type Counters, type LanguageCounts, zeroCounters } from '../stats/counters.ts';
import { addLatency, removeLatency } from '../stats/latencies.ts';

/** Whose request it was, where that is counted. */
export interface Origin {
  /** `SCCACHE_SESSION`. */
  readonly session: string | undefined;
  /** The project's directory. */
  readonly project: string | undefined;
}

/** More than these, and the rest is counted together with what has no project. */
const MOST_PROJECTS = 200;

/** Turns outcomes into sccache's counters, each once: into those of all, and those of its session. */
export class Tally {
  #counters: Counters = zeroCounters();
  #sessions = new Map<string, Counters>();

  snapshot(): Counters {
    return this.#counters;
  }

  /** What sessions have counted since this was last asked. */
  takeSessions(): ReadonlyMap<string, Counters> {
    const sessions = this.#sessions;
    if (sessions.size > 0) this.#sessions = new Map();
    return sessions;
  }

  zero(): void {
    this.#counters = zeroCounters();
  }

  /** How a compile request ended. */
  outcome(outcome: Outcome, origin: Origin): void {
    this.#each(origin, (counters) => countOutcome(counters, outcome, origin.project));
  }

  /** What became of a miss's result. */
  stored(outcome: StoreOutcome, origin: Origin): void {
    this.#each(origin, (counters) => {
      if (outcome.kind === 'stored') {
        counters.cacheWrites += 1;
        counters.cacheWriteMicros += outcome.micros;
        counters.writtenBytes += outcome.bytes;
      } else {
        counters.cacheWriteErrors += 1;
      }
    });
  }

  /** A hit that the client could not place (a missing directory, a full disk): the compiler ran, and has said so itself. */
  placeFailed(outcome: Outcome, origin: Origin): void {
    if (outcome.kind !== 'hit') return;
    this.#each(origin, (counters) => {
      countHit(counters, outcome, origin.project, -1);
      counters.requestsExecuted -= 1;
      counters.requestsNotCacheable += 1;
      increase(counters.notCached, REASONS['output-unwritable'], 1);
    });
  }

  #each({ session }: Origin, action: (counters: Counters) => void): void {
    action(this.#counters);
    if (session === undefined) return;
    const own = this.#sessions.get(session) ?? zeroCounters();
    this.#sessions.set(session, own);
    action(own);
  }
}

function countOutcome(counters: Counters, outcome: Outcome, project: string | undefined): void {
  counters.compileRequests += 1;
  switch (outcome.kind) {
    case 'hit':
      counters.requestsExecuted += 1;
      countHit(counters, outcome, project, 1);
      return;
    case 'miss':
      counters.requestsExecuted += 1;
      countCompilation(counters, outcome);
      count(counters.cacheMisses, outcome.subject);
      countProject(counters.projectMisses, project, 1);
      if (outcome.recache) counters.forcedRecaches += 1;
      return;
    case 'verified':
      counters.requestsExecuted += 1;
      countCompilation(counters, outcome);
      count(counters.cacheHits, outcome.subject);
      countProject(counters.projectHits, project, 1);
      return;
    case 'mismatch':
      counters.requestsExecuted += 1;
      countCompilation(counters, outcome);
      count(counters.cacheErrors, outcome.subject);
      return;
    case 'refused-miss':
      counters.requestsExecuted += 1;
      count(counters.cacheMisses, outcome.subject);
      countProject(counters.projectMisses, project, 1);
      return;
    case 'not-kept':
      counters.requestsExecuted += 1;
      countCompilation(counters, outcome);
      counters.nonCacheableCompilations += 1;
      increase(counters.notCached, REASONS[outcome.reason], 1);
      return;
    case 'compile-failed':
      counters.requestsExecuted += 1;
      counters.compileFails += 1;
      return;
    case 'cannot-cache':
      counters.requestsNotCacheable += 1;
      increase(counters.notCached, outcome.reason, 1);
      return;
    case 'not-compilation':
      counters.requestsNotCompile += 1;
      return;
    case 'unsupported-compiler':
      counters.requestsUnsupportedCompiler += 1;
      return;
    case 'bypassed':
      counters.requestsExecuted += 1;
      counters.compilations += 1;
      return;
    case 'abandoned':
      return;
  }
}

function countCompilation(counters: Counters, { compilerMicros }: { readonly compilerMicros: number }): void {
  counters.compilations += 1;
  counters.compilerMicros += compilerMicros;
}

/** @param by 1, or -1 for a hit that turned out to be none */
function countHit(
  counters: Counters,
  hit: Extract<Outcome, { kind: 'hit' }>,
  project: string | undefined,
  by: 1 | -1,
): void {
  const { subject, micros, compilerMicros = micros, bytes } = hit;
  const savedMicros = by * Math.max(0, compilerMicros - micros);
  count(counters.cacheHits, subject, by);
  counters.cacheReadHitMicros += by * micros;
  counters.savedMicros += savedMicros;
  counters.readBytes += by * bytes;
  if (by === 1) addLatency(counters.hitLatencies, micros);
  else removeLatency(counters.hitLatencies, micros);
  countProject(counters.projectHits, project, by);
  countProject(counters.projectSavedMicros, project, savedMicros);
}

function countProject(counts: Record<string, number>, project: string | undefined, by: number): void {
  if (project === undefined) return;
  if (counts[project] === undefined && Object.keys(counts).length >= MOST_PROJECTS) return;
  increase(counts, project, by);
}

function count(counts: LanguageCounts, { language, advanced }: Subject, by = 1): void {
  increase(counts.counts, language, by);
  increase(counts.advanced, advanced, by);
}

/** Names that come to nothing are left out. */
function increase(counts: Record<string, number>, name: string, by: number): void {
  const sum = (counts[name] ?? 0) + by;
  if (sum === 0) delete counts[name];
  else counts[name] = sum;
}
