import { type CommandStep, compile } from './differential.ts';

/** cargo asks `rustc - --print …` about each toolchain once: not cached, and no compile. */
export const ASKED = 'not-compilation, not-compilation, cannot-cache: -';

/** A word so many times, as outcomes are listed. */
export const times = (count: number, word: string): string => Array.from({ length: count }, () => word).join(', ');

/** A cargo command in an empty target directory, for which so many crates are compiled. */
export function build(command: string, crates: number): CommandStep {
  return compile(command, `${times(crates, 'miss')}, ${ASKED}`, `${times(crates, 'hit')}, ${ASKED}`);
}

/** A cargo command for which so many crates are compiled, when cargo knows rustc already. */
export function rebuild(command: string, crates: number): CommandStep {
  return compile(command, times(crates, 'miss'), times(crates, 'hit'));
}

/** The same where an earlier step left all results. */
export function rebuildCached(command: string, crates: number): CommandStep {
  return compile(command, times(crates, 'hit'), times(crates, 'hit'));
}

/** A package's manifest: name, then lines below `[package]` and whatever sections follow. */
export function manifest(name: string, more = ''): string {
  return `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}\n`;
}
