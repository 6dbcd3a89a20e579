import { toText } from '../util/bytes.ts';
import type { Difference } from './difference.ts';
import { markedText } from './places.ts';
import type { Section } from './sections.ts';
import { wordDifferences } from './word-differences.ts';

/**
 * What differs between two keys, what people can change first. Nothing is left out but sections that follow from others
 * (`isConsequence`), and those only while there is something else.
 */
export function sectionDifferences(before: readonly Section[], now: readonly Section[]): Difference[] {
  const names = [...new Set([...before, ...now].map(({ name }) => name))];
  const differences = names.flatMap((name) => {
    const named = (section: Section): boolean => section.name === name;
    return differencesOf(name, before.filter(named), now.filter(named));
  });
  const causes = differences.filter((difference) => !isConsequence(difference, differences));
  return byRank(causes.length > 0 ? causes : differences);
}

/** Sections of names, and those of the files that are called so. */
const NAMES_OF: ReadonlyMap<string, string> = new Map([
  ['extern names', 'extern'],
  ['searched name', 'searched crate'],
]);

/** The caller's directory may be in a key up to three times; each is part of it only where an option calls for it. */
const DIRECTORIES = ['debug directory', 'directory', 'output directory'];

function isConsequence({ what, change }: Difference, all: readonly Difference[]): boolean {
  // The compiler proper's command line has each option and the source's name once more.
  if (what === 'expanded command') return true;
  if (what === 'compiler' && all.some((other) => other.what === 'language')) return true; // cc1 and cc1plus
  const files = NAMES_OF.get(what);
  if (files !== undefined) return all.some((other) => other.what === files && other.change !== 'changed');
  if (change !== 'changed') return what === 'output path' || DIRECTORIES.includes(what); // the option says it
  const before = DIRECTORIES.slice(0, Math.max(0, DIRECTORIES.indexOf(what)));
  return all.some((other) => other.change === 'changed' && before.includes(other.what));
}

/** The section of an environment variable is called `variable NAME`. */
export const VARIABLE = 'variable ';

/** Options and variables may bring another compiler part or language into play: they come first. */
const FIRST = ['version', 'arguments', 'arguments, order', 'variable', 'language', 'compiler'];

function byRank(differences: readonly Difference[]): Difference[] {
  const rank = ({ what }: Difference): number => {
    const at = FIRST.indexOf(what);
    return at < 0 ? FIRST.length : at;
  };
  return differences.map(readable).sort((one, other) => rank(one) - rank(other));
}

/** Sections of one name: those of equal labels belong together, the others as they stand. */
function differencesOf(name: string, before: readonly Section[], now: readonly Section[]): Difference[] {
  const old = [...before];
  const left: Section[] = [];
  const differences: Difference[] = [];
  for (const section of now) {
    const at = old.findIndex(({ label }) => label !== undefined && label === section.label);
    const [match] = at < 0 ? [] : old.splice(at, 1);
    if (match === undefined) left.push(section);
    else differences.push(...changeOf(name, match, section));
  }
  for (const [index, section] of left.entries()) {
    const match = old[index];
    if (match === undefined)
      differences.push({ what: name, change: 'added', ...called(section), ...value('now', section) });
    else differences.push(...changeOf(name, match, section));
  }
  for (const section of old.slice(left.length)) {
    differences.push({ what: name, change: 'removed', ...called(section), ...value('before', section) });
  }
  return differences;
}

function changeOf(what: string, before: Section, now: Section): Difference[] {
  if (before.list && now.list) return wordDifferences(what, before.values, now.values);
  if (before.values.join('\0') === now.values.join('\0')) return [];
  if (before.label === now.label) {
    return [{ what, change: 'changed', ...called(now), ...value('before', before), ...value('now', now) }];
  }
  return [{ what, change: 'changed', before: before.label ?? shown(before), now: now.label ?? shown(now) }];
}

function called({ label }: Section): { name?: string } {
  return label === undefined ? {} : { name: label };
}

/** A digest tells nobody anything. */
function value<Side extends 'before' | 'now'>(side: Side, section: Section): { before?: string; now?: string } {
  return /^[0-9a-f]{64}$/.test(shown(section)) ? {} : { [side]: shown(section) };
}

function shown({ values }: Section): string {
  return values.join(' ').replaceAll('\0', '');
}

function readable({ what, change, name, before, now }: Difference): Difference {
  const variable = what.startsWith(VARIABLE) ? what.slice(VARIABLE.length) : undefined;
  const called = variable ?? name;
  return {
    what: variable === undefined ? what : VARIABLE.trimEnd(),
    change,
    ...(called !== undefined && { name: toText(markedText(called)) }),
    ...(before !== undefined && { before: toText(markedText(before)) }),
    ...(now !== undefined && { now: toText(markedText(now)) }),
  };
}
