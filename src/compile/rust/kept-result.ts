import { type RustDependencies, renderRustDependencies } from '../../compilers/rustc/dep-info.ts';
import type { StoredFile } from '../../storage/storage.ts';
import { type ByteString, toBuffer } from '../../util/bytes.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Spoken } from '../answer.ts';
import type { Kept } from '../compilation.ts';
import type { Reason } from '../outcome.ts';
import type { WrittenOutput } from '../outputs.ts';
import type { CompileServices } from '../services.ts';
import { boundPlaces, withBonds } from './bound-places.ts';
import { abstractDependencies } from './dependencies.ts';
import { DEPENDENCIES, REMOVED } from './hit.ts';
import { rustInputs } from './inputs/inputs.ts';
import type { LoadedCrates } from './inputs/loaded-crates.ts';
import { removedObjects } from './inputs/removed-objects.ts';
import { withRoles } from './messages.ts';
import type { RustParts } from './parts.ts';
import { renderedInputs } from './rendering.ts';
import type { WrittenFiles } from './written-files.ts';

const NOTHING = Buffer.alloc(0);

/** A compile that succeeded, with all that is to be known of it. */
export interface Finished {
  readonly streams: Spoken;
  readonly written: WrittenFiles;
  readonly dependencies: RustDependencies;
  readonly crates: ReturnType<LoadedCrates['find']>;
  /** What the linker says it read, where something was linked. */
  readonly linkList: Buffer | undefined;
  /** When it began, on the clock of file stamps. */
  readonly startedMs: number;
}

/** What goes into the store of a finished compile; the reason where an input cannot be told, or an output names one it must not. */
export function keptResult(finished: Finished, parts: RustParts, services: CompileServices): Result<Kept, Reason> {
  const { streams, written, dependencies } = finished;
  const { outputs, rendering } = parts;
  const stderr = withRoles(streams.stderr, outputs.files, dependencies.files);
  if (stderr === undefined) return failure('messages-name-output');
  const macros = services.rustMacros.libraries(parts.request.cwd, parts.parsed);
  const inputs = inputsOf(finished, macros, parts, services);
  if (!inputs.ok) return inputs;
  const contents = [...written.files.map(({ bytes }) => bytes), streams.stdout, stderr];
  const bound = boundPlaces(parts, dependencies, macros.length > 0, contents);
  return success({
    inputs: renderedInputs(withBonds(inputs.value, bound, parts, dependencies), stderr, rendering.form),
    files: storedFiles(finished, parts, services),
    stdout: streams.stdout,
    stderr,
  });
}

function inputsOf(
  finished: Finished,
  macros: readonly ByteString[],
  parts: RustParts,
  services: CompileServices,
): ReturnType<typeof rustInputs> {
  const { request, parsed, outputs, placement, absorbsCrates, command, key } = parts;
  const { dependencies, written, crates, linkList, startedMs } = finished;
  const { loadedCrates, rustMacros, records, files } = services;
  return rustInputs(
    {
      request,
      parsed,
      outputs: outputs.files,
      absorbsCrates,
      clippy: command.driver !== 'rustc',
      dependencies,
      metadata: metadataAmong(written.files),
      crates,
      cratesAssemble: loadedCrates.someAssembleFiles(request, parsed),
      places: placement.places,
      macros: rustMacros.ableAmong(macros),
      linkList,
      startedMs,
      sourceDigest: key.sourceDigest,
    },
    records,
    files,
  );
}

function storedFiles(finished: Finished, parts: RustParts, { files }: CompileServices): readonly StoredFile[] {
  const { written, dependencies, linkList } = finished;
  const { request, parsed, outputs, placement } = parts;
  const file = (role: string, mode: number, bytes: Buffer): StoredFile => {
    return { role, mode, content: { kind: 'inline', bytes } };
  };
  const linked = new Set(outputs.files.filter((output) => output.linked).map(({ role }) => role));
  const list = renderRustDependencies([], abstractDependencies(dependencies, placement.places));
  const removed = removedObjects(linkList, written.files, outputs, request, parsed, files);
  return [
    // Permission bits before the umask: what the linker makes can be executed.
    ...written.files.map(({ output, bytes }) => file(output.role, linked.has(output.role) ? 0o777 : 0o666, bytes)),
    ...written.directories.map((role) => file(role, 0o777, NOTHING)),
    file(DEPENDENCIES, 0o666, list),
    ...(removed.length > 0 ? [file(REMOVED, 0, toBuffer(removed.join('\n')))] : []),
  ];
}

/** The outputs that have metadata in them; where the metadata are written alone they are in no other. */
function metadataAmong(written: readonly WrittenOutput[]): readonly Buffer[] {
  const alone = written.filter(({ output }) => output.role === 'metadata');
  return (alone.length > 0 ? alone : written).map(({ bytes }) => bytes);
}
