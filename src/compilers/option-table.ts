import type { ByteString } from '../util/bytes.ts';

/**
 * How an option is spelled.
 *
 * - `flag`: exactly so.
 * - `separated`: the value is the next argument (`-x v`).
 * - `concatenated`: the value follows in the same argument (`-xv`, or `-x=v` with a delimiter).
 * - `either`: both spellings.
 */
export type OptionKind = 'flag' | 'separated' | 'concatenated' | 'either';

/** One option of a compiler, and what is done about it. */
export interface OptionRow<Action extends string> {
  readonly flag: string;
  readonly kind: OptionKind;
  /** What stands between flag and value when both are one argument; none: the value follows directly. */
  readonly delimiter?: '=' | ',';
  readonly action: Action;
}

/** An argument as the tables read it. */
export type ReadArgument<Action extends string> =
  | { readonly type: 'option'; readonly row: OptionRow<Action>; readonly value: ByteString }
  /** Begins with a dash and is in no table. */
  | { readonly type: 'unknown'; readonly text: ByteString }
  /** Does not begin with a dash, or stands behind `--`. */
  | { readonly type: 'raw'; readonly text: ByteString }
  /** An option whose value is missing at the end of the command line. */
  | { readonly type: 'incomplete'; readonly row: OptionRow<Action> };

interface Node<Action extends string> {
  readonly row: OptionRow<Action>;
  /** The longest other flag of the table that this flag begins with. */
  readonly shorter: Node<Action> | undefined;
}

/** Rows in byte order, ready for a search by longest prefix. */
export type OptionTable<Action extends string> = readonly Node<Action>[];

/** Builds a table. Throws when a flag is listed twice: that is a mistake in the data. */
export function optionTable<Action extends string>(rows: readonly OptionRow<Action>[]): OptionTable<Action> {
  const nodes: Node<Action>[] = [];
  for (const row of [...rows].sort((a, b) => (a.flag < b.flag ? -1 : 1))) {
    let shorter = nodes.at(-1);
    if (shorter?.row.flag === row.flag) throw new Error(`${row.flag} is in the table twice`);
    while (shorter !== undefined && !row.flag.startsWith(shorter.row.flag)) shorter = shorter.shorter;
    nodes.push({ row, shorter });
  }
  return nodes;
}

/**
 * Reads arguments by one or more tables. The longest flag that fits wins; among equals the later table.
 *
 * @param doubleDash whether `--` ends the options (clang) or is an argument like others (gcc).
 */
export function readArguments<Action extends string>(
  tables: readonly OptionTable<Action>[],
  argv: readonly ByteString[],
  doubleDash: boolean,
): ReadArgument<Action>[] {
  const read: ReadArgument<Action>[] = [];
  for (let index = 0; index < argv.length; index++) {
    const text = argv[index] ?? '';
    if (doubleDash && text === '--') {
      for (const rest of argv.slice(index + 1)) read.push({ type: 'raw', text: rest });
      break;
    }
    const row = findRow(tables, text);
    if (row === undefined) read.push({ type: text.startsWith('-') ? 'unknown' : 'raw', text });
    else if (!takesNextArgument(row, text)) read.push({ type: 'option', row, value: joinedValue(row, text) });
    else read.push(separatedValue(row, argv[++index]));
  }
  return read;
}

/** The row for an argument, or undefined. */
export function findRow<Action extends string>(
  tables: readonly OptionTable<Action>[],
  text: ByteString,
): OptionRow<Action> | undefined {
  let best: OptionRow<Action> | undefined;
  for (const table of tables) {
    const row = longestMatch(table, text);
    if (row !== undefined && (best === undefined || row.flag.length >= best.flag.length)) best = row;
  }
  return best;
}

/** Every flag that `text` begins with is its predecessor in byte order, or one that the predecessor begins with. */
function longestMatch<Action extends string>(
  table: OptionTable<Action>,
  text: ByteString,
): OptionRow<Action> | undefined {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((table[middle]?.row.flag ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  let node = table[low - 1];
  while (node !== undefined && !matches(node.row, text)) node = node.shorter;
  return node?.row;
}

function matches<Action extends string>(row: OptionRow<Action>, text: ByteString): boolean {
  if (text === row.flag) return true;
  if (row.kind === 'flag' || row.kind === 'separated') return false;
  return text.startsWith(row.flag) && (row.delimiter === undefined || text[row.flag.length] === row.delimiter);
}

function takesNextArgument<Action extends string>(row: OptionRow<Action>, text: ByteString): boolean {
  return row.kind === 'separated' || (row.kind === 'either' && text === row.flag);
}

function joinedValue<Action extends string>(row: OptionRow<Action>, text: ByteString): ByteString {
  return text.slice(row.flag.length + (row.delimiter?.length ?? 0));
}

/** A missing value is an error only where something must stand between flag and value; a trailing `-I` has an empty one. */
function separatedValue<Action extends string>(
  row: OptionRow<Action>,
  value: ByteString | undefined,
): ReadArgument<Action> {
  if (value !== undefined) return { type: 'option', row, value };
  if (row.kind === 'separated' || row.delimiter !== undefined) return { type: 'incomplete', row };
  return { type: 'option', row, value: '' };
}
