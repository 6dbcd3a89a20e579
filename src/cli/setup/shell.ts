import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { type Change, isLink, readText } from './change.ts';
import type { Home } from './home.ts';

const BEGIN = '# >>> sccache --setup';
const END = '# <<< sccache --setup';

/** Names by which builds call compilers. */
const COMPILERS = ['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++'];

/** What a shell is told when it starts. */
const PARTS = ['cmake', 'path'] as const;
export type ShellPart = (typeof PARTS)[number];

/** Tells the user's shell about CMake's launchers, and puts links before the compilers in PATH. */
export function setUpShell(home: Home, parts: readonly ShellPart[]): Change[] {
  const changes: Change[] = [];
  if (parts.includes('path')) {
    for (const name of COMPILERS.filter((compiler) => isInPath(compiler, home))) {
      const path = join(linkDirectory(home), name);
      if (!leadsTo(path, home.sccache)) changes.push({ kind: 'link', path, target: home.sccache });
    }
  }
  const path = startFile(home);
  const old = readText(path) ?? '';
  const all = PARTS.filter((part) => parts.includes(part) || linesOf(part, home).every((line) => old.includes(line)));
  const block = [BEGIN, ...all.flatMap((part) => linesOf(part, home)), END];
  const rest = withoutBlock(old);
  const text = `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${block.join('\n')}\n`;
  if (text === old) changes.push({ kind: 'leave', path, why: 'is set up already' });
  else changes.push({ kind: 'edit', path, text, lines: block.map((line) => `+ ${line}`) });
  return changes;
}

/** Takes links and lines away again. */
export function undoShell(home: Home): Change[] {
  const changes: Change[] = [];
  const directory = linkDirectory(home);
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    const path = join(directory, name);
    if (COMPILERS.includes(name) && isLink(path)) changes.push({ kind: 'unlink', path });
  }
  const path = startFile(home);
  const old = readText(path);
  if (old?.includes(BEGIN)) {
    const rest = withoutBlock(old);
    changes.push({ kind: 'edit', path, text: rest === '' ? undefined : rest, lines: [`- ${BEGIN} … ${END}`] });
  }
  return changes;
}

function linesOf(part: ShellPart, home: Home): readonly string[] {
  const fish = isFish(home);
  const set = (name: string, value: string): string =>
    fish ? `set -gx ${name} '${value}'` : `export ${name}='${value}'`;
  if (part === 'cmake') return ['C', 'CXX'].map((language) => set(`CMAKE_${language}_COMPILER_LAUNCHER`, home.sccache));
  const directory = linkDirectory(home);
  return [fish ? `set -gx PATH '${directory}' $PATH` : `export PATH='${directory}'":$PATH"`];
}

/** The file that the user's shell reads when it starts. */
function startFile(home: Home): string {
  const { directory, environment } = home;
  if (isFish(home))
    return join(environment['XDG_CONFIG_HOME'] || join(directory, '.config'), 'fish/conf.d/sccache.fish');
  const files: Readonly<Record<string, string>> = { bash: '.bashrc', zsh: '.zshrc' };
  return join(directory, files[basename(environment['SHELL'] ?? '')] ?? '.profile');
}

function isFish({ environment }: Home): boolean {
  return basename(environment['SHELL'] ?? '') === 'fish';
}

function linkDirectory({ directory, environment }: Home): string {
  return join(environment['XDG_DATA_HOME'] || join(directory, '.local/share'), 'sccache/bin');
}

function withoutBlock(text: string): string {
  const begin = text.indexOf(`${BEGIN}\n`);
  const end = text.indexOf(`${END}\n`, begin);
  return begin < 0 || end < 0 ? text : text.slice(0, begin) + text.slice(end + END.length + 1);
}

function isInPath(name: string, home: Home): boolean {
  const own = linkDirectory(home);
  const directories = (home.environment['PATH'] ?? '').split(delimiter);
  return directories.some((directory) => directory !== '' && directory !== own && existsSync(join(directory, name)));
}

function leadsTo(link: string, target: string): boolean {
  try {
    return realpathSync(link) === realpathSync(target);
  } catch {
    return false;
  }
}
