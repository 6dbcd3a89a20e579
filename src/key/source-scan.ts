import type { ByteString } from '../util/bytes.ts';

/** A `#include "x"`, `#include <x>` or `__has_include(...)` in a file's text, taken or not. */
export interface IncludeMention {
  readonly form: 'quote' | 'angle';
  readonly name: ByteString;
  /** `#include_next`, `__has_include_next`: found behind the directory of the current file. */
  readonly next: boolean;
  /** Asked whether it exists; nothing is read. */
  readonly probe: boolean;
}

/** What a source or header says that matters beyond its bytes. Comments are not removed: a mention too many is harmless. */
export interface SourceScan {
  readonly mentions: readonly IncludeMention[];
  /** An include whose name is a macro. */
  readonly computedIncludes: boolean;
  /** A `__has_include` whose name is a macro: what it asks for cannot be told from the text. */
  readonly computedProbes: boolean;
  /** `__DATE__` or `__TIME__`: what `SOURCE_DATE_EPOCH` can fix. */
  readonly clock: boolean;
  /** `__TIMESTAMP__`: the source file's modification time. */
  readonly timestamp: boolean;
  /** `.incbin` or `.include` of an assembler, in a string or in assembly. */
  readonly assemblerIncludes: boolean;
  /** Something that reads files in a way that no dependency list shows. */
  readonly hiddenInput: '#embed' | '#pragma GCC dependency' | undefined;
}

const DIRECTIVE =
  /^[ \t]*(?:#|%:|\?\?=)[ \t]*(include_next|include|import)\b[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>|(?=([^\s"<])))/gm;
const HAS_INCLUDE =
  /(?<!define[ \t]+)\b__has_include(_next)?(?:__)?[ \t]*\([ \t]*(?:"([^"\n]*)"|<([^>\n]*)>|([A-Za-z_]))?/g;
/** The directive, or a string that ends within it: `".inc" "bin"` is one to the compiler. */
const ASSEMBLER_INCLUDE = /\.(?:incbin|include)\b|\.i(?:n(?:c(?:b(?:in?)?|l(?:ud?)?)?)?)?"/;
const EMBED = /^[ \t]*(?:#|%:)[ \t]*embed\b|\b__has_embed\b/m;
const PRAGMA_DEPENDENCY = /#[ \t]*pragma[ \t]+GCC[ \t]+dependency\b|GCC dependency/;

/** Reads one file's text (its bytes as latin1). A few hundred nanoseconds for each KiB. */
export function scanSource(text: ByteString): SourceScan {
  // A spliced line can hide a directive; such lines are rare, so the text is only rebuilt where one could be.
  const joined = /[#%][^\n]*\\\r?\n/.test(text) ? text.replace(/\\\r?\n/g, '') : text;
  const mentions: IncludeMention[] = [];
  let computedIncludes = false;
  let computedProbes = false;
  for (const match of joined.matchAll(DIRECTIVE)) {
    const mention = mentionOf(match[2], match[3], match[1] === 'include_next', false);
    if (mention) mentions.push(mention);
    else computedIncludes = true;
  }
  if (joined.includes('__has_include')) {
    for (const match of joined.matchAll(HAS_INCLUDE)) {
      const mention = mentionOf(match[2], match[3], match[1] !== undefined, true);
      if (mention) mentions.push(mention);
      else if (match[4] !== undefined) computedProbes = true;
    }
  }
  return {
    mentions,
    computedIncludes,
    computedProbes,
    clock: /\b__(?:DATE|TIME)__\b/.test(joined),
    timestamp: /\b__TIMESTAMP__\b/.test(joined),
    assemblerIncludes: ASSEMBLER_INCLUDE.test(joined),
    hiddenInput: EMBED.test(joined) ? '#embed' : PRAGMA_DEPENDENCY.test(joined) ? '#pragma GCC dependency' : undefined,
  };
}

function mentionOf(
  quoted: string | undefined,
  angled: string | undefined,
  next: boolean,
  probe: boolean,
): IncludeMention | undefined {
  if (quoted !== undefined) return { form: 'quote', name: quoted, next, probe };
  if (angled !== undefined) return { form: 'angle', name: angled, next, probe };
  return undefined;
}
