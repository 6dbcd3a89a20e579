import type { ByteString } from '../../util/bytes.ts';
import type { OptionRow } from '../option-table.ts';

/** A long spelling of an option, which both drivers turn into the short one before they look at it. */
interface LongSpelling {
  readonly short: string;
  /** `either`: `--x=VALUE` and `--x VALUE`; `joined`: `--x=VALUE` is the short one with the value behind it. */
  readonly value: 'none' | 'either' | 'joined';
}

/** As gcc 12 and clang 14 have them: `-###` shows the same commands for both spellings. */
const SPELLINGS: ReadonlyMap<string, LongSpelling> = new Map<string, LongSpelling>([
  ['--all-warnings', { short: '-Wall', value: 'none' }],
  ['--assemble', { short: '-S', value: 'none' }],
  ['--assert', { short: '-A', value: 'either' }],
  ['--compile', { short: '-c', value: 'none' }],
  ['--debug', { short: '-g', value: 'none' }],
  ['--debug=', { short: '-g', value: 'joined' }],
  ['--define-macro', { short: '-D', value: 'either' }],
  ['--imacros', { short: '-imacros', value: 'either' }],
  ['--include', { short: '-include', value: 'either' }],
  ['--include-directory', { short: '-I', value: 'either' }],
  ['--include-directory-after', { short: '-idirafter', value: 'either' }],
  ['--include-prefix', { short: '-iprefix', value: 'either' }],
  ['--include-with-prefix', { short: '-iwithprefix', value: 'either' }],
  ['--include-with-prefix-after', { short: '-iwithprefix', value: 'either' }],
  ['--include-with-prefix-before', { short: '-iwithprefixbefore', value: 'either' }],
  ['--language', { short: '-x', value: 'either' }],
  ['--no-warnings', { short: '-w', value: 'none' }],
  ['--optimize=', { short: '-O', value: 'joined' }],
  ['--output', { short: '-o', value: 'either' }],
  ['--prefix', { short: '-B', value: 'either' }],
  ['--trace-includes', { short: '-H', value: 'none' }],
  ['--trigraphs', { short: '-trigraphs', value: 'none' }],
  ['--undefine-macro', { short: '-U', value: 'either' }],
  ['--warn-', { short: '-W', value: 'joined' }],
  ['--write-dependencies', { short: '-MD', value: 'none' }],
  ['--write-user-dependencies', { short: '-MMD', value: 'none' }],
]);

/** The rows of these spellings in a table of options. */
export const longSpellings: readonly OptionRow<'long-spelling'>[] = [...SPELLINGS].map(([flag, { value }]) => {
  const action = 'long-spelling';
  if (value === 'none') return { flag, kind: 'flag', action };
  return value === 'joined' ? { flag, kind: 'concatenated', action } : { flag, kind: 'either', delimiter: '=', action };
});

/** The words of the short spelling; undefined for another option. */
export function shortWords(flag: string, value: ByteString): readonly ByteString[] | undefined {
  const spelling = SPELLINGS.get(flag);
  if (spelling === undefined) return undefined;
  return spelling.value === 'either' ? [spelling.short, value] : [spelling.short + value];
}
