import type { Refusal } from '../../compilers/arguments.ts';
import type { RustArguments } from '../../compilers/rustc/arguments.ts';
import { crateAttributes } from '../../compilers/rustc/crate-attributes.ts';
import { type CrateIdentity, rustOutputs, withoutExtension } from '../../compilers/rustc/outputs.ts';
import { parseRustArguments } from '../../compilers/rustc/parse.ts';
import { baseDirectoriesFor } from '../../config/base-directories.ts';
import { requestSwitches } from '../../config/request-switches.ts';
import type { SourceFiles } from '../../system/source-files.ts';
import { baseName, resolveFrom } from '../../util/path.ts';
import type { Recognised } from '../compilation.ts';
import type { Conversation } from '../conversation.ts';
import { because, type Outcome } from '../outcome.ts';
import type { Request } from '../request.ts';
import type { CompileServices } from '../services.ts';
import type { RustCommand } from './command.ts';
import { RustCompilation } from './compilation.ts';
import { linkingOf } from './inputs/linking.ts';
import { absorbsCrates, needsLinker, rustKey, targetFiles } from './key-material.ts';
import { placementOf } from './placement.ts';
import { renderingOf } from './rendering.ts';
import { scriptsAmong } from './scripts.ts';

/** Reads a call of rustc and makes the key. What is no compile needs no compiler to be asked. */
export async function recogniseRust(
  request: Request,
  command: RustCommand,
  conversation: Conversation,
  services: CompileServices,
): Promise<Recognised> {
  const { files, records } = services;
  const parsed = parseRustArguments(command.arguments, (path) => files.read(resolveFrom(request.cwd, path))?.bytes);
  if (!parsed.ok) return refused(parsed.error);
  if (parsed.value.incrementalDirectory !== undefined && !requestSwitches(request.env).keepsIncremental) {
    return { kind: 'cannot-cache', reason: 'incremental' };
  }
  if (request.terminals.stdout && writesToStandardOutput(parsed.value)) return because('terminal-messages');
  const crate = crateIdentity(request, parsed.value, files);
  if (crate === undefined) return because('crate-attributes');

  const { target } = parsed.value;
  const sysroot = parsed.value.sysroot === undefined ? '' : resolveFrom(request.cwd, parsed.value.sysroot);
  // A specification in a file has libraries of its own, which are named as crates.
  const named = targetFiles(request, parsed.value, files).length > 0 ? '' : (target ?? '');
  const programs = [request.program, ...(command.inner === undefined ? [] : [command.inner])];
  const before = scriptsAmong(programs, request, services);
  if (before === undefined) return because('compiler-not-understood');
  const asked = { target: named, sysroot };
  const toolchain = await services.rustToolchains.toolchain(request, command, asked, before, conversation);
  if (toolchain === 'gone') return { kind: 'abandoned' };
  if (toolchain === undefined) return because('compiler-not-understood');

  // What a script has written when it was asked is nothing that it goes by.
  if (before.id !== '') for (const program of programs) services.wrapperScripts.noteWritten(program, request);
  const scripted = before.id === '' ? before : scriptsAmong(programs, request, services);
  if (scripted === undefined) return because('compiler-not-understood');

  const rendering = renderingOf(request, parsed.value, toolchain);
  if (rendering === undefined) return because('terminal-messages');
  const outputs = rustOutputs(parsed.value, crate, toolchain.host);
  if (!outputs.ok) return refused(outputs.error);
  const linking = needsLinker(parsed.value, crate) ? linkingOf(request, parsed.value, toolchain, services) : undefined;
  if (linking && !linking.ok) return because(linking.error);
  const bases = baseDirectoriesFor(request.environment, services.baseDirectories);
  const placement = placementOf(request, parsed.value, toolchain.sysroot, bases);
  const key = rustKey(
    request,
    parsed.value,
    crate,
    { toolchain, scripted, clippy: command.driver !== 'rustc' },
    linking?.value,
    placement,
    records,
    files,
  );
  if (!key.ok) return because(key.error);
  const parts = {
    request,
    command,
    parsed: parsed.value,
    outputs: outputs.value,
    linking: linking?.value,
    absorbsCrates: absorbsCrates(parsed.value, crate),
    placement,
    rendering,
    key: key.value,
  };
  return { kind: 'compilation', compilation: new RustCompilation(parts, services) };
}

/** Name and types of the crate; undefined when something in its source decides about them that we do not understand. */
function crateIdentity(request: Request, parsed: RustArguments, files: SourceFiles): CrateIdentity | undefined {
  const types = parsed.test ? (['bin'] as const) : parsed.crateTypes;
  if (parsed.crateName !== undefined && types.length > 0) {
    return { name: parsed.crateName, stem: parsed.crateName, types, named: true };
  }
  if (parsed.keyArguments.some((word) => /^crate-attr=.*crate_/s.test(word))) return undefined;
  const source = files.read(resolveFrom(request.cwd, parsed.input))?.bytes;
  const attributes = source && crateAttributes(source);
  if (attributes === undefined) return undefined;
  const stem = parsed.crateName ?? attributes.name ?? withoutExtension(baseName(parsed.input));
  const said = types.length > 0 ? types : attributes.types;
  return {
    name: stem.replaceAll('-', '_'),
    stem,
    types: said.length > 0 ? said : ['bin'],
    named: (parsed.crateName ?? attributes.name) !== undefined,
  };
}

/** There binary outputs are an error. */
function writesToStandardOutput({ outputFile, emits }: RustArguments): boolean {
  return outputFile === '-' || [...emits.values()].includes('-');
}

function refused(refusal: Refusal): Outcome {
  return refusal.kind === 'not-compilation'
    ? { kind: 'not-compilation' }
    : { kind: 'cannot-cache', reason: refusal.reason };
}
