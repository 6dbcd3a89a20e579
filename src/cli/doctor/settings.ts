import { journalDirectory } from '../../stats/journal/journal-files.ts';
import { readJournal } from '../../stats/journal/journal-reader.ts';
import { agoText, countText } from '../quantities.ts';
import type { Finding, Patient } from './finding.ts';

/** Settings that could not be read, and those that keep the cache from its work. */
export function checkSettings({ config, environment }: Patient): Finding[] {
  const findings: Finding[] = [
    ...config.warnings.map((found) => ({ mark: 'bad', what: 'setting', found }) as const),
    ...config.idle.map((found) => ({ mark: 'note', what: 'setting', found }) as const),
  ];
  for (const [name, effect] of [
    ['SCCACHE_NO_CACHE', 'nothing is cached'],
    ['SCCACHE_RECACHE', 'everything is compiled anew'],
  ] as const) {
    if (environment[name] === undefined) continue;
    findings.push({ mark: 'note', what: 'setting', found: `${name} is set: ${effect}`, remedy: `unset ${name}` });
  }
  return findings.length > 0 ? findings : [{ mark: 'good', what: 'settings', found: 'all could be read' }];
}

/** Results that were found to be wrong (`SCCACHE_VERIFY`), and requests that the cache could not serve. */
export function checkJournal({ config }: Patient, nowMs: number): Finding[] {
  let verified = 0;
  let total = 0;
  const wrong: Finding[] = [];
  for (const { outcome, output, reason, at } of readJournal(journalDirectory(config.cacheDirectory))) {
    total += 1;
    if (outcome === 'verified') verified += 1;
    if (outcome !== 'mismatch' || wrong.length >= MOST_SHOWN) continue;
    const found = `a stored result was wrong, ${agoText(nowMs - at)}: ${output}: ${reason}`;
    wrong.push({ mark: 'bad', what: 'results', found, remedy: `sccache --explain ${output}` });
  }
  if (wrong.length > 0) return wrong;
  const compared = verified === 0 ? 'none was compared (SCCACHE_VERIFY)' : `${verified} compared, all right`;
  return [
    { mark: 'good', what: 'results', found: `${countText(total, 'request', 'requests')} in the journal, ${compared}` },
  ];
}

const MOST_SHOWN = 3;
