import type { ByteString } from '../util/bytes.ts';

/**
 * Functions of the compiler that tell the place of a call of theirs; as a default argument, that of the call around it.
 * So whoever is called may show where the caller stands. Asking whether there is such a function shows nothing.
 */
const CALLERS_PLACE = /(?<!__has_builtin[ \t]*\([ \t]*)\b__builtin_(?:LINE|COLUMN|source_location)\b/;

/** In clang's words a lambda or a type without a name is `(lambda at x.cc:3:7)`. */
const NAMELESS =
  /\[[^\][]*\]\s*(?:[({<]|->|mutable\b|noexcept\b|constexpr\b|static\b)|\b(?:struct|union|class|enum)\b[^;{}()]*\{/;
const SPELLS_TYPES = /__(?:PRETTY_FUNCTION__|FUNCSIG__|builtin_dump_struct|builtin_unique_stable_name)/;

/** `assert`'s closing parenthesis has the line, and could be in another file than its name. */
const BEGINS_WITH_ARGUMENTS = /(?:^|^[ \t]*(?:#|%:)[^\n]*\n|\n[ \t]*(?:#|%:)[^\n]*\n)\s*\(/;

const CALLERS_FILE = /\b__builtin_FILE\b/;

const WORD = /[A-Za-z_$\x80-\xff][\w$\x80-\xff]*/g;

/** Whether the expansion of something in a file can show the place of a token, so that two forms of the file may differ. */
export class ShownPositions {
  readonly #texts: readonly ByteString[];
  readonly #namesTypesByPlace: boolean;
  #fileMacros: ReadonlySet<ByteString> | undefined;
  #stringMacros: ReadonlySet<ByteString> | undefined;
  #lineMacros: ReadonlySet<ByteString> | undefined;
  #statementMacros: ReadonlySet<ByteString> | undefined;

  /**
   * @param texts all that the compiler reads, and a `#define` for each `-D`
   * @param namesTypesByPlace clang
   */
  constructor(texts: readonly ByteString[], namesTypesByPlace: boolean) {
    this.#texts = texts;
    this.#namesTypesByPlace = namesTypesByPlace;
  }

  /** Whether the columns (and lines) of a file's tokens may be shown. The text is an unnumbered form. */
  ofColumns(fileText: ByteString): boolean {
    if (this.#texts.some((text) => CALLERS_PLACE.test(text))) return true;
    return this.#namesTypesByPlace && NAMELESS.test(fileText) && this.#texts.some((text) => SPELLS_TYPES.test(text));
  }

  /** Whether a macro of a file may stand for one of the words, or for an empty statement. Always the same words. */
  ofStatements(words: readonly ByteString[], fileText: ByteString): boolean {
    if (this.#statementMacros === undefined) {
      const macros = new Set(macrosWith(words, this.#texts, BEGINS_EMPTY));
      for (const word of words) macros.delete(word);
      this.#statementMacros = macros;
    }
    return uses(fileText, this.#statementMacros);
  }

  /** Whether a macro of a file may show where blanks stand between its tokens: `#x` does. */
  ofBlanks(fileText: ByteString): boolean {
    this.#stringMacros ??= macrosWith([], this.#texts, MAKES_STRING);
    return BEGINS_WITH_ARGUMENTS.test(fileText) || uses(fileText, this.#stringMacros);
  }

  /** Whether the name of a file may be shown, by those or by `__FILE__`. `main`: it is the one that is compiled. */
  ofName(fileText: ByteString, main: boolean): boolean {
    if (this.ofColumns(fileText) || this.#texts.some((text) => CALLERS_FILE.test(text))) return true;
    if (main && this.#texts.some((text) => text.includes('__BASE_FILE__'))) return true;
    this.#fileMacros ??= macrosWith(['__FILE__'], this.#texts);
    return BEGINS_WITH_ARGUMENTS.test(fileText) || uses(fileText, this.#fileMacros);
  }

  /** Whether the numbers of a file's lines may be shown, by those or by `__LINE__`. */
  ofLines(fileText: ByteString): boolean {
    if (this.ofColumns(fileText) || BEGINS_WITH_ARGUMENTS.test(fileText)) return true;
    this.#lineMacros ??= macrosWith(['__LINE__'], this.#texts);
    return uses(fileText, this.#lineMacros);
  }
}

/** Directives whose words are not expanded where they stand: definitions, and includes by name. */
const UNEXPANDED =
  /^[ \t]*(?:#|%:)[ \t]*(?:define\b(?:[\\\x01]\r?\n|[^\n])*|(?:include|include_next|import)[ \t]*[<"][^\n]*)$/gm;

/** Whether the text has one of the names where it counts. */
function uses(fileText: ByteString, names: ReadonlySet<ByteString>): boolean {
  for (const [word] of fileText.replace(UNEXPANDED, '').matchAll(WORD)) if (names.has(word)) return true;
  return false;
}

/** A semicolon, in front of it other macros or parameters. */
const BEGINS_EMPTY = /^[\s\w(),.]*;/;

/** `#` before a parameter; in strings of a definition too. */
const MAKES_STRING = /(?<!#|%:)(?:#|%:)(?![#%])[ \t]*[A-Za-z_$\x80-\xff/]/;

/** A comment over several lines does not end a definition. Looked at without moving on: the next one may be within it. */
const DEFINITION =
  /\bdefine\b(?:[ \t]|\/\*[\s\S]*?\*\/)+([A-Za-z_$\x80-\xff][\w$\x80-\xff]*)(?=((?:\/\*[\s\S]*?\*\/|[^\n])*))/g;

/**
 * Names, definitions with something else in them, and the macros in whose expansion one of them may appear: through other macros, or put together by `##`. Definitions count
 * whether they are in force or not.
 */
function macrosWith(
  seeds: readonly ByteString[],
  texts: readonly ByteString[],
  seedBody?: RegExp,
): ReadonlySet<ByteString> {
  const usedBy = new Map<ByteString, ByteString[]>();
  const found = new Set<ByteString>(seeds);
  for (const text of texts) {
    const joined = text.includes('\\') ? text.replace(/\\[ \t]*\r?\n/g, '') : text;
    for (const [, name = '', body = ''] of joined.matchAll(DEFINITION)) {
      if (body.includes('##') || body.includes('%:%:') || seedBody?.test(body)) found.add(name);
      for (const [word] of body.matchAll(WORD)) {
        const users = usedBy.get(word);
        if (users) users.push(name);
        else usedBy.set(word, [name]);
      }
    }
  }
  for (const name of found) for (const user of usedBy.get(name) ?? []) found.add(user);
  return found;
}
