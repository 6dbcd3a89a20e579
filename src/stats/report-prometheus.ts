import type { Counters, LanguageCounts, StatisticsReport } from './counters.ts';
import { QUANTILES, quantile } from './latencies.ts';
import { projectsOf } from './projects.ts';

type Labels = Readonly<Record<string, string>>;

/** One family of the exposition: what is told of it, and its samples. */
interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly (readonly [labels: Labels, value: number])[];
}

/** The Prometheus text format, version 0.0.4: for node_exporter's textfile collector, or a push gateway. */
export function reportPrometheus(report: StatisticsReport): string {
  return metricsOf(report)
    .filter(({ samples }) => samples.length > 0)
    .map(render)
    .join('');
}

function metricsOf({ counters, cacheBytes, cacheLimitBytes }: StatisticsReport): readonly Metric[] {
  const counter = (name: string, help: string, samples: Metric['samples']): Metric => {
    return { name: `sccache_${name}`, type: 'counter', help, samples };
  };
  const gauge = (name: string, help: string, value: number | undefined): Metric => {
    return { name: `sccache_${name}`, type: 'gauge', help, samples: value === undefined ? [] : [[{}, value]] };
  };
  return [
    counter(
      'compile_requests_total',
      'Calls of a compiler through sccache, by what became of them.',
      requests(counters),
    ),
    counter('cache_hits_total', 'Compiles answered from the cache.', byCompiler(counters.cacheHits)),
    counter('cache_misses_total', 'Compiles that were not in the cache.', byCompiler(counters.cacheMisses)),
    counter('cache_errors_total', 'Problems between sccache and the cache.', [
      [{ kind: 'read' }, counters.cacheReadErrors],
      [{ kind: 'write' }, counters.cacheWriteErrors],
    ]),
    counter(
      'not_cached_total',
      'Calls and compiles that could not be cached, by reason.',
      Object.entries(counters.notCached).map(([reason, count]) => [{ reason }, count]),
    ),
    counter('compilations_total', 'Compiler runs.', [[{}, counters.compilations]]),
    counter('compile_failures_total', 'Compiler runs that failed.', [[{}, counters.compileFails]]),
    counter('compiler_seconds_total', 'Time in compilers.', [[{}, counters.compilerMicros / 1e6]]),
    counter('hit_seconds_total', 'Time to find hits.', [[{}, counters.cacheReadHitMicros / 1e6]]),
    counter('write_seconds_total', 'Time to store results.', [[{}, counters.cacheWriteMicros / 1e6]]),
    counter('saved_seconds_total', 'Time that hits took less than their compiles.', [[{}, counters.savedMicros / 1e6]]),
    counter('read_bytes_total', 'Bytes that hits have left behind.', [[{}, counters.readBytes]]),
    counter('written_bytes_total', 'Bytes of results that were stored.', [[{}, counters.writtenBytes]]),
    {
      name: 'sccache_hit_seconds',
      type: 'gauge',
      help: 'How long hits take.',
      samples: QUANTILES.flatMap((share) => {
        const micros = quantile(counters.hitLatencies, share);
        return micros === undefined ? [] : [[{ quantile: String(share) }, micros / 1e6] as const];
      }),
    },
    counter('project_requests_total', 'Compiles by project.', projectSamples(counters)),
    gauge('cache_size_bytes', 'Bytes in the cache.', cacheBytes),
    gauge('cache_limit_bytes', 'Bytes that the cache may have.', cacheLimitBytes),
  ];
}

function projectSamples(counters: Counters): Metric['samples'] {
  return projectsOf(counters).flatMap(({ name: project, hits, misses }): Metric['samples'] => [
    [{ project, became: 'hit' }, hits],
    [{ project, became: 'miss' }, misses],
  ]);
}

function requests(counters: Counters): Metric['samples'] {
  return [
    [{ became: 'executed' }, counters.requestsExecuted],
    [{ became: 'not_cacheable' }, counters.requestsNotCacheable],
    [{ became: 'not_compile' }, counters.requestsNotCompile],
    [{ became: 'unsupported_compiler' }, counters.requestsUnsupportedCompiler],
  ];
}

/** `c++ [gcc]` as two labels. */
function byCompiler({ advanced }: LanguageCounts): Metric['samples'] {
  return Object.entries(advanced).map(([name, count]) => {
    const [, language = name, compiler = ''] = /^(.*) \[(.*)\]$/.exec(name) ?? [];
    return [{ language, compiler }, count];
  });
}

function render({ name, type, help, samples }: Metric): string {
  const lines = samples.map(([labels, value]) => {
    const list = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${list.length > 0 ? `{${list.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
