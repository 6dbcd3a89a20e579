import { definedName } from '../../../compilers/c-family/equivalent-arguments.ts';
import type { EquivalentSet } from '../../../key/equivalents.ts';
import { ShownPositions } from '../../../key/shown-positions.ts';
import { INDENTED_STATEMENTS, keepsColumns, sourceForm } from '../../../key/source-form.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';
import type { CompileServices } from '../../services.ts';
import type { CurrentTexts } from './current-texts.ts';
import type { EquivalenceParts, Terms } from './equivalence-terms.ts';

/** `#pragma GCC diagnostic warning`: then the options do not tell what is warned of. */
const RAISES_WARNINGS = /\bdiagnostic\s+(?:warning|error)\b/;

/** How a file differs from what was compiled. */
interface ChangedFile {
  readonly path: ByteString;
  readonly shift: 'columns' | 'lines' | 'blanks';
}

interface Comparison {
  /** Of all files of the set, as they are now. */
  readonly digests: readonly string[];
  readonly changed: readonly ChangedFile[];
}

interface Differences extends Comparison {
  /** For each file of the set, whether it has another name here. */
  readonly moved: readonly boolean[];
  /** In another checkout. */
  readonly elsewhere: boolean;
}

/** Compares each file by content, else by form; undefined when one has other tokens. */
export function compareFiles(
  set: EquivalentSet,
  { layout, lastLine, options }: Terms,
  { request }: EquivalenceParts,
  services: CompileServices,
): Comparison | undefined {
  const digests: string[] = [];
  const changed: ChangedFile[] = [];
  for (const [index, path] of set.paths.entries()) {
    const absolute = resolveFrom(request.cwd, path);
    const digest = services.records.digest(absolute);
    if (digest === undefined) return undefined;
    digests.push(digest);
    if (digest === set.digests[index]) continue;
    if (set.unnumbered[index] === '' || options.showsSources) return undefined;
    const form = services.forms.of(absolute, digest, layout, lastLine);
    if (form.numbered === set.numbered[index]) changed.push({ path, shift: 'columns' });
    else if (options.debugInformation) return undefined;
    else if (form.unnumbered === set.unnumbered[index]) changed.push({ path, shift: 'lines' });
    else if (form.tight === set.tight[index]) changed.push({ path, shift: 'blanks' });
    else return undefined;
  }
  return { digests, changed };
}

/** Whether nothing that differs can be seen in the result. */
export function isInvisible(
  differences: Differences,
  set: EquivalentSet,
  terms: Terms,
  { parsed, toolchain }: EquivalenceParts,
  current: CurrentTexts,
): boolean {
  const { changed, moved } = differences;
  const defines = differingDefines(set.defines, terms.options.defines);
  if (changed.length === 0 && defines.length === 0 && !moved.includes(true)) return true;
  if (set.speech !== 'silent' && changed.length > 0) return false;
  if (set.speech === 'suggests' && defines.length > 0) return false;
  // A precompiled header is bound to macros and to files that it does not show.
  if (set.paths.some((path) => /\.(?:gch|pch|pcm)$/.test(path))) return false;
  const texts = current.of(set.paths);
  if (texts === undefined) return false;
  const given = parsed.keyArguments.filter((word) => word.startsWith('-D'));
  if (defines.length > 0) {
    const values = given.map((word) => word.replace(/^-D\w+/, ''));
    const mentioned = current.words(set.paths, values);
    if (defines.some((define) => mentioned.mayName(definedName(define)))) return false;
  }
  const definitions = given.map(asDefinition);
  const shown = new ShownPositions([...texts, ...definitions], toolchain.kind === 'clang');
  if (moved.includes(true) && showsNames(differences, set, terms, shown, [...texts, ...definitions])) return false;
  return changed.length === 0 || !showsEdits(differences, set, terms, shown, texts);
}

/** Whether the result may have a name that is another one here. The texts are those of the set, and then others. */
function showsNames(
  { moved, elsewhere }: Differences,
  { checkout }: EquivalentSet,
  { maps }: Terms,
  shown: ShownPositions,
  texts: readonly ByteString[],
): boolean {
  // An absolute name in a text is not another one here.
  if (elsewhere && texts.some((text) => text.includes(checkout))) return true;
  if (elsewhere && maps.macro) return false;
  return texts.some((text, index) => moved[index] === true && shown.ofName(codeOf(text), index === 0));
}

/** Whether the result may have a position that is another one in an edited file. */
function showsEdits(
  { changed, digests }: Differences,
  set: EquivalentSet,
  { layout }: Terms,
  shown: ShownPositions,
  texts: readonly ByteString[],
): boolean {
  // `#pragma once` knows a file by its contents: two equal ones are one, until one of them is edited.
  if (new Set(set.digests).size < digests.length || new Set(digests).size < digests.length) return true;
  if (texts.some((text) => RAISES_WARNINGS.test(text))) return true;
  return changed.some(({ path, shift }) => {
    const whole = texts[set.paths.indexOf(path)] ?? '';
    const sameColumns = keepsColumns(whole, layout);
    if (shift === 'columns' && sameColumns) return false;
    const text = codeOf(whole);
    const statements = layout === 'guarded' || layout === 'loops' ? INDENTED_STATEMENTS[layout] : [];
    if (statements.length > 0 && !sameColumns && shown.ofStatements(statements, text)) return true;
    if (shift === 'blanks' && shown.ofBlanks(text)) return true;
    return shift === 'columns' ? shown.ofColumns(text) : shown.ofLines(text);
  });
}

function codeOf(text: ByteString): ByteString {
  return sourceForm(text, 'free')?.unnumbered ?? text;
}

/** Definitions that only one of the two has. */
export function differingDefines(ones: readonly ByteString[], others: readonly ByteString[]): readonly ByteString[] {
  return [...ones.filter((define) => !others.includes(define)), ...others.filter((define) => !ones.includes(define))];
}

function asDefinition(option: ByteString): ByteString {
  return `#define ${option.slice(2).replace('=', ' ')}\n`;
}
