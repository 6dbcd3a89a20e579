import type { DependencyFile, ParsedArguments } from '../../compilers/arguments.ts';
import { renderDependencyFile } from '../../compilers/dependency-file.ts';
import type { PlacedFile, Step } from '../../protocol/steps.ts';
import type { StoredResult } from '../../storage/storage.ts';
import { type ByteString, fromBuffer, fromText } from '../../util/bytes.ts';
import { directoryOf } from '../../util/path.ts';
import { NOWHERE } from '../outputs.ts';
import { unnamedKept } from '../unnamed-outputs.ts';
import { gccDumps } from './dumps.ts';
import { keptInterfaces } from './inputs/gcc-modules.ts';
import { type Messages, shownMessages } from './messages.ts';
import type { CompilerKind } from './toolchain/toolchain.ts';
import { turnOf, writeMethod } from './write-methods.ts';

/** The role under which an entry keeps the list of headers for the dependency file, NUL-separated. */
export const DEPENDENCY_LIST = 'dependency-list';

/** The role of a dependency file that is kept as it is: of modules, where the key has all that it says of the command line. */
export const DEPENDENCY_TEXT = 'dependency-text';

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
  for (const output of [...parsed.outputs, ...unnamedKept(gccDumps(parsed), roles), ...keptInterfaces(roles)]) {
    const stored = result.files.find((file) => file.role === output.role);
    if (stored === undefined) {
      if (output.optional) continue;
      return undefined;
    }
    const source =
      stored.content.kind === 'inline'
        ? ({ kind: 'inline', bytes: stored.content.bytes } as const)
        : ({ kind: 'file', file: fromText(stored.content.file), offset: 0, length: stored.content.length } as const);
    if (output.role.startsWith('cmi ')) files.push(directoryFor(output.path));
    files.push({
      turn: turnOf(kind, output.role, parsed),
      path: output.path,
      mode: stored.mode,
      method: writeMethod(kind, output.role, parsed),
      source,
    });
  }
  if (parsed.dependencyFile && parsed.dependencyFile.path !== NOWHERE) {
    const bytes = dependencyFile(kind, parsed.dependencyFile, result);
    if (bytes === undefined) return undefined;
    const { path } = parsed.dependencyFile;
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

function dependencyFile(kind: CompilerKind, file: DependencyFile, { files }: StoredResult): Buffer | undefined {
  const kept = files.find(({ role }) => role === DEPENDENCY_LIST || role === DEPENDENCY_TEXT);
  if (kept?.content.kind !== 'inline') return undefined;
  const { bytes } = kept.content;
  return kept.role === DEPENDENCY_TEXT
    ? bytes
    : renderDependencyFile(kind, file.targets, decodeList(bytes), file.phony);
}

/** gcc makes the directory of a module's interface, and those above it, when it cannot open the file. */
function directoryFor(path: ByteString): WrittenFile {
  const source = { kind: 'inline', bytes: Buffer.alloc(0) } as const;
  return { turn: 3, path: directoryOf(path), mode: 0o777, method: 'directory', source };
}

/** A list of paths as one stored file. */
export function encodeList(paths: readonly string[]): Buffer {
  return Buffer.from(paths.join('\0'), 'latin1');
}

/** The paths of such a file. */
export function decodeList(bytes: Buffer): string[] {
  return bytes.length === 0 ? [] : fromBuffer(bytes).split('\0');
}
