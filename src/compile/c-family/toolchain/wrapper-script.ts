import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';

/** What decides how a script around a compiler calls it, by all that its text may name. */
export interface ScriptReading {
  /** The script, the scripts it may call or source, and the other files it may read. */
  readonly files: readonly ByteString[];
  /** Where a file of a name in it would be found instead, or at all. */
  readonly absent: readonly ByteString[];
  /** Words in it that may be names of variables. */
  readonly words: ReadonlySet<ByteString>;
}

/** More text than a script has that anybody wrote around a compiler: what it does cannot be told. */
const MOST_SCRIPT_BYTES = 128 * 1024;
const MOST_FILES = 1_000;

const ELF = '\x7fELF';

/**
 * Reads a script around a compiler. What a shell makes of it is not for us to tell; so every word counts as a file that it
 * may run, source or read: beside the script, in the caller's directory, in PATH, and in the directories that the variables name.
 *
 * @returns `none` when the program is no script, `obscure` when it is too large.
 */
export function readScript(
  program: ByteString,
  request: Request,
  files: SourceFiles,
): ScriptReading | 'none' | 'obscure' {
  const first = scriptText(program, files);
  if (first === undefined) return 'none';
  const found = new Set([program]);
  const absent = new Set<ByteString>();
  const words = new Set<ByteString>();
  for (const path of found) {
    if (path !== program && (files.stat(path)?.size ?? 0) > MOST_SCRIPT_BYTES) continue; // a program or data
    const text = path === program ? first : scriptText(path, files);
    if (text === undefined) continue;
    if (text.length > MOST_SCRIPT_BYTES || found.size > MOST_FILES) return 'obscure';
    for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) words.add(word);
    const places = [request.cwd, directoryOf(path), directoryOf(files.realPath(path)), ...namedPlaces(words, request)];
    const libraries = MODULES.find(({ interpreter }) => interpreter.test(text))?.extension;
    for (const name of namesIn(text, libraries)) lookUp(name, new Set(places), files, found, absent);
  }
  return { files: [...found], absent: [...absent], words };
}

/** Names of modules, without their extension, in the languages that wrappers are written in. */
const MODULES = [
  { interpreter: /^#!.*python/, extension: '.py' },
  { interpreter: /^#!.*perl/, extension: '.pm' },
] as const;

/** A program's text when a shell or another interpreter runs it. */
function scriptText(path: ByteString, files: SourceFiles): ByteString | undefined {
  // cc1plus has 35 MB.
  const start = files.piece(path, 0, ELF.length);
  if (start !== undefined && fromBuffer(start) === ELF) return undefined;
  const contents = files.read(path);
  return contents === undefined || contents.bytes.includes(0) ? undefined : fromBuffer(contents.bytes);
}

/** What a shell only writes to: a log of its calls says nothing of the next one. */
const WRITTEN = />>?\s*["']?[^\s"';|&()]+|\btee(?:\s+-\w+)*\s+["']?[^\s"';|&()]+/g;

/** Every name in the text that may be a file's, also without what an expansion or an option has before it. */
function namesIn(text: ByteString, libraries: string | undefined): ReadonlySet<ByteString> {
  const names = new Set<ByteString>();
  for (const [token] of text.replaceAll(WRITTEN, ' ').matchAll(/[\w.+@%~/-]+/g)) {
    for (let at = 0; at >= 0; at = nextPart(token, at)) {
      const name = token.slice(at).replace(/^(?:@|~\/)/, '');
      if (!/[A-Za-z0-9_]/.test(name) || name.startsWith('-')) continue;
      names.add(name);
      if (libraries !== undefined) names.add(name.replaceAll('.', '/') + libraries);
    }
  }
  return names;
}

/** Where the next component of a path begins; -1 behind the last one. */
function nextPart(token: ByteString, from: number): number {
  const slash = token.indexOf('/', from);
  return slash < 0 ? -1 : slash + 1;
}

/** PATH, and directories that stand in variables which the script names. */
function namedPlaces(words: ReadonlySet<ByteString>, { environment }: Request): ByteString[] {
  const values = [...environment].flatMap(([name, value]) =>
    name === 'PATH' || words.has(name) ? value.split(':') : [],
  );
  return values.filter((value) => value.startsWith('/'));
}

/** In each place, because which one counts is the script's own affair. */
function lookUp(
  name: ByteString,
  places: ReadonlySet<ByteString>,
  files: SourceFiles,
  found: Set<ByteString>,
  absent: Set<ByteString>,
): void {
  const candidates = name.startsWith('/') ? [name] : [...places].map((place) => resolveFrom(place, joinPath('', name)));
  for (const path of candidates) {
    if (files.stat(path)?.kind === 'file') found.add(path);
    else absent.add(path);
  }
}

/** Variables that differ from call to call and mean nothing to a compiler. */
const MEANINGLESS: ReadonlySet<ByteString> = new Set(['_', 'OLDPWD', 'PWD', 'SHLVL']);
/** Words by which a script asks for its directory. */
const ASKS_DIRECTORY = ['pwd', 'PWD', 'cwd', 'getcwd', 'readlink', 'realpath', 'abspath'];

/**
 * The variables that a script may look at, with their values, and the caller's directory where it may ask for it. A variable
 * also counts by the beginning of its name: scripts put names together.
 */
export function scriptSettings(words: ReadonlySet<ByteString>, request: Request): readonly ByteString[] {
  const settings = [...request.environment]
    .filter(([name]) => !MEANINGLESS.has(name) && beginnings(name).some((beginning) => words.has(beginning)))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return ASKS_DIRECTORY.some((word) => words.has(word)) ? [...settings, request.logicalDirectory] : settings;
}

/** `NIX_CFLAGS` and `NIX_CFLAGS_COMPILE` of that name and `NIX_CFLAGS_COMPILE_FOR`. */
function beginnings(name: ByteString): ByteString[] {
  const all = [name];
  for (let at = name.lastIndexOf('_'); at >= 4; at = name.lastIndexOf('_', at - 1)) all.push(name.slice(0, at));
  return all;
}
