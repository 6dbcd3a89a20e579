import type { ByteString } from '../util/bytes.ts';
import type { Difference } from './difference.ts';

/** Cells of the table that finds a longest common subsequence: 16 MiB. Command lines stay far below it. */
const MOST_CELLS = 4_000_000;

interface Edit {
  readonly kind: 'added' | 'removed';
  readonly word: ByteString;
}

/**
 * How one list of arguments became another: an option whose value changed is one difference (`-O0` → `-O2`), and an
 * argument that only moved is one (`argument order`).
 */
export function wordDifferences(what: string, before: readonly ByteString[], now: readonly ByteString[]): Difference[] {
  const differences: Difference[] = [];
  const edits = editsBetween(withValues(before), withValues(now));
  const used = new Set<Edit>();
  for (const edit of edits) {
    if (used.has(edit)) continue;
    used.add(edit);
    const free = edits.filter((other) => other.kind !== edit.kind && !used.has(other));
    const moved = free.find(({ word }) => word === edit.word);
    const other = moved ?? free.find(({ word }) => stem(word) === stem(edit.word));
    if (other === undefined) {
      differences.push({ what, change: edit.kind, name: edit.word });
      continue;
    }
    used.add(other);
    const [old, fresh] = edit.kind === 'removed' ? [edit, other] : [other, edit];
    if (moved) differences.push({ what: `${what}, order`, change: 'changed', name: edit.word });
    else differences.push({ what, change: 'changed', before: old.word, now: fresh.word });
  }
  return differences;
}

/** An option and the value behind it are one word for people: `--edition 2021`. */
function withValues(words: readonly ByteString[]): readonly ByteString[] {
  const joined: ByteString[] = [];
  let isOption = false;
  for (const word of words) {
    if (isOption && !word.startsWith('-')) joined.push(`${joined.pop()} ${word}`);
    else joined.push(word);
    isOption = !isOption && word.startsWith('-');
  }
  return joined;
}

/** Options of one stem exclude each other: `-O2` and `-O3`, `-DX=1` and `-DX=2`, `-std=…`, `--edition …`. */
function stem(word: ByteString): string {
  const equals = word.indexOf('=');
  if (equals > 0) return word.slice(0, equals);
  return /^-[Og]|^-\S+(?= )/.exec(word)?.[0] ?? word;
}

/** The words to take away and to put in, in order, by a longest common subsequence. */
function editsBetween(before: readonly ByteString[], now: readonly ByteString[]): Edit[] {
  let start = 0;
  while (start < before.length && start < now.length && before[start] === now[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < now.length - start && before.at(-1 - end) === now.at(-1 - end)) end += 1;
  const old = before.slice(start, before.length - end);
  const fresh = now.slice(start, now.length - end);
  const common = old.length * fresh.length > MOST_CELLS ? () => 0 : commonLengths(old, fresh);
  const edits: Edit[] = [];
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    const [oldWord, freshWord] = [old[i], fresh[j]];
    if (oldWord !== undefined && oldWord === freshWord) {
      i += 1;
      j += 1;
    } else if (oldWord !== undefined && (freshWord === undefined || common(i + 1, j) >= common(i, j + 1))) {
      edits.push({ kind: 'removed', word: oldWord });
      i += 1;
    } else if (freshWord !== undefined) {
      edits.push({ kind: 'added', word: freshWord });
      j += 1;
    }
  }
  return edits;
}

/** The length of a longest common subsequence of what is behind `i` and `j`. */
function commonLengths(old: readonly ByteString[], fresh: readonly ByteString[]): (i: number, j: number) => number {
  const width = fresh.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}
