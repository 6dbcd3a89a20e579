import type { COMMANDS } from '../options.ts';
import { sign } from '../paint.ts';
import { setUpCargo, undoCargo } from './cargo.ts';
import { type Change, makeChange } from './change.ts';
import type { Home } from './home.ts';
import { setUpShell, undoShell } from './shell.ts';

/** What can be set up. */
export type SetupTarget = (typeof COMMANDS.setup.choices)[number];

/** What the user asked for. */
export interface SetupRequest {
  /** undefined: all. */
  readonly target: SetupTarget | undefined;
  readonly undo: boolean;
  /** Else the changes are only shown. */
  readonly yes: boolean;
}

/**
 * Shows the changes that put sccache before compilers, or take it away again, and makes them when told to.
 *
 * @returns the report, and 1 when a change could not be made, else 0
 */
export function setUp(request: SetupRequest, home: Home): { readonly text: string; readonly exitCode: 0 | 1 } {
  const changes = request.undo ? [...undoCargo(home), ...undoShell(home)] : plan(request.target, home);
  if (changes.length === 0) return { text: `${sign('good')} nothing to do\n`, exitCode: 0 };
  const told = changes.map((change) =>
    request.yes ? made(change) : { text: described(change, 'note'), failed: false },
  );
  const pending = changes.some(({ kind }) => kind !== 'leave');
  const words = [...(request.target ? [request.target] : []), ...(request.undo ? ['--undo'] : []), '--yes'];
  const last = request.yes
    ? '\nOpen a new shell to work with it.\n'
    : `\nNothing was changed. To do it: sccache --setup ${words.join(' ')}\n`;
  return {
    text: told.map(({ text }) => text).join('') + (pending ? last : ''),
    exitCode: told.some(({ failed }) => failed) ? 1 : 0,
  };
}

function plan(target: SetupTarget | undefined, home: Home): Change[] {
  if (target === 'cargo') return setUpCargo(home);
  return target ? setUpShell(home, [target]) : [...setUpCargo(home), ...setUpShell(home, ['cmake', 'path'])];
}

function made(change: Change): { text: string; failed: boolean } {
  try {
    makeChange(change);
    return { text: described(change, change.kind === 'leave' ? 'note' : 'good'), failed: false };
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : String(problem);
    return { text: `${described(change, 'bad')}    ${why}\n`, failed: true };
  }
}

function described(change: Change, mark: 'good' | 'bad' | 'note'): string {
  const { kind, path } = change;
  switch (kind) {
    case 'edit':
      return `${sign(mark)} ${path}\n${change.lines.map((line) => `    ${line}\n`).join('')}`;
    case 'link':
      return `${sign(mark)} ${path} -> ${change.target}\n`;
    case 'unlink':
      return `${sign(mark)} ${path} goes\n`;
    case 'leave':
      return `${sign(mark)} ${path} ${change.why}\n`;
  }
}
