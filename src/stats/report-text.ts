import { withSlash } from './base-directory.ts';
import type { LanguageCounts, StatisticsReport } from './counters.ts';
import { toFixedEven } from './fixed.ts';
import { QUANTILES, quantile } from './latencies.ts';
import { projectsOf } from './projects.ts';

type Row = readonly [name: string, value: string, suffix?: ' s' | ' %'];

/**
 * The text of `--show-stats`, laid out as sccache 0.19.0 does: names to the left, values to the right in one column, with
 * their units behind it.
 *
 * @param advanced name languages with their compilers (`--show-adv-stats`)
 */
export function reportText(report: StatisticsReport, advanced: boolean): string {
  const rows = counterRows(report, advanced);
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value, suffix]) => value.length + (suffix?.length ?? 0)));
  const line = ([name, value, suffix]: Row): string =>
    `${name.padEnd(nameWidth)} ${value.padStart(valueWidth)}${suffix ?? ''}`;
  const fact = (name: string, value: string): string => `${name.padEnd(nameWidth)} ${value}`;

  const lines = rows.map(line);
  const reasons = Object.entries(report.counters.notCached).sort(byCountThenName);
  if (reasons.length > 0) {
    lines.push('', 'Non-cacheable reasons:', ...reasons.map(([reason, count]) => line([reason, String(count)])), '');
  }
  lines.push(fact('Cache location', report.cacheLocation));
  if (advanced && report.mode) lines.push(fact('Effective cache mode', report.mode));
  const directories = report.baseDirectories.length > 0 ? report.baseDirectories.map(withSlash).join(', ') : '(none)';
  lines.push(fact('Base directories', directories));
  lines.push(fact('Use direct/preprocessor mode?', report.directMode ? 'yes' : 'no'));
  lines.push(fact('Version (client)', report.version));
  const size = (name: string, bytes: number | undefined): void => {
    if (bytes === undefined) return;
    const [amount, unit] = humanSize(bytes);
    lines.push(`${name.padEnd(nameWidth)} ${amount.padStart(valueWidth)} ${unit}`);
  };
  size('Cache size', report.cacheBytes);
  size('Max cache size', report.cacheLimitBytes);
  if (report.client === 'typescript') {
    lines.push(fact('Client', 'TypeScript (slower: no native client was built; see README)'));
  }
  if (advanced) lines.push(...ownLines(report, fact));
  for (const warning of report.warnings) lines.push(fact('Warning', warning));
  return `${lines.join('\n')}\n`;
}

/** What sccache does not count; nothing where nothing was. */
function ownLines(report: StatisticsReport, fact: (name: string, value: string) => string): readonly string[] {
  const { counters, languageShares = {}, cacheBytes } = report;
  const size = (bytes: number): string => humanSize(bytes).join(' ');
  const seconds = (micros: number): string => `${(micros / 1e6).toFixed(3)} s`;
  const lines = Object.entries(languageShares)
    .sort(byCountThenName)
    .map(([language, share]) => {
      const part = `${(100 * share).toFixed(0)} %`;
      return fact(`Cache size (${language})`, cacheBytes === undefined ? part : `${size(cacheBytes * share)}, ${part}`);
    });
  if (counters.readBytes + counters.writtenBytes === 0) return lines;
  lines.push(
    fact('Compiling saved', seconds(counters.savedMicros)),
    fact('Bytes from the cache', size(counters.readBytes)),
    fact('Bytes into the cache', size(counters.writtenBytes)),
  );
  const latencies = QUANTILES.map((share) => quantile(counters.hitLatencies, share));
  if (latencies[0] !== undefined) {
    const shown = latencies.map((micros = 0, index) => `p${100 * (QUANTILES[index] ?? 0)} ${milliseconds(micros)} ms`);
    lines.push(fact('Hit latency', shown.join(', ')));
  }
  const projects = projectsOf(counters);
  if (projects.length === 0) return lines;
  const told = projects.map(({ name, hits, misses, savedMicros }) =>
    fact(name, `${hits} hits, ${misses} misses, ${seconds(savedMicros)} saved`),
  );
  return [...lines, '', 'Projects:', ...told, ''];
}

function milliseconds(micros: number): string {
  return (micros / 1000).toFixed(micros < 10_000 ? 1 : 0);
}

function counterRows({ counters }: StatisticsReport, advanced: boolean): readonly Row[] {
  const plain = (name: string, count: number): Row => [name, String(count)];
  const byLanguage = (counts: LanguageCounts): Record<string, number> => (advanced ? counts.advanced : counts.counts);
  const group = (name: string, counts: LanguageCounts): Row[] => {
    const languages = Object.entries(byLanguage(counts)).sort(([one], [other]) => (one < other ? -1 : 1));
    const total = languages.reduce((sum, [, count]) => sum + count, 0);
    return [plain(name, total), ...languages.map(([language, count]) => plain(`${name} (${language})`, count))];
  };
  const hits = byLanguage(counters.cacheHits);
  const misses = byLanguage(counters.cacheMisses);
  const hitCount = sum(hits);
  return [
    plain('Compile requests', counters.compileRequests),
    plain('Compile requests executed', counters.requestsExecuted),
    ...group('Cache hits', counters.cacheHits),
    ...group('Cache misses', counters.cacheMisses),
    ...rateRows(hits, misses),
    plain('Cache timeouts', counters.cacheTimeouts),
    plain('Cache read errors', counters.cacheReadErrors),
    plain('Forced recaches', counters.forcedRecaches),
    plain('Cache write errors', counters.cacheWriteErrors),
    ...group('Cache errors', counters.cacheErrors),
    plain('Compilations', counters.compilations),
    plain('Compilation failures', counters.compileFails),
    plain('Non-cacheable compilations', counters.nonCacheableCompilations),
    plain('Non-cacheable calls', counters.requestsNotCacheable),
    plain('Non-compilation calls', counters.requestsNotCompile),
    plain('Unsupported compiler calls', counters.requestsUnsupportedCompiler),
    ['Average cache write', average(counters.cacheWriteMicros, counters.cacheWrites), ' s'],
    ['Average compiler', average(counters.compilerMicros, counters.compilations), ' s'],
    ['Average cache read hit', average(counters.cacheReadHitMicros, hitCount), ' s'],
    plain('Failed distributed compilations', 0),
  ];
}

function rateRows(hits: Record<string, number>, misses: Record<string, number>): readonly Row[] {
  const languages = [...new Set([...Object.keys(hits), ...Object.keys(misses)])].sort();
  const rate = (name: string, hit: number, miss: number): Row =>
    hit + miss === 0 ? [name, '-'] : [name, toFixedEven((100 * hit) / (hit + miss), 2), ' %'];
  return [
    rate('Cache hits rate', sum(hits), sum(misses)),
    ...languages.map((language) => rate(`Cache hits rate (${language})`, hits[language] ?? 0, misses[language] ?? 0)),
  ];
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Seconds with three digits, cut off, not rounded. */
function average(micros: number, count: number): string {
  const milliseconds = count === 0 ? 0 : Math.floor(micros / count / 1000);
  return `${Math.floor(milliseconds / 1000)}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

function humanSize(bytes: number): readonly [amount: string, unit: string] {
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  if (bytes < 1024) return [String(bytes), 'bytes'];
  let amount = bytes / 1024;
  let unit = 0;
  for (; amount >= 1024 && unit < units.length - 1; unit += 1) amount /= 1024;
  return [toFixedEven(amount, 0), units[unit] ?? 'PiB'];
}

function byCountThenName([oneName, one]: [string, number], [otherName, other]: [string, number]): number {
  return other - one || (oneName < otherName ? -1 : 1);
}
