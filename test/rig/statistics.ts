import { z } from 'zod';

const counts = z.object({ counts: z.record(z.string(), z.number()), adv_counts: z.record(z.string(), z.number()) });

/** `--show-stats --stats-format json`, as far as tests look at it. */
const schema = z.object({
  stats: z.object({
    compile_requests: z.number(),
    requests_unsupported_compiler: z.number(),
    requests_not_compile: z.number(),
    requests_not_cacheable: z.number(),
    requests_executed: z.number(),
    cache_errors: counts,
    cache_hits: counts,
    cache_misses: counts,
    cache_timeouts: z.number(),
    cache_read_errors: z.number(),
    non_cacheable_compilations: z.number(),
    forced_recaches: z.number(),
    cache_write_errors: z.number(),
    cache_writes: z.number(),
    compilations: z.number(),
    compile_fails: z.number(),
    not_cached: z.record(z.string(), z.number()),
  }),
  cache_location: z.string(),
  cache_size: z.number().nullable(),
  max_cache_size: z.number().nullable(),
  use_preprocessor_cache_mode: z.boolean(),
  version: z.string(),
});

export type Statistics = z.infer<typeof schema>;

/** Reads the JSON report; throws on what is not one. */
export function parseStatistics(json: string): Statistics {
  return schema.parse(JSON.parse(json));
}

/** The sum over all languages. */
export function total(languages: { readonly counts: Readonly<Record<string, number>> }): number {
  return Object.values(languages.counts).reduce((sum, count) => sum + count, 0);
}

/**
 * What the requests between two reports came to, in words: `hit`, `miss`, `failed` (the compile did), `read-error` (what
 * a hit had could not be placed; it is counted as a hit too), `not-compilation`, `unsupported`, `cannot-cache: REASON`, `not-kept: REASON`, `bypassed`, joined by commas; `nothing` when there was none.
 */
export function outcomesBetween(before: Statistics, after: Statistics): string {
  const delta = (pick: (stats: Statistics['stats']) => number) => pick(after.stats) - pick(before.stats);
  const words: string[] = [];
  const add = (word: string, count: number) => {
    if (count < 0) throw new Error(`a counter went back: ${word}`);
    for (let index = 0; index < count; index += 1) words.push(word);
  };
  const hits = delta((stats) => total(stats.cache_hits));
  const misses = delta((stats) => total(stats.cache_misses));
  const notKept = delta((stats) => stats.non_cacheable_compilations);
  add('hit', hits);
  add('miss', misses);
  add(
    'failed',
    delta((stats) => stats.compile_fails),
  );
  add(
    'not-compilation',
    delta((stats) => stats.requests_not_compile),
  );
  add(
    'unsupported',
    delta((stats) => stats.requests_unsupported_compiler),
  );
  add(
    'error',
    delta((stats) => total(stats.cache_errors)),
  );
  add(
    'read-error',
    delta((stats) => stats.cache_read_errors),
  );
  add(
    'write-error',
    delta((stats) => stats.cache_write_errors),
  );
  for (const reason of Object.keys(after.stats.not_cached)) {
    add(
      notKept > 0 ? `not-kept: ${reason}` : `cannot-cache: ${reason}`,
      delta((stats) => stats.not_cached[reason] ?? 0),
    );
  }
  add('bypassed', delta((stats) => stats.compilations) - misses - notKept);
  return words.length === 0 ? 'nothing' : words.join(', ');
}
