import { type ByteString, fromBuffer } from '../../util/bytes.ts';
import { CRATE_TYPES, type CrateType } from './arguments.ts';

/** What a source says of its crate. */
export interface CrateAttributes {
  readonly name: ByteString | undefined;
  readonly types: readonly CrateType[];
}

/** In which rustc makes what attributes ask for (rustc_session `config.rs`, `CrateType`). */
const ATTRIBUTE_ORDER: readonly CrateType[] = ['bin', 'dylib', 'lib', 'rlib', 'staticlib', 'cdylib', 'proc-macro'];

const NAME_OR_TYPE = /\bcrate_(?:name|type)\b/;

/**
 * Reads `#![crate_name = "…"]` and `#![crate_type = "…"]` at the beginning of a crate's root.
 *
 * @returns undefined where something else than a plain string may decide
 */
export function crateAttributes(source: Buffer): CrateAttributes | undefined {
  if (!source.includes('crate_name') && !source.includes('crate_type')) return { name: undefined, types: [] };
  let name: ByteString | undefined;
  const types = new Set<CrateType>();
  for (const attribute of innerAttributes(fromBuffer(source))) {
    if (attribute === undefined) return undefined;
    if (!NAME_OR_TYPE.test(attribute)) continue;
    const [, which, value = ''] = /^\s*crate_(name|type)\s*=\s*"([A-Za-z0-9_-]+)"\s*$/.exec(attribute) ?? [];
    const type = CRATE_TYPES.find((known) => known === value);
    if (which === 'name') name ??= value;
    else if (which === 'type' && type !== undefined) types.add(type === 'lib' ? 'rlib' : type);
    else return undefined;
  }
  return { name, types: ATTRIBUTE_ORDER.filter((type) => types.has(type)) };
}

/** What may stand before and between inner attributes. Block comments are nested. */
const BLANK = /(?:\s+|\/\/[^\n]*)/y;
const OPENING = /#\s*!\s*\[/y;
/** The longest part of an attribute without brackets or comments. */
const PIECE = /(?:r(#*)"[\s\S]*?"\1|"(?:[^"\\]|\\[\s\S])*"|[^\][/"]|\/(?![/*]))/y;

/** The texts between `#![` and `]`, in order; the last is undefined where the text is not understood. */
function* innerAttributes(text: string): Generator<string | undefined> {
  let at = /^(?:\xef\xbb\xbf)?(?:#!(?!\s*\[)[^\n]*)?/.exec(text)?.[0].length ?? 0;
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  for (;;) {
    if (match(BLANK)) continue;
    if (text.startsWith('/*', at)) {
      at = endOfComment(text, at);
      continue;
    }
    // Front matter, of which the language is not decided yet.
    if (text.startsWith('---', at)) yield undefined;
    if (!match(OPENING)) return;
    const start = at;
    for (let depth = 1; depth > 0; ) {
      if (match(PIECE)) continue;
      if (text[at] === '[') depth += 1;
      else if (text[at] === ']') depth -= 1;
      else {
        yield undefined; // the text ends, or a comment stands in an attribute
        return;
      }
      at += 1;
    }
    yield text.slice(start, at - 1);
  }
}

function endOfComment(text: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  for (let depth = 0; ; ) {
    const found = edge.exec(text);
    if (found === null) return text.length;
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
}
