import { join } from 'node:path';
import { type Change, readText } from './change.ts';
import type { Home } from './home.ts';

/** What marks our lines. */
const MARK = '# by sccache --setup';
const HEADER = /^\s*\[\s*build\s*\]/;
const DOTTED = /^\s*build\s*\./;
const INLINE = /^\s*build\s*=/;
const WRAPPER = /^\s*(?:build\.)?rustc-wrapper\s*=/;

/** Puts sccache before rustc in cargo's own configuration. */
export function setUpCargo(home: Home): Change[] {
  const path = configPath(home);
  const lines = (readText(path) ?? '').split('\n');
  const present = lines.find((line) => WRAPPER.test(line));
  if (present !== undefined) {
    const why = present.includes(home.sccache) ? 'is set up already' : `has another wrapper: ${present.trim()}`;
    return [{ kind: 'leave', path, why }];
  }
  const setting = `rustc-wrapper = ${JSON.stringify(home.sccache)} ${MARK}`;
  if (lines.some((line) => INLINE.test(line))) {
    return [
      { kind: 'leave', path, why: `has \`build = {…}\`: add rustc-wrapper = ${JSON.stringify(home.sccache)} there` },
    ];
  }
  // A table must not be opened a second time, in whatever form.
  const dotted = lines.findIndex((line) => DOTTED.test(line));
  if (dotted >= 0) {
    return [
      {
        kind: 'edit',
        path,
        text: lines.toSpliced(dotted, 0, `build.${setting}`).join('\n'),
        lines: [`+ build.${setting}`],
      },
    ];
  }
  const header = lines.findIndex((line) => HEADER.test(line));
  if (header >= 0) {
    return [{ kind: 'edit', path, text: lines.toSpliced(header + 1, 0, setting).join('\n'), lines: [`+ ${setting}`] }];
  }
  const block = [`[build] ${MARK}`, setting];
  const text = [...withoutLastEmpty(lines), ...block, ''].join('\n');
  return [{ kind: 'edit', path, text, lines: block.map((line) => `+ ${line}`) }];
}

/** Takes our lines out again. */
export function undoCargo(home: Home): Change[] {
  const path = configPath(home);
  const lines = (readText(path) ?? '').split('\n');
  const ours = lines.filter((line) => line.endsWith(MARK));
  if (ours.length === 0) return [];
  const rest = lines.filter((line) => !ours.includes(line)).join('\n');
  return [{ kind: 'edit', path, text: rest === '' ? undefined : rest, lines: ours.map((line) => `- ${line}`) }];
}

function configPath({ environment, directory }: Home): string {
  return join(environment['CARGO_HOME'] || join(directory, '.cargo'), 'config.toml');
}

function withoutLastEmpty(lines: readonly string[]): readonly string[] {
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
