import type { ByteString } from '../../util/bytes.ts';
import type { Refusal } from '../arguments.ts';
import { cannotCache, type DependencyOption, type Draft } from './draft.ts';
import { isStream } from './outputs.ts';

/** Options of the preprocessor that say something about the dependency file; those in front take a value. */
const WITH_VALUE: ReadonlySet<string> = new Set(['-MD', '-MMD', '-MT', '-MQ']);

/** The words of `-Wp,…` and `-Xpreprocessor`: macros, directories and warnings count in the key, other words are refused. */
export function readPreprocessorWords(draft: Draft): DependencyOption[] | Refusal {
  const found: DependencyOption[] = [];
  const words = draft.preprocessorWords;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-MP') found.push({ flag: 'MP', value: '' });
    else if (WITH_VALUE.has(word)) {
      const value = words[++index];
      if (value === undefined || value.startsWith('-')) return cannotCache('-Wp');
      found.push({ flag: word.slice(1), value });
    } else if (/^-[DUI].|^-(?:w|P|W[a-z][\w=+-]*|undef|trigraphs)$/s.test(word)) draft.key.push(`-Wp,${word}`);
    else return cannotCache('-Wp');
    if (word.startsWith('-I')) draft.probe.push(word);
  }
  return found;
}

/** Options of GNU as that take the next word. */
const ASSEMBLER_VALUES: ReadonlySet<string> = new Set(['-I', '--defsym']);

/** `-a` with letters for what is listed; without a file the listing goes to standard output. */
const LISTING = /^-a([a-z]*)(?:=(.*))?$/s;

/** A listing is one more output. With `g` it has the time in it, and the options that we add. */
function readListing(draft: Draft, letters: string, path: ByteString | undefined): Refusal | undefined {
  if (letters.includes('g') || draft.listing || (path !== undefined && isStream(path))) return cannotCache('-Wa');
  draft.listing = true;
  if (path === undefined) draft.standardOutput = true;
  else draft.namedFiles.push({ role: 'listing', path });
  return undefined;
}

/**
 * The words of `-Wa,…` and `-Xassembler`. Dependency files, another output and further sources leave or read
 * files that we do not know; the rest counts in the key.
 */
export function readAssemblerWords(draft: Draft): Refusal | undefined {
  const words = draft.assemblerWords;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const listing = LISTING.exec(word);
    const refusal = listing ? readListing(draft, listing[1] ?? '', listing[2]) : undefined;
    if (refusal !== undefined) return refusal;
    if (/^(?:-o|-M|--MD|--statistics|@|-$)/.test(word) || !word.startsWith('-')) return cannotCache('-Wa');
    draft.key.push(`-Wa,${word}`);
    if (/^--?g(?!no)/.test(word)) draft.embedsDirectory = true;
    const value = ASSEMBLER_VALUES.has(word) ? words[++index] : undefined;
    if (value !== undefined) draft.key.push(`-Wa,${value}`);
  }
  return undefined;
}
