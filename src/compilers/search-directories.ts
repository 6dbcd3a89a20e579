import type { ByteString } from '../util/bytes.ts';
import { fromBuffer } from '../util/bytes.ts';
import { baseName } from '../util/path.ts';

/** What `CC -v -E -x LANGUAGE /dev/null` tells on stderr. */
export interface VerboseOutput {
  readonly kind: 'gcc' | 'clang' | undefined;
  /** Such as `12.2.0`; '' when it says none. */
  readonly version: string;
  readonly target: string;
  /** Searched for `#include "…"` only (`-iquote`), before the others. */
  readonly quoteDirectories: readonly ByteString[];
  readonly angleDirectories: readonly ByteString[];
  readonly frameworkDirectories: readonly ByteString[];
  /** Named but not searched: they do not exist, or stand in the list already. */
  readonly ignoredDirectories: readonly { readonly path: ByteString; readonly reason: 'nonexistent' | 'duplicate' }[];
  /** The program that compiles: `cc1`, or clang itself. */
  readonly compilerProgram: ByteString | undefined;
  /** Files that ruled the driver: gcc's specs, clang's configuration. */
  readonly driverFiles: readonly ByteString[];
  /** gcc: the driver's name as it was called. */
  readonly driverProgram: ByteString | undefined;
  /** clang: where it has been installed; '' when it does not say. */
  readonly installedDirectory: ByteString;
}

/** Reads the output of `-v -E`. The compiler must have been run with `LC_ALL=C`: these lines are translated. */
export function parseVerboseOutput(stderr: Buffer): VerboseOutput {
  const text = fromBuffer(stderr);
  const lines = text.split(/\r?\n/);
  const gcc = /^gcc version (\S+)/m.exec(text);
  const clang = /^.*\bclang version (\S+)/m.exec(text);
  const quote = listedBetween(lines, /^#include "\.\.\." search starts here:$/, /^#include <\.\.\.> search/);
  const angle = listedBetween(lines, /^#include <\.\.\.> search starts here:$/, /^End of search list\.$/);
  return {
    kind: clang !== null ? 'clang' : gcc !== null ? 'gcc' : undefined,
    version: (clang ?? gcc)?.[1] ?? '',
    target: /^Target: (\S+)/m.exec(text)?.[1] ?? '',
    quoteDirectories: quote.filter(isPlain),
    angleDirectories: angle.filter(isPlain),
    frameworkDirectories: [...quote, ...angle].flatMap((line) => FRAMEWORK.exec(line)?.[1] ?? []),
    ignoredDirectories: lines.flatMap(ignoredDirectory),
    compilerProgram: commandsIn(lines).find(isCompiler)?.[0],
    driverFiles: [...text.matchAll(/^(?:Reading specs from|Configuration file:) (.+)$/gm)].map(([, file = '']) => file),
    driverProgram: /^COLLECT_GCC=(.*)$/m.exec(text)?.[1],
    installedDirectory: /^InstalledDir: (.*)$/m.exec(text)?.[1] ?? '',
  };
}

const FRAMEWORK = /^(.*) \(framework directory\)$/s;

function isPlain(line: ByteString): boolean {
  return !/ \((?:framework directory|headermap)\)$/.test(line);
}

/** The lines between two headings, without the blank that they begin with. */
function listedBetween(lines: readonly ByteString[], first: RegExp, last: RegExp): ByteString[] {
  const start = lines.findIndex((line) => first.test(line));
  const end = lines.findIndex((line, index) => index > start && last.test(line));
  if (start < 0 || end < 0) return [];
  return lines.slice(start + 1, end).map((line) => line.replace(/^ /, ''));
}

function ignoredDirectory(line: ByteString): VerboseOutput['ignoredDirectories'] {
  // gcc says so of a file; it may become a directory.
  const file = /^cc1\w*: warning: (.*): not a directory$/i.exec(line)?.[1];
  if (file !== undefined) return [{ path: file, reason: 'nonexistent' }];
  const found = /^ignoring (nonexistent|duplicate) directory "(.*)"$/.exec(line);
  if (found?.[2] === undefined) return [];
  return [{ path: found[2], reason: found[1] === 'duplicate' ? 'duplicate' : 'nonexistent' }];
}

/** Whether a command compiles: `cc1` and its like, or clang calling itself. */
function isCompiler(command: readonly ByteString[]): boolean {
  return command[1] === '-cc1' || /^cc1(?:plus|obj|objplus)?(?:\.exe)?$/.test(baseName(command[0] ?? ''));
}

/** What `CC -### …` says would be run. */
export interface DryRun {
  /** Program and arguments of each command: the compiler, then the assembler where there is one. */
  readonly commands: readonly (readonly ByteString[])[];
  /** gcc: the directories of its own programs, separated by colons; '' where none are told. */
  readonly compilerPath: ByteString;
}

/** Reads the output of `-###`. Both compilers begin a command with a blank and quote what a shell would not take as it is. */
export function parseDryRun(stderr: Buffer): DryRun {
  const text = fromBuffer(stderr);
  const compilerPath = /^COMPILER_PATH=(.*)$/m.exec(text)?.[1] ?? '';
  return { commands: commandsIn(text.split(/\r?\n/)), compilerPath };
}

function commandsIn(lines: readonly ByteString[]): ByteString[][] {
  const outside: ByteString[] = [];
  let inList = false;
  for (const line of lines) {
    if (/^#include .* search starts here:$/.test(line)) inList = true;
    else if (line === 'End of search list.') inList = false;
    else if (!inList && line.startsWith(' ') && line !== ' (in-process)') outside.push(line);
  }
  return outside.map(shellWords);
}

/** Words separated by blanks; double quotes group, and inside them a backslash takes the next character. */
function shellWords(line: ByteString): ByteString[] {
  const words: ByteString[] = [];
  for (const [word] of line.matchAll(/(?:"(?:\\.|[^"\\])*"|[^ "])+/gs)) {
    words.push(word.replace(/"((?:\\.|[^"\\])*)"/gs, (_whole, quoted: string) => quoted.replace(/\\(.)/gs, '$1')));
  }
  return words;
}
