import type { ByteString } from '../util/bytes.ts';
import { BEFORE_DIRECTIVE, type IncludeMention, withoutSplices } from './source-scan.ts';

/** What a macro stands for, as far as that is the name of a header. */
type HeaderMacro =
  | { readonly kind: 'header'; readonly header: NamedHeader }
  | { readonly kind: 'macro'; readonly name: ByteString }
  | { readonly kind: 'obscure' };

/** A header as an `#include` or a `__has_include` would name it. */
export type NamedHeader = Pick<IncludeMention, 'form' | 'name'>;

/**
 * The headers that an `#include` or a `__has_include` of some macros can mean: all that any definition gives them, in a branch
 * that is taken or not.
 *
 * @param mentioning the texts, among those of the source and all headers, in which a word stands
 * @param defined on the command line, as `NAME=BODY`.
 * @returns undefined when a definition is not just a header's name or another macro.
 */
export function headersNamedBy(
  macros: readonly ByteString[],
  mentioning: (word: ByteString) => readonly ByteString[],
  defined: readonly ByteString[],
): readonly NamedHeader[] | undefined {
  const headers: NamedHeader[] = [];
  const seen = new Set(macros);
  for (const macro of seen) {
    if (macro === '' || /^__\w+__$/.test(macro)) return undefined; // __FILE__ and its like
    const inTexts = mentioning(macro).flatMap((text) => definitionsIn(text, macro));
    const definitions = [...inTexts, ...definitionsAmong(defined, macro)];
    for (const definition of definitions) {
      if (definition.kind === 'obscure') return undefined;
      if (definition.kind === 'macro') seen.add(definition.name);
      else headers.push(definition.header);
    }
  }
  return headers;
}

function definitionsIn(text: ByteString, macro: ByteString): HeaderMacro[] {
  const definition = new RegExp(`${BEFORE_DIRECTIVE}define[ \\t]+${macro}\\b(.*)$`, 'gm');
  return [...withoutSplices(text).matchAll(definition)].map(([, body = '']) => headerMacro(body));
}

function definitionsAmong(defined: readonly ByteString[], macro: ByteString): HeaderMacro[] {
  return defined.flatMap((definition) =>
    definition.startsWith(`${macro}=`) ? [headerMacro(definition.slice(macro.length + 1))] : [],
  );
}

function headerMacro(body: ByteString): HeaderMacro {
  const read = /^[ \t]*(?:"([^"]*)"|<([^>]*)>|([A-Za-z_]\w*))[ \t]*(?:\/[/*].*)?\r?$/.exec(body);
  if (read?.[1] !== undefined) return { kind: 'header', header: { form: 'quote', name: read[1] } };
  if (read?.[2] !== undefined) return { kind: 'header', header: { form: 'angle', name: read[2] } };
  return read?.[3] !== undefined ? { kind: 'macro', name: read[3] } : { kind: 'obscure' };
}
