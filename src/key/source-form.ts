import type { ByteString } from '../util/bytes.ts';
import { NOT_CODE, withoutSplices } from './source-scan.ts';

/**
 * Whether a compile may tell where on its line something stands: by debug information (`kept`), or by a warning about
 * indentation, where a text has statements of the kind that it is about.
 */
export type Layout = 'kept' | 'guarded' | 'loops' | 'free';

/** What the warnings look at: `-Wmisleading-indentation`; `-Wempty-body` of clang, which warns of loops by itself. */
export const INDENTED_STATEMENTS = {
  guarded: ['if', 'else', 'for', 'while', 'do', 'switch'],
  loops: ['for', 'while', 'do'],
} as const;

/** Not the directives of such names; in strings and comments too. */
function statement(words: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<!(?:#|%:)[ \t]*)\b(?:${words.join('|')})\b`);
}
const GUARDED = statement(INDENTED_STATEMENTS.guarded);

/** Whether a compiler warns of a last line that does not end: clang, where it is pedantic. */
export type LastLine = 'any' | 'complete';

/** What is left of a source when its comments are taken out. Two texts of one form have the same tokens in the same lines. */
export interface SourceForm {
  /** With empty lines: each token is on the line where it was. */
  readonly numbered: string;
  /** Without empty lines: the lines follow each other as they did, under other numbers. */
  readonly unnumbered: string;
  /** That without blanks between tokens that would be the same ones without; where columns are kept, the same. */
  readonly tight: string;
}

/** What is left of a comment where its place matters: no source has this byte, because the scanner knows no such piece. */
const MARK = '\x01';

/**
 * One piece of a text. The names are those of what follows; what matches none of them (a stray quote or backslash, a
 * control character) makes the text one that is not understood.
 */
const PIECE = new RegExp(
  [
    String.raw`(?<blank>[ \t\f\v]+)`,
    String.raw`(?<newline>\r?\n)`,
    String.raw`(?<comment>\/\/[^\r\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)`,
    String.raw`(?<splice>\\\r?\n)`,
    String.raw`(?<string>[\w$\x80-\xff]*"(?:[^"\\\r\n]|\\(?:\r?\n|[^\r\n]))*"[\w$\x80-\xff]*)`,
    String.raw`(?<character>(?:u8|[uUL])?'(?:[^'\\\r\n]|\\(?:\r?\n|[^\r\n]))+'[\w$\x80-\xff]*)`,
    // Behind a number or another word a quote is a digit separator or an apostrophe: not understood.
    String.raw`(?<number>\.?[0-9](?:[eEpP][-+]|[\w.$])*(?![\w.$']))`,
    String.raw`(?<word>[A-Za-z_$\x80-\xff][\w$\x80-\xff]*(?![\w$'\x80-\xff]))`,
    String.raw`(?<operator>[()[\]{};,~?]|(?:[-+*%&|^=<>!:#@.]|\/(?![/*]))+)`,
  ].join('|'),
  'y',
);

/**
 * Texts that other rules cut into pieces: trigraphs, raw strings, backslashes or comments in a header's name, C++20
 * modules.
 */
const OTHER_RULES = [
  /\?\?[=/'()!<>-]/,
  /(?<![\w$])(?:u8|[uUL])?R"/,
  /^[ \t]*(?:#|%:)[ \t]*(?:include|import|embed)[^\n]*\\/m,
  /\b(?:include|include_next|import|embed|__has_include\w*|__has_embed)\b[^\n"]*<[^>\n]*\/[/*]/,
  /^[ \t]*(?:export[ \t]+)?(?:module|import)\b/m,
];

/** A backslash that ends a line, with or without blanks in between, which both compilers overlook with a warning. */
const SPLICED = /\\[ \t]*(?:\r?\n|$)/;

/** Of which gcc warns in directives; how many columns one takes nobody says. */
const UNUSUAL_BLANK = /[\f\v]/;

/** gcc's `-Wimplicit-fallthrough` reads comments (levels 2 to 5: all of its patterns have these letters). */
const FALLS_THROUGH = /fall/i;

/** `-Wbidi-chars`, `-Winvalid-utf8`. */
const BEYOND_ASCII = /[^\t\r\n\x20-\x7e]/;

/** Lines longer than this are generated, and compilers stop counting columns in them. */
const LONGEST_LINE = 1000;

/**
 * The form of a text (its bytes as latin1), undefined where it is not understood well enough: then only the same bytes are the same
 * text. Some 30 MiB/s.
 *
 * With `free` layout, blanks at the beginning and the end of a line do not count, nor how many there are between tokens; whether there are any does
 * (`#x` shows it), but in the `tight` one: there only between what would be other tokens, as in `a =- 1`, of which clang warns. With `kept` layout each token has its column, and comments that stand further left
 * than the code below them leave a mark: where one stands between a guarded statement and the next, gcc does not call the
 * indentation misleading (`detect_intervening_unindent`).
 */
export function sourceForm(text: ByteString, layout: Layout, last: LastLine = 'complete'): SourceForm | undefined {
  if (OTHER_RULES.some((rule) => rule.test(text))) return undefined;
  const writer = new FormWriter(keepsColumns(text, layout));
  PIECE.lastIndex = 0;
  for (let at = 0; at < text.length; at = PIECE.lastIndex) {
    const { groups } = PIECE.exec(text) ?? {};
    if (groups === undefined) return undefined;
    const { blank, newline, comment, splice } = groups;
    if (blank !== undefined) {
      if (UNUSUAL_BLANK.test(blank) && !writer.takesAnyBlank) return undefined;
      writer.blank(blank);
    } else if (newline !== undefined) writer.newline('\n');
    else if (comment !== undefined) {
      if (SPLICED.test(comment)) return undefined;
      if (isRead(comment)) writer.token(comment);
      else writer.comment(comment, endsItsLine(text, PIECE.lastIndex));
    } else if (splice !== undefined) {
      if (text[at - 1] === '/') return undefined; // the next line may make it a comment
      writer.token('\\\n');
    } else writer.token(text.slice(at, PIECE.lastIndex));
    if (writer.lineLength > LONGEST_LINE) return undefined;
  }
  const complete = text === '' || text.endsWith('\n');
  if (!complete && last === 'any') writer.newline('\n');
  return writer.finish(complete || last === 'any');
}

/** Whether the form of a text has its tokens' columns. */
export function keepsColumns(text: ByteString, layout: Layout): boolean {
  if (layout === 'guarded') return GUARDED.test(text);
  return layout === 'kept' || (layout === 'loops' && mayHaveEmptyLoop(text));
}

const LOOP = /\b(?:for|while)\b\s*(\()?/g;
/** What a body begins with that is not empty; a macro may stand for the words. */
const BEGINS_STATEMENT = /\s*[\w${(*&+\-!~:"'[]/y;

/** Whether a loop may have an empty body: only then clang looks at what stands below. That of `do` counts as one. */
function mayHaveEmptyLoop(text: ByteString): boolean {
  if (text.search(LOOP) < 0) return false;
  const code = withoutSplices(text).replaceAll(NOT_CODE, ' ');
  for (const { 0: head, 1: parenthesis, index } of code.matchAll(LOOP)) {
    const end = parenthesis === undefined ? undefined : behindParentheses(code, index + head.length);
    if (end === undefined) return true;
    BEGINS_STATEMENT.lastIndex = end;
    if (!BEGINS_STATEMENT.test(code)) return true;
  }
  return false;
}

/** The place behind the parenthesis that closes the one before `at`. */
function behindParentheses(code: ByteString, at: number): number | undefined {
  let depth = 1;
  for (let place = at; place < code.length; place += 1) {
    if (code[place] === '(') depth += 1;
    else if (code[place] === ')') depth -= 1;
    if (depth === 0) return place + 1;
  }
  return undefined;
}

const REST_IS_BLANK = /[ \t]*(?:\r?\n|$)/y;

function endsItsLine(text: ByteString, behind: number): boolean {
  REST_IS_BLANK.lastIndex = behind;
  return REST_IS_BLANK.test(text);
}

/** Whether a compiler looks into the comment for a warning. `/*` within one: `-Wcomment`. */
function isRead(comment: ByteString): boolean {
  return BEYOND_ASCII.test(comment) || FALLS_THROUGH.test(comment) || comment.indexOf('/*', 1) > 0;
}

interface FormLine {
  /** Without the blanks at its end. */
  readonly code: string;
  readonly tight: string;
  /** Where the comment on a line without code begins. */
  readonly commentColumn: number | undefined;
  readonly newline: string;
}

/** Whether two tokens with nothing between them might be other ones, or be warned of; the last and the first byte decide. */
function needsBlank(one: ByteString, other: ByteString): boolean {
  const sides = one.slice(-1) + other.slice(0, 1);
  return APART.test(sides) || (/^\.?\d/.test(one) && /^[-+.]/.test(other));
}

/** Two words, numbers or strings; two operators; a number behind a point; what would begin an attribute. */
const APART = /^(?:[\w$"'\x01\\\n\x80-\xff]{2}|[-+*%&|^=<>!:#@./]{2}|\.\d|\[\[|\]\])$/;

/** Collects the lines of a form from the pieces of a text. */
class FormWriter {
  readonly #kept: boolean;
  readonly #lines: FormLine[] = [];
  #line = '';
  #tight = '';
  #last = '';
  #isDirective = false;
  #hasToken = false;
  #commentColumn: number | undefined;
  /** A blank or comment is waiting for the next token; with `free` layout only. */
  #gap = false;

  constructor(kept: boolean) {
    this.#kept = kept;
  }

  get lineLength(): number {
    return this.#line.length;
  }

  /** Columns do not count here, and what there is of the line is no directive. */
  get takesAnyBlank(): boolean {
    return !this.#kept && !(this.#hasToken && this.#isDirective);
  }

  blank(text: string): void {
    if (this.#kept) this.#line += text;
    else this.#gap = true;
  }

  token(text: string): void {
    if (!this.#hasToken) this.#isDirective = /^(?:#|%:)/.test(text);
    if (this.#gap && this.#line !== '') {
      this.#line += ' ';
      if (this.#isDirective || needsBlank(this.#last, text)) this.#tight += ' ';
    }
    this.#gap = false;
    this.#line += text;
    this.#tight += text;
    this.#last = text;
    this.#hasToken = true;
  }

  newline(newline: string): void {
    const code = this.#hasToken ? this.#line.replace(/[ \t\x01]+$/, '') : '';
    this.#lines.push({
      code,
      tight: this.#kept || !this.#hasToken ? code : this.#tight,
      commentColumn: this.#hasToken ? undefined : this.#commentColumn,
      newline,
    });
    this.#line = '';
    this.#tight = '';
    this.#last = '';
    this.#hasToken = false;
    this.#commentColumn = undefined;
    this.#gap = false;
  }

  /** @param endsLine nothing but blanks follows on its last line: then the lines within it end as any others do. */
  comment(text: ByteString, endsLine: boolean): void {
    const parts = text.split('\n');
    parts.forEach((part, index) => {
      if (index > 0 && endsLine) this.newline('\n');
      // What comes behind goes on with the line before: a directive, for one, does not end within a comment.
      else if (index > 0) this.token(`${MARK}\n`);
      this.#commentPart(part);
    });
  }

  #commentPart(text: string): void {
    const indentation = /^[ \t]*/.exec(text)?.[0] ?? '';
    if (!this.#kept) {
      this.#gap = true;
      return;
    }
    if (text.length > indentation.length) this.#commentColumn ??= visualColumn(this.#line + indentation);
    this.#line += indentation + text.slice(indentation.length).replace(/[^\t]/g, ' ').replace(/^ /, MARK);
  }

  /** @param complete the last line ends as it should: some compilers warn where it does not. */
  finish(complete: boolean): SourceForm {
    this.newline('');
    let numbered = complete ? '' : MARK;
    let unnumbered = numbered;
    let tight = numbered;
    let columnBelow = 0;
    for (const { code, tight: tightCode, commentColumn, newline } of this.#lines.reverse()) {
      if (code !== '') columnBelow = visualColumn(/^[ \t]*/.exec(code)?.[0] ?? '');
      const unindented = commentColumn !== undefined && commentColumn < columnBelow;
      const line = unindented ? `${MARK}${commentColumn}` : code;
      numbered = line + newline + numbered;
      if (line === '') continue;
      unnumbered = line + newline + unnumbered;
      tight = (unindented ? line : tightCode) + newline + tight;
    }
    return { numbered, unnumbered, tight };
  }
}

const TAB_STOP = 8;

function visualColumn(before: string): number {
  let column = 0;
  for (const character of before) column += character === '\t' ? TAB_STOP - (column % TAB_STOP) : 1;
  return column;
}
