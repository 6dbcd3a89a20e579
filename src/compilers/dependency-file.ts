import type { ByteString } from '../util/bytes.ts';
import { fromBuffer, toBuffer } from '../util/bytes.ts';

/** What a dependency file says. */
export interface MakeDependencies {
  /** As they stand in the file. */
  readonly targets: readonly ByteString[];
  /** Unquoted, in order; the source is first. gcc names a header again for each way in which it was found. */
  readonly dependencies: readonly ByteString[];
}

/** Between targets and dependencies. A colon inside a name (`c:x.h`) is followed by more of the name. */
const SEPARATOR = /:(?=[ \t\r\n]|$)/;

/**
 * Reads a dependency file of gcc or clang: one rule, and with `-MP` an empty one for each header.
 *
 * @returns undefined where a target's own text makes it ambiguous (`-MT 'a: b'`) or where there is no rule.
 */
export function parseMakeDependencies(text: Buffer): MakeDependencies | undefined {
  const lines = fromBuffer(text)
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/);
  let targets: ByteString[] | undefined;
  const dependencies: ByteString[] = [];
  for (const line of lines) {
    const colon = line.search(SEPARATOR);
    if (colon < 0) {
      if (line.trim() !== '') return undefined;
      continue;
    }
    const behind = line.slice(colon + 1);
    if (SEPARATOR.test(behind)) return undefined;
    targets ??= line.slice(0, colon).split(' ');
    dependencies.push(...makeWords(behind));
  }
  return targets === undefined ? undefined : { targets, dependencies };
}

/** gcc writes the file of `SUNPRO_DEPENDENCIES` in the syntax of make; the source itself is not in it. */
export function parseSunproDependencies(text: Buffer): readonly ByteString[] | undefined {
  return parseMakeDependencies(text)?.dependencies;
}

/** Names separated by blanks, with the quoting of make undone. */
function makeWords(text: ByteString): ByteString[] {
  const words: ByteString[] = [];
  for (const [quoted] of text.matchAll(/(?:\\[ \t#\\]|[^ \t])+/g)) words.push(unquoted(quoted));
  return words;
}

/** A blank behind 2N+1 backslashes is one in the name, behind N backslashes; other backslashes stand for themselves. */
function unquoted(word: ByteString): ByteString {
  return word
    .replace(
      /(\\+)([ \t])/g,
      (_whole, slashes: string, blank: string) => slashes.slice((slashes.length + 1) / 2) + blank,
    )
    .replace(/\\#/g, '#')
    .replace(/\$\$/g, '$');
}

/** Quotes a name for make, as both compilers do. */
export function quoteForMake(name: ByteString): ByteString {
  return /[ \t$#]/.test(name)
    ? name
        .replace(/\$/g, '$$$$')
        .replace(/#/g, '\\#')
        .replace(/(\\*)([ \t])/g, '$1$1\\$2')
    : name;
}

/** Both compilers drop a leading `./` (and slashes behind it) from every name that they write. */
export function withoutLeadingDots(name: ByteString): ByteString {
  return name.replace(/^(?:\.\/+)+/, '');
}

/**
 * Writes a dependency file as the compiler would have, byte for byte.
 *
 * @param targets as they are to stand in the file, quoted already where the compiler quotes.
 * @param dependencies unquoted; the source first.
 * @param phony `-MP`: an empty rule for each dependency but the source.
 */
export function renderDependencyFile(
  kind: 'gcc' | 'clang',
  targets: readonly ByteString[],
  dependencies: readonly ByteString[],
  phony: boolean,
): Buffer {
  return toBuffer(
    kind === 'gcc' ? renderForGcc(targets, dependencies, phony) : renderForClang(targets, dependencies, phony),
  );
}

/** libcpp's `make_write` (mkdeps.cc): a name that would pass this column, quoting included, begins a line. */
const GCC_COLUMNS = 72;

function renderForGcc(targets: readonly ByteString[], dependencies: readonly ByteString[], phony: boolean): ByteString {
  let text = '';
  let column = 0;
  const write = (name: ByteString): void => {
    if (column > 0) {
      if (column + name.length > GCC_COLUMNS) {
        text += ' \\\n';
        column = 0;
      }
      text += ' ';
      column++;
    }
    text += name;
    column += name.length;
  };
  for (const target of targets) write(target);
  text += ':';
  column++;
  const names = dependencies.map((name) => quoteForMake(name));
  for (const name of names) write(name);
  text += '\n';
  if (phony) for (const name of names.slice(1)) text += `${name}:\n`;
  return text;
}

/** clang's `DependencyFileGenerator`: the columns are those of the unquoted names. */
const CLANG_COLUMNS = 75;

function renderForClang(
  targets: readonly ByteString[],
  dependencies: readonly ByteString[],
  phony: boolean,
): ByteString {
  let text = '';
  let column = 0;
  for (const target of targets) {
    if (column === 0) {
      column += target.length;
    } else if (column + target.length + 2 > CLANG_COLUMNS) {
      column = target.length + 2;
      text += ' \\\n  ';
    } else {
      column += target.length + 1;
      text += ' ';
    }
    text += target;
  }
  text += ':';
  column++;
  for (const name of dependencies) {
    if (column + name.length + 3 > CLANG_COLUMNS) {
      text += ' \\\n ';
      column = 2;
    }
    text += ` ${quoteForMake(name)}`;
    column += name.length + 1;
  }
  text += '\n';
  if (phony) for (const name of dependencies.slice(1)) text += `\n${quoteForMake(name)}:\n`;
  return text;
}
