import type { ByteString } from '../util/bytes.ts';

/** A name that is searched for as headers are, in a file's text, taken or not. */
export interface IncludeMention {
  readonly form: 'quote' | 'angle';
  readonly name: ByteString;
  /** `#include_next`, `__has_include_next`: found behind the directory of the current file. */
  readonly next: boolean;
  /** `probe`: `__has_include`, nothing is read. `dependency`: `#pragma GCC dependency`, only its age is looked at. */
  readonly use: 'include' | 'probe' | 'dependency';
}

/** What a source or header says that matters beyond its bytes. In comments too where a mention too many is harmless. */
export interface SourceScan {
  readonly mentions: readonly IncludeMention[];
  /** Macros that an include names instead of a header; '' for one with arguments. */
  readonly computedIncludes: readonly ByteString[];
  /** Macros that a `__has_include` names instead of a header. */
  readonly probedMacros: readonly ByteString[];
  /** `__DATE__` and its like outside comments and strings: it may stand in a branch or a macro that is not used. */
  readonly timeMacros: boolean;
  /** Pieces of which `##` makes such a macro: its name in the middle, and the underscores around it. */
  readonly timePieces: { readonly name: boolean; readonly around: boolean };
  /** `.incbin` or `.include` of an assembler, in a string or in assembly. */
  readonly assemblerIncludes: boolean;
  /** `#line`, a line marker or `.file`: the lines that debug information speaks of may be another file's. */
  readonly namesOtherSources: boolean;
  /** `#pragma once`. */
  readonly once: boolean;
  /** `#import`, whose headers are read once. */
  readonly imports: boolean;
  /** `#embed` or `__has_embed`. */
  readonly embeds: boolean;
  /** A macro may stand for `__has_include`. */
  readonly probeInMacro: boolean;
  /** It has the byte that begins a terminal's escape sequences, which messages quote as it is. */
  readonly escapes: boolean;
  /** `#pragma GCC dependency` with a macro, or inside one. */
  readonly obscureDependency: boolean;
}

/** A backslash at the end of a line, or its trigraph; gcc and clang let blanks follow. */
const SPLICE = /(?:\\|\?\?\/)[ \t\f\v]*\r?\n/;
const SPLICES = new RegExp(SPLICE, 'g');

/** The text with its spliced lines joined. */
export function withoutSplices(text: ByteString): ByteString {
  return SPLICE.test(text) ? text.replaceAll(SPLICES, '') : text;
}

/** Blanks and comments, which may stand between any two parts of a directive. */
export const GAP = String.raw`(?:[ \t\f\v]|/\*(?:[^*]|\*(?!/))*\*/)*`;
/** What may stand before the name of a directive at the beginning of a line (or of a file with a byte order mark). */
export const BEFORE_DIRECTIVE = String.raw`(?:^(?:\xef\xbb\xbf)?|\*/)${GAP}(?:#|%:|\?\?=)${GAP}`;
/** The two forms of a header's name, a group each. */
export const HEADER_NAME = String.raw`"([^"\n]*)"|<([^>\n]*)>`;
const DIRECTIVE = new RegExp(
  String.raw`${BEFORE_DIRECTIVE}(include_next|include|import|pragma${GAP}GCC${GAP}dependency)\b${GAP}(?:${HEADER_NAME}|([A-Za-z_]\w*)(?!\w|${GAP}\()|(?=[^\s"<]))`,
  'gm',
);
const HAS_INCLUDE = new RegExp(
  String.raw`(?<!define[ \t]+)\b__has_include(_next)?(?:__)?${GAP}\(${GAP}(?:${HEADER_NAME}|([A-Za-z_]\w*))?`,
  'g',
);
/** Any but the macro of that name itself: `# define __has_include(x) 0`. */
const PROBE_IN_MACRO = /\bdefine[ \t]+(?!__has_include)\w.*\b__has_include/;
/**
 * The directive, a macro's argument within it, or a string that ends there: `".inc" "bin"` is one to the compiler, and so
 * is `".inc\x62in"`. `incbin` alone may be put behind a dot by `#`; it has no other meaning. Macros may hold all but the dot
 * at the end of a string, and the dot may be written by its number.
 */
const ASSEMBLER_INCLUDE =
  /incbin|\.include\b|\.i(?:n(?:c(?:b(?:in?)?|l(?:ud?)?)?)?)?(?:"|\\\w)|(?:^|;|\\n)[ \t]*\.\\\w|(?:^|["';]|\\[nt])[ \t]*\."|\\(?:x0*2e|0?56)/im;
const OTHER_SOURCE = new RegExp(String.raw`${BEFORE_DIRECTIVE}(?:line\b|\d)|^[ \t]*\.file\b`, 'm');
const ONCE = /\b_?[Pp]ragma\b[^\n]*\bonce\b/;
const EMBED = /^[ \t]*(?:#|%:)[ \t]*embed\b|\b__has_embed\b/m;
const PRAGMA_OPERATOR = /_Pragma[\s\S]*GCC[ \t]+dependency\b/;

/** Whole, or in two pieces that `##` can put together. */
const TIME_MACRO =
  /\b(?:__(?:DA(?:T(?:E_?)?)?|TI(?:M(?:E(?:_|S(?:T(?:A(?:M(?:P_?)?)?)?)?)?)?)?)|_{0,2}(?:DATE|TIME|TIMESTAMP)__)\b/;

const TIME_NAME = /\b(?:DATE|TIME|TIMESTAMP)\b/;
const AROUND_NAME = /\b__\b/;

/** Comments, strings (to the end of the line where they do not end) and numbers, whose digits quotes may separate. */
export const NOT_CODE =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\b\.?\d(?:'?[\w.]|[eEpP][+-])*/g;

/** Whether a text (without spliced lines) has `__DATE__`, `__TIME__` or `__TIMESTAMP__` outside comments and strings. */
export function mentionsTimeMacros(text: ByteString): boolean {
  if (!TIME_MACRO.test(text)) return false;
  // What is inside a raw string is not told apart: it may hold quotes.
  return text.includes('R"') || TIME_MACRO.test(text.replaceAll(NOT_CODE, ' '));
}

/** Reads one file's text (its bytes as latin1). A few hundred nanoseconds for each KiB. */
export function scanSource(text: ByteString): SourceScan {
  const joined = withoutSplices(text);
  const mentions: IncludeMention[] = [];
  const probedMacros: ByteString[] = [];
  const computedIncludes: ByteString[] = [];
  let imports = false;
  let obscureDependency = joined.includes('_Pragma') && PRAGMA_OPERATOR.test(joined);
  for (const [, directive = '', quoted, angled, macro = ''] of joined.matchAll(DIRECTIVE)) {
    const use = directive.startsWith('pragma') ? 'dependency' : 'include';
    imports ||= directive === 'import';
    const mention = mentionOf(quoted, angled, directive === 'include_next', use);
    if (mention) mentions.push(mention);
    else if (use === 'include') computedIncludes.push(macro);
    else obscureDependency = true;
  }
  if (joined.includes('__has_include')) {
    for (const [, next, quoted, angled, macro] of joined.matchAll(HAS_INCLUDE)) {
      const mention = mentionOf(quoted, angled, next !== undefined, 'probe');
      if (mention) mentions.push(mention);
      else if (macro !== undefined) probedMacros.push(macro);
    }
  }
  return {
    mentions,
    computedIncludes,
    probedMacros,
    timeMacros: mentionsTimeMacros(joined),
    timePieces: {
      name: TIME_NAME.test(joined) && TIME_NAME.test(joined.replaceAll(NOT_CODE, ' ')),
      around: AROUND_NAME.test(joined),
    },
    assemblerIncludes: ASSEMBLER_INCLUDE.test(joined),
    namesOtherSources: OTHER_SOURCE.test(joined),
    once: ONCE.test(joined),
    imports,
    embeds: EMBED.test(joined),
    probeInMacro: PROBE_IN_MACRO.test(joined),
    escapes: text.includes('\x1b'),
    obscureDependency,
  };
}

function mentionOf(
  quoted: string | undefined,
  angled: string | undefined,
  next: boolean,
  use: IncludeMention['use'],
): IncludeMention | undefined {
  if (quoted !== undefined) return { form: 'quote', name: quoted, next, use };
  if (angled !== undefined) return { form: 'angle', name: angled, next, use };
  return undefined;
}
