import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** One thing that setting up does to the user's files, or would do. */
export type Change =
  /** `text` undefined: the file goes. `lines` are what comes or goes, for people. */
  | {
      readonly kind: 'edit';
      readonly path: string;
      readonly text: string | undefined;
      readonly lines: readonly string[];
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'unlink'; readonly path: string }
  /** Nothing is done, and why. */
  | { readonly kind: 'leave'; readonly path: string; readonly why: string };

/** Makes a change. Files are replaced in one step and keep their mode; a link to one stays a link. Throws what the system says. */
export function makeChange(change: Change): void {
  switch (change.kind) {
    case 'edit':
      if (change.text === undefined) rmSync(change.path);
      else replaceFile(change.path, change.text);
      return;
    case 'link':
      mkdirSync(dirname(change.path), { recursive: true });
      rmSync(change.path, { force: true });
      symlinkSync(change.target, change.path);
      return;
    case 'unlink':
      rmSync(change.path);
      removeIfEmpty(dirname(change.path));
      return;
    case 'leave':
      return;
  }
}

/** The text of a file; undefined when there is none. */
export function readText(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined;
}

export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const old = statSync(path, { throwIfNoEntry: false });
  const target = old ? realpathSync(path) : path;
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  if (old) chmodSync(temporary, old.mode & 0o7777);
  renameSync(temporary, target);
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Something else is in it.
  }
}
