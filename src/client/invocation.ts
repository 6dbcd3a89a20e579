import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** What the client was called for. */
export type Invocation =
  /** `sccache --show-stats` and its like. */
  | { readonly kind: 'control'; readonly arguments: readonly string[] }
  /** A command to run; `program` is the path to execute. */
  | { readonly kind: 'compile'; readonly program: string; readonly argv: readonly [string, ...string[]] }
  | { readonly kind: 'no-compiler'; readonly name: string };

/** What a shell searches when PATH is not set. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * What a call means: the same rules as the native client's `main.c`.
 *
 * @param called the path by which we were called: `…/sccache`, or a compiler's name that is a link to us
 * @param ourselves the files that are ourselves, links resolved
 */
export function understand(
  called: string,
  words: readonly string[],
  path: string | undefined,
  ourselves: ReadonlySet<string>,
): Invocation {
  const search = (name: string) => findInPath(name, path ?? DEFAULT_PATH, ourselves);
  if (!isOwnName(called)) return compileAs(called, words, { ...search(basename(called)), skipped: true });
  const rest = [...words];
  while (rest[0] !== undefined && isOurselvesAgain(rest[0], search, ourselves)) rest.shift();
  if (rest[0] === '--' && rest.length > 1) rest.shift();
  else if (rest[0] === undefined || rest[0].startsWith('-')) return { kind: 'control', arguments: rest };

  const [name = '', ...more] = rest;
  if (!name.includes('/')) return compileAs(name, more, search(name));
  if (!isOurselves(name, ourselves)) return { kind: 'compile', program: name, argv: [name, ...more] };
  return compileAs(name, more, { ...search(basename(name)), skipped: true });
}

interface Found {
  readonly program: string | undefined;
  /** Ourselves stood before it in PATH. */
  readonly skipped: boolean;
}

/** Where ourselves stood before the compiler, it gets its path as name: it finds its parts from there, not from us. */
function compileAs(name: string, more: readonly string[], { program, skipped }: Found): Invocation {
  if (program === undefined) return { kind: 'no-compiler', name };
  return { kind: 'compile', program, argv: [skipped ? program : name, ...more] };
}

function isOwnName(called: string): boolean {
  return basename(called, '.exe') === 'sccache' || basename(called) === 'sccache.js';
}

/** `sccache sccache gcc …` is what comes of a launcher setting on top of CC="sccache gcc". */
function isOurselvesAgain(word: string, search: (name: string) => Found, ourselves: ReadonlySet<string>): boolean {
  if (!isOwnName(word)) return false;
  if (word.includes('/')) return isOurselves(word, ourselves);
  const { program, skipped } = search(word);
  return program === undefined && skipped;
}

function isOurselves(path: string, ourselves: ReadonlySet<string>): boolean {
  try {
    return ourselves.has(realpathSync(path));
  } catch {
    return false;
  }
}

function findInPath(name: string, path: string, ourselves: ReadonlySet<string>): Found {
  let skipped = false;
  for (const entry of name === '' ? [] : path.split(':')) {
    const candidate = `${entry || '.'}/${name}`;
    if (!isExecutable(candidate)) continue;
    if (!isOurselves(candidate, ourselves)) return { program: candidate, skipped };
    skipped = true;
  }
  return { program: undefined, skipped };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
