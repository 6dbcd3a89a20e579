import type { CounterRow } from './rows.ts';

/** What the counters are tried with, in both programs. */
export const SCENARIO = `printf 'int x;\\n' > x.c; printf 'int y;\\n' > y.cc; printf 'int z\\n' > z.c; printf 'int w;\\n' > w.c
$S gcc -c x.c -o x.o; $S gcc -c x.c -o x.o; $S gcc -c y.cc -o y.o
SCCACHE_RECACHE=1 $S gcc -c x.c -o x.o
SCCACHE_NO_CACHE=1 $S gcc -c w.c -o w.o
$S gcc -c z.c -o z.o 2> /dev/null
$S gcc -E x.c > /dev/null
$S gcc x.o -shared -o x.so
$S /bin/true -c x.c 2> /dev/null
true`;

/** A time: that there is one is all that can be compared. */
export const SOME_TIME = { secs: 0, nanos: 1 };

const NONE = { counts: {}, adv_counts: {} };
const same = (name: string, recorded: unknown): CounterRow => ({ name, standing: 'same', note: '', recorded });
const distribution = (name: string, recorded: unknown): CounterRow => ({
  name,
  standing: 'not yet',
  note: 'nothing is compiled on other machines',
  recorded,
});

/** The counters of sccache 0.19.0 in its order. */
export const COUNTER_ROWS: readonly CounterRow[] = [
  same('compile_requests', 9),
  {
    name: 'requests_unsupported_compiler',
    standing: 'better',
    note: 'counted; the program runs, where the original ends with 2',
    recorded: 1,
  },
  same('requests_not_compile', 1),
  same('requests_not_cacheable', 1),
  same('requests_executed', 6),
  {
    name: 'cache_errors',
    standing: 'better',
    note: 'results that `SCCACHE_VERIFY` found to be wrong; a preprocessor that fails is a compile that fails',
    recorded: NONE,
  },
  same('cache_hits', { counts: { 'C/C++': 1 }, adv_counts: { 'c [gcc]': 1 } }),
  same('cache_misses', { counts: { 'C/C++': 3 }, adv_counts: { 'c [gcc]': 2, 'c++ [gcc]': 1 } }),
  { name: 'cache_timeouts', standing: 'refused', note: 'always 0: no look-up waits for anything', recorded: 0 },
  {
    name: 'cache_read_errors',
    standing: 'better',
    note: 'damaged entries, where the original always has 0',
    recorded: 0,
  },
  same('non_cacheable_compilations', 0),
  same('forced_recaches', 1),
  same('cache_write_errors', 0),
  same('cache_writes', 3),
  same('cache_write_duration', SOME_TIME),
  same('cache_read_hit_duration', SOME_TIME),
  same('compilations', 4),
  same('compiler_write_duration', SOME_TIME),
  same('compile_fails', 1),
  same('not_cached', { '-E': 1 }),
  distribution('dist_compiles', {}),
  distribution('dist_errors', 0),
  { name: 'multi_level', standing: 'not yet', note: 'there is one level of storage', recorded: null },
];

/** What stands beside them. */
export const FACT_ROWS: readonly CounterRow[] = [
  same('cache_location', 'Local disk: "CACHE"'),
  {
    name: 'cache_size',
    standing: 'better',
    note: 'whole blocks of the disk, and known without a first compile',
    recorded: SOME_TIME,
  },
  same('max_cache_size', 10737418240),
  same('use_preprocessor_cache_mode', true),
  same('version', '0.19.0'),
  same('basedirs', []),
  same('effective_cache_mode', 'ReadWrite'),
];
