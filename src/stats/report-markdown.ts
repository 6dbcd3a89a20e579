import type { StatisticsReport } from './counters.ts';

/** A summary for a pull request or a job's page (`>> "$GITHUB_STEP_SUMMARY"`). */
export function reportMarkdown(report: StatisticsReport, advanced: boolean): string {
  const { counters } = report;
  const [hitsBy, missesBy] = advanced
    ? [counters.cacheHits.advanced, counters.cacheMisses.advanced]
    : [counters.cacheHits.counts, counters.cacheMisses.counts];
  const languages = [...new Set([...Object.keys(hitsBy), ...Object.keys(missesBy)])].sort();
  const rows = languages.map((language) => row(language, hitsBy[language] ?? 0, missesBy[language] ?? 0));
  const [hits, misses] = [sum(hitsBy), sum(missesBy)];
  if (languages.length !== 1) rows.push(row('**all**', hits, misses));
  const reasons = Object.entries(counters.notCached).sort(([, one], [, other]) => other - one);
  return [
    `### sccache: ${rate(hits, misses)} hits`,
    '',
    '| | hits | misses | rate |',
    '|---|--:|--:|--:|',
    ...rows,
    '',
    ...(reasons.length > 0
      ? [
          '| not cached | times |',
          '|---|--:|',
          ...reasons.map(([reason, count]) => `| ${cell(reason)} | ${count} |`),
          '',
        ]
      : []),
    ...sentences(report),
    '',
  ].join('\n');
}

function row(name: string, hits: number, misses: number): string {
  return `| ${cell(name)} | ${hits} | ${misses} | ${rate(hits, misses)} |`;
}

function rate(hits: number, misses: number): string {
  return hits + misses === 0 ? 'no' : `${((100 * hits) / (hits + misses)).toFixed(1)} %`;
}

function sentences({ counters, cacheBytes, cacheLimitBytes }: StatisticsReport): readonly string[] {
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
  const said = [
    `${counters.compileRequests} requests, ${(counters.compilerMicros / 1e6).toFixed(1)} s in compilers, ${(counters.savedMicros / 1e6).toFixed(1)} s saved.`,
  ];
  if (cacheBytes !== undefined && cacheLimitBytes !== undefined) {
    said.push(`The cache has ${mebibytes(cacheBytes)} of ${mebibytes(cacheLimitBytes)}.`);
  }
  const errors = counters.cacheReadErrors + counters.cacheWriteErrors;
  if (errors > 0) said.push(`**${errors} cache errors**: \`sccache --doctor\`.`);
  return said;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
