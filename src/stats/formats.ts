import type { StatisticsReport } from './counters.ts';
import { reportJson } from './report-json.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportPrometheus } from './report-prometheus.ts';
import { reportText } from './report-text.ts';

/** What `--stats-format` may be; the first two are sccache's. */
export const STATS_FORMATS = ['text', 'json', 'prometheus', 'markdown'] as const;

export type StatsFormat = (typeof STATS_FORMATS)[number];

export function isStatsFormat(word: unknown): word is StatsFormat {
  return STATS_FORMATS.some((format) => format === word);
}

/** @param advanced name languages with their compilers (`--show-adv-stats`), where the format is for people */
export function renderReport(report: StatisticsReport, format: StatsFormat, advanced: boolean): string {
  switch (format) {
    case 'text':
      return reportText(report, advanced);
    case 'json':
      return reportJson(report);
    case 'prometheus':
      return reportPrometheus(report);
    case 'markdown':
      return reportMarkdown(report, advanced);
  }
}
