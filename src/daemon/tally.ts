import type { Outcome, StoreOutcome, Subject } from '../compile/outcome.ts';
import { REASONS } from '../compile/outcome.ts';
import { type Counters, type LanguageCounts, zeroCounters } from '../stats/counters.ts';

/** Turns outcomes into sccache's counters, each once. */
export class Tally {
  #counters: Counters = zeroCounters();

  snapshot(): Counters {
    return this.#counters;
  }

  zero(): void {
    this.#counters = zeroCounters();
  }

  /** How a compile request ended. */
  outcome(outcome: Outcome): void {
    const counters = this.#counters;
    counters.compileRequests += 1;
    switch (outcome.kind) {
      case 'hit':
        counters.requestsExecuted += 1;
        count(counters.cacheHits, outcome.subject);
        counters.cacheReadHitMicros += outcome.micros;
        return;
      case 'miss':
        counters.requestsExecuted += 1;
        counters.compilations += 1;
        counters.compilerMicros += outcome.compilerMicros;
        count(counters.cacheMisses, outcome.subject);
        if (outcome.recache) counters.forcedRecaches += 1;
        return;
      case 'not-kept':
        counters.requestsExecuted += 1;
        counters.compilations += 1;
        counters.compilerMicros += outcome.compilerMicros;
        counters.nonCacheableCompilations += 1;
        this.#notCached(REASONS[outcome.reason]);
        return;
      case 'compile-failed':
        counters.requestsExecuted += 1;
        counters.compileFails += 1;
        return;
      case 'cannot-cache':
        counters.requestsNotCacheable += 1;
        this.#notCached(outcome.reason);
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

  /** What became of a miss's result. */
  stored(outcome: StoreOutcome): void {
    if (outcome.kind === 'stored') {
      this.#counters.cacheWrites += 1;
      this.#counters.cacheWriteMicros += outcome.micros;
    } else {
      this.#counters.cacheWriteErrors += 1;
    }
  }

  /** A hit that the client could not place (a missing directory, a full disk): the compiler ran, and has said so itself. */
  placeFailed(outcome: Outcome): void {
    if (outcome.kind !== 'hit') return;
    const counters = this.#counters;
    count(counters.cacheHits, outcome.subject, -1);
    counters.cacheReadHitMicros -= outcome.micros;
    counters.requestsExecuted -= 1;
    counters.requestsNotCacheable += 1;
    this.#notCached(REASONS['output-unwritable']);
  }

  #notCached(reason: string): void {
    this.#counters.notCached[reason] = (this.#counters.notCached[reason] ?? 0) + 1;
  }
}

function count(counts: LanguageCounts, { language, advanced }: Subject, by = 1): void {
  counts.counts[language] = (counts.counts[language] ?? 0) + by;
  counts.advanced[advanced] = (counts.advanced[advanced] ?? 0) + by;
  if (counts.counts[language] === 0) delete counts.counts[language];
  if (counts.advanced[advanced] === 0) delete counts.advanced[advanced];
}
