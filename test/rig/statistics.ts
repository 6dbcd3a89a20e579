/** Counts by language name. */
export interface LanguageCounts {
  readonly counts: Readonly<Record<string, number>>;
}

/** `--show-stats --stats-format json`, as far as tests look at it. */
export interface Statistics {
  readonly stats: {
    readonly compile_requests: number;
    readonly requests_unsupported_compiler: number;
    readonly requests_not_compile: number;
    readonly compilations: number;
    readonly compile_fails: number;
    readonly non_cacheable_compilations: number;
    readonly cache_read_errors: number;
    readonly cache_write_errors: number;
    readonly cache_errors: LanguageCounts;
    readonly cache_hits: LanguageCounts;
    readonly cache_misses: LanguageCounts;
    readonly not_cached: Readonly<Record<string, number>>;
  };
}

/** Reads the JSON report; throws on what is not one. */
export function parseStatistics(json: string): Statistics {
  const stats = member(JSON.parse(json), 'stats');
  const number = (name: string): number => {
    const value = member(stats, name);
    if (typeof value !== 'number') throw new Error(`${name} is no number: ${json}`);
    return value;
  };
  const languages = (name: string): LanguageCounts => ({ counts: numbers(member(member(stats, name), 'counts')) });
  return {
    stats: {
      compile_requests: number('compile_requests'),
      requests_unsupported_compiler: number('requests_unsupported_compiler'),
      requests_not_compile: number('requests_not_compile'),
      compilations: number('compilations'),
      compile_fails: number('compile_fails'),
      non_cacheable_compilations: number('non_cacheable_compilations'),
      cache_read_errors: number('cache_read_errors'),
      cache_write_errors: number('cache_write_errors'),
      cache_errors: languages('cache_errors'),
      cache_hits: languages('cache_hits'),
      cache_misses: languages('cache_misses'),
      not_cached: numbers(member(stats, 'not_cached')),
    },
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) throw new Error(`no ${name}`);
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function numbers(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) throw new Error('no counts');
  return Object.fromEntries(Object.entries(value).map(([name, count]) => [name, Number(count)]));
}

/** The sum over all languages. */
export function total(languages: LanguageCounts): number {
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
