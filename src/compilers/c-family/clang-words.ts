import type { Refusal } from '../arguments.ts';
import { type OptionTable, readArguments } from '../option-table.ts';
import type { Action } from './actions.ts';
import { applyOption } from './apply-option.ts';
import { cannotCache, type Draft } from './draft.ts';

/** What may be passed to clang's front end by `-Xclang`: options that leave no file and change no mode. */
const ALLOWED: ReadonlySet<Action> = new Set<Action>([
  'key',
  'probe',
  'ignore',
  'forced-include',
  'input-file',
  'overlay',
  'prefix-map',
  'no-pch-timestamp',
  'emit-pch',
]);

/** The words of `-Xclang`, read by the same tables. They reach the front end in their own order, behind all others. */
export function readClangWords(draft: Draft, tables: readonly OptionTable<Action>[]): Refusal | undefined {
  let plugin = false;
  draft.key.push(...draft.clangWords.map((word) => `-Xclang=${word}`));
  const behind = draft.key.length;
  const byDriver = draft.forcedIncludes.length;
  for (const argument of readArguments(tables, draft.clangWords, false)) {
    const afterPlugin = plugin;
    plugin = false;
    if (argument.type === 'incomplete') return cannotCache('argument parse');
    if (argument.type === 'unknown') return cannotCache("Can't handle UnknownFlag arguments with -Xclang");
    if (argument.type === 'raw') {
      // `-plugin-arg-NAME` takes the next word.
      if (!afterPlugin) return cannotCache("Can't handle Raw arguments with -Xclang");
      continue;
    }
    if (!ALLOWED.has(argument.row.action)) return cannotCache(argument.row.flag);
    const refusal = applyOption(draft, argument.row, argument.value);
    if (refusal !== undefined) return refusal;
    plugin = argument.row.flag.startsWith('-plugin-arg-');
  }
  draft.clangMeanings = draft.key.slice(behind);
  draft.textIncludes = draft.forcedIncludes.slice(byDriver);
  return undefined;
}
