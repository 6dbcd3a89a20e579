import type { ByteString } from '../util/bytes.ts';
import type { NamedHeader } from './header-macros.ts';
import { GAP, HEADER_NAME } from './source-scan.ts';

const PROBES = ['__has_include', '__has_include_next', '__has_include__', '__has_include_next__'];

/**
 * The macros that stand for `__has_include`, so that what they ask for is written where they are used: as a whole
 * (`#define HAS __has_include`) or with a parameter (`#define HAS(x) __has_include(x)`), and macros that stand for those.
 *
 * @param mentioning the texts, without spliced lines, in which a word stands
 * @returns undefined where a macro asks for a header whose name is only in part its parameter (`__has_include(<x.h>)`).
 */
export function probeAliases(
  mentioning: (word: ByteString) => readonly ByteString[],
): ReadonlySet<ByteString> | undefined {
  const aliases = new Set<ByteString>();
  for (const word of PROBES) if (!addAliases(word, mentioning(word), aliases)) return undefined;
  // Grows while it is walked.
  for (const word of aliases) if (!addAliases(word, mentioning(word), aliases)) return undefined;
  return aliases;
}

/** Adds the macros that stand for a word; false when one is beyond us. */
function addAliases(word: ByteString, texts: readonly ByteString[], aliases: Set<ByteString>): boolean {
  const definition = new RegExp(String.raw`\bdefine[ \t]+(\w+)(?:\(([^)\n]*)\))?(.*\b${word}\b.*)`, 'g');
  const whole = new RegExp(String.raw`(?<!\bdefined[ \t]*\(?[ \t]*)\b${word}\b(?!${GAP}\()`);
  const asking = new RegExp(String.raw`\b${word}${GAP}\(${GAP}(?:${HEADER_NAME}|(\w+))`, 'g');
  for (const text of texts) {
    for (const [, name = '', parameters = '', body = ''] of text.matchAll(definition)) {
      if (name === word || PROBES.includes(name)) continue;
      const own = parameters.split(/[\s,]+/).filter((parameter) => parameter !== '');
      if (whole.test(body)) aliases.add(name);
      for (const [, quoted, angled, argument = ''] of body.matchAll(asking)) {
        if (own.includes(argument)) aliases.add(name);
        const words = (quoted ?? angled ?? '').split(/\W+/);
        if (words.some((part) => own.includes(part))) return false;
      }
    }
  }
  return true;
}

/** What one text asks for by such a macro: headers, and macros that stand for headers. */
export function usesOfAlias(
  text: ByteString,
  alias: ByteString,
): { readonly headers: readonly NamedHeader[]; readonly macros: readonly ByteString[] } {
  const headers: NamedHeader[] = [];
  const macros: ByteString[] = [];
  const use = new RegExp(String.raw`(?<!define[ \t]+)\b${alias}${GAP}\(${GAP}(?:${HEADER_NAME}|([A-Za-z_]\w*))`, 'g');
  for (const [, quoted, angled, macro] of text.matchAll(use)) {
    if (quoted !== undefined) headers.push({ form: 'quote', name: quoted });
    else if (angled !== undefined) headers.push({ form: 'angle', name: angled });
    else if (macro !== undefined) macros.push(macro);
  }
  return { headers, macros };
}
