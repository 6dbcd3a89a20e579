import type { SourceFiles } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, resolveFrom, withoutDots } from '../util/path.ts';
import type { FileRecords } from './file-records.ts';
import { headersNamedBy, type NamedHeader } from './header-macros.ts';
import { MentioningTexts } from './mentioning-texts.ts';
import { probeAliases, usesOfAlias } from './probe-aliases.ts';
import { type HeaderSearch, type SearchTrace, SearchWalk } from './search-walk.ts';
import type { SourceScan } from './source-scan.ts';

/**
 * Retraces the search for every header that the sources mention, so that a header that appears where it would be found
 * first, or that makes a `__has_include` true, is noticed later. What cannot be retraced exactly (computed includes)
 * is over-estimated: a name too many costs at most a miss.
 */
export function traceHeaderSearch(
  question: HeaderSearch,
  records: FileRecords,
  files: SourceFiles,
): SearchTrace | undefined {
  const walk = new SearchWalk(question, records, files);
  for (const name of question.forced) {
    walk.visit('', { form: 'quote', name, next: false, use: 'include' });
    if (!question.asText.includes(name)) walk.precompiled(name);
  }
  const scans = new Map<ByteString, SourceScan>();
  for (const path of [question.source, ...question.headers]) {
    const scan = records.scan(resolveFrom(question.directory, path));
    if (scan === undefined) return undefined;
    scans.set(path, scan);
    const includer = directoryOf(withoutDots(path));
    for (const mention of scan.mentions) {
      if (mention.use === 'dependency') walk.compareAge(path, mention);
      else walk.visit(includer, mention);
    }
    if (scan.computedIncludes.length > 0) walk.computedIn(includer);
  }
  const texts = new MentioningTexts(scans, question.directory, files);
  const probed = walkComputedProbes(walk, scans, question, texts);
  const source = scans.get(question.source);
  const anyName = question.precompiled.forIncludes && source && !walkPrecompiled(walk, source, question, texts);
  walk.explainTheRest((name) => {
    if (anyName) walk.precompiled(name);
  });
  return { ...walk.found(), obscureProbe: !probed, scans };
}

/**
 * Follows what the source itself includes to where it would be taken precompiled. Only what stands before its first token is;
 * that it does is not checked. False when a macro may name anything.
 */
function walkPrecompiled(
  walk: SearchWalk,
  source: SourceScan,
  question: HeaderSearch,
  texts: MentioningTexts,
): boolean {
  for (const { name, use } of source.mentions) if (use === 'include') walk.precompiled(name);
  if (source.computedIncludes.length === 0) return true;
  const ofSource = [texts.textOf(question.source)];
  const named = headersNamedBy(source.computedIncludes, () => ofSource, question.defined);
  for (const { name } of named ?? []) walk.precompiled(name);
  return named !== undefined;
}

/** Follows every `__has_include` that is not written out; false when one of them cannot be followed. */
function walkComputedProbes(
  walk: SearchWalk,
  scans: ReadonlyMap<ByteString, SourceScan>,
  { defined }: HeaderSearch,
  texts: MentioningTexts,
): boolean {
  const inMacro = [...scans.values()].some(({ probeInMacro }) => probeInMacro);
  const aliases = inMacro ? probeAliases(texts.textsWith) : NO_ALIASES;
  if (aliases === undefined) return false;
  const probe = (path: ByteString, headers: readonly NamedHeader[]): void => {
    const includer = directoryOf(withoutDots(path));
    for (const { form, name } of headers) walk.visit(includer, { form, name, next: false, use: 'probe' });
  };
  const macros = new Map<ByteString, ByteString[]>();
  for (const [path, { probedMacros }] of scans) if (probedMacros.length > 0) macros.set(path, [...probedMacros]);
  for (const alias of aliases) {
    for (const path of texts.pathsWith(alias)) {
      const uses = usesOfAlias(texts.textOf(path), alias);
      probe(path, uses.headers);
      macros.set(path, [...(macros.get(path) ?? []), ...uses.macros]);
    }
  }
  for (const [path, ofPath] of macros) {
    const headers = headersNamedBy(ofPath, texts.textsWith, defined);
    if (headers === undefined) return false;
    probe(path, headers);
  }
  return true;
}

const NO_ALIASES: ReadonlySet<ByteString> = new Set();
