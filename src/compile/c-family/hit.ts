import type { ParsedArguments } from '../../compilers/arguments.ts';
import { renderDependencyFile } from '../../compilers/dependency-file.ts';
import type { PlacedFile, Step } from '../../protocol/steps.ts';
import type { StoredResult } from '../../storage/storage.ts';
import { fromBuffer, fromText } from '../../util/bytes.ts';
import { NOWHERE } from '../outputs.ts';
import { unnamedKept } from '../unnamed-outputs.ts';
import { gccDumps } from './dumps.ts';
import { type Messages, shownMessages } from './messages.ts';
import type { CompilerKind } from './toolchain.ts';
import { turnOf, writeMethod } from './write-methods.ts';

/** The role under which an entry keeps the list of headers for the dependency file, NUL-separated. */
export const DEPENDENCY_LIST = 'dependency-list';

interface WrittenFile extends PlacedFile {
  readonly turn: number;
}

/**
 * The steps that leave behind what the compile would have; undefined when the entry lacks something that this command
 * line asks for.
 */
export function hitSteps(
  kind: CompilerKind,
  parsed: ParsedArguments,
  messages: Messages,
  result: StoredResult,
): readonly Step[] | undefined {
  const files: WrittenFile[] = [];
  const roles = result.files.map((file) => file.role);
  for (const output of [...parsed.outputs, ...unnamedKept(gccDumps(parsed), roles)]) {
    const stored = result.files.find((file) => file.role === output.role);
    if (stored === undefined) {
      if (output.optional) continue;
      return undefined;
    }
    const source =
      stored.content.kind === 'inline'
        ? ({ kind: 'inline', bytes: stored.content.bytes } as const)
        : ({ kind: 'file', file: fromText(stored.content.file), offset: 0, length: stored.content.length } as const);
    files.push({
      turn: turnOf(kind, output.role, parsed),
      path: output.path,
      mode: stored.mode,
      method: writeMethod(kind, output.role, parsed),
      source,
    });
  }
  if (parsed.dependencyFile && parsed.dependencyFile.path !== NOWHERE) {
    const list = result.files.find((file) => file.role === DEPENDENCY_LIST);
    if (list?.content.kind !== 'inline') return undefined;
    const { path, targets, phony } = parsed.dependencyFile;
    const bytes = renderDependencyFile(kind, targets, decodeList(list.content.bytes), phony);
    const source = { kind: 'inline', bytes } as const;
    const method = writeMethod(kind, 'dependency-file', parsed);
    files.push({ turn: turnOf(kind, 'dependency-file', parsed), path, mode: 0o666, method, source });
  }
  if (messages.links && result.stdout.length + result.stderr.length > 0) return undefined;
  files.sort((one, other) => one.turn - other.turn);
  const steps: Step[] = files.length > 0 ? [{ step: 'place', files }] : [];
  const stdout = shownMessages(messages, result.stdout);
  const stderr = shownMessages(messages, result.stderr);
  if (stdout.length + stderr.length > 0) steps.push({ step: 'print', stdout, stderr });
  steps.push({ step: 'exit', kind: 'code', value: 0 });
  return steps;
}

/** A list of paths as one stored file. */
export function encodeList(paths: readonly string[]): Buffer {
  return Buffer.from(paths.join('\0'), 'latin1');
}

/** The paths of such a file. */
export function decodeList(bytes: Buffer): string[] {
  return bytes.length === 0 ? [] : fromBuffer(bytes).split('\0');
}
