import type { SourceFiles } from '../system/source-files.ts';
import { type ByteString, fromBuffer } from '../util/bytes.ts';
import { directoryOf, resolveFrom, withoutDots } from '../util/path.ts';
import type { FileRecords } from './file-records.ts';
import { headersNamedBy } from './header-macros.ts';
import { probeAliases, usesOfAliases } from './probe-aliases.ts';
import { type HeaderSearch, type SearchTrace, SearchWalk } from './search-walk.ts';
import { type SourceScan, withoutSplices } from './source-scan.ts';

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
    walk.precompiled(name);
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
  const probed = walkComputedProbes(walk, scans, question, files);
  const source = scans.get(question.source);
  const anyName = question.precompiled.forIncludes && source && !walkPrecompiled(walk, source, question, files);
  walk.explainTheRest((name) => {
    if (anyName) walk.precompiled(name);
  });
  return { ...walk.found(), obscureProbe: !probed, scans };
}

/**
 * Follows what the source itself includes to where it would be taken precompiled. Only what stands before its first token is;
 * that it does is not checked. False when a macro may name anything.
 */
function walkPrecompiled(walk: SearchWalk, source: SourceScan, question: HeaderSearch, files: SourceFiles): boolean {
  for (const { name, use } of source.mentions) if (use === 'include') walk.precompiled(name);
  if (source.computedIncludes.length === 0) return true;
  const text = withoutSplices(textOf(question.source, question, files));
  const named = headersNamedBy(source.computedIncludes, [text], question.defined);
  for (const { name } of named ?? []) walk.precompiled(name);
  return named !== undefined;
}

function textOf(path: ByteString, { directory }: HeaderSearch, files: SourceFiles): ByteString {
  return fromBuffer(files.read(resolveFrom(directory, path))?.bytes ?? NO_BYTES);
}

/** Follows every `__has_include` that is not written out; false when one of them cannot be followed. */
function walkComputedProbes(
  walk: SearchWalk,
  scans: ReadonlyMap<ByteString, SourceScan>,
  question: HeaderSearch,
  files: SourceFiles,
): boolean {
  const inMacro = [...scans.values()].some(({ probeInMacro }) => probeInMacro);
  if (!inMacro && [...scans.values()].every(({ probedMacros }) => probedMacros.length === 0)) return true;
  const texts = new Map<ByteString, ByteString>();
  for (const path of scans.keys()) texts.set(path, withoutSplices(textOf(path, question, files)));
  const aliases = inMacro ? probeAliases([...texts.values()]) : NO_ALIASES;
  if (aliases === undefined) return false;
  for (const [path, text] of texts) {
    const uses = usesOfAliases(text, aliases);
    const macros = [...(scans.get(path)?.probedMacros ?? []), ...uses.macros];
    const headers = headersNamedBy(macros, [...texts.values()], question.defined);
    if (headers === undefined) return false;
    for (const { form, name } of [...headers, ...uses.headers]) {
      walk.visit(directoryOf(withoutDots(path)), { form, name, next: false, use: 'probe' });
    }
  }
  return true;
}

const NO_ALIASES: ReadonlySet<ByteString> = new Set();
const NO_BYTES = Buffer.alloc(0);
