import type { ParsedArguments, Refusal } from '../../compilers/arguments.ts';
import { parseArguments } from '../../compilers/c-family/parse.ts';
import type { ByteString } from '../../util/bytes.ts';
import { baseName, joinPath, resolveFrom } from '../../util/path.ts';
import type { Result } from '../../util/result.ts';
import type { Recognised } from '../compilation.ts';
import type { Conversation } from '../conversation.ts';
import { because, type Outcome } from '../outcome.ts';
import type { Request } from '../request.ts';
import type { CompileServices } from '../services.ts';
import { CFamilyCompilation } from './compilation.ts';
import { keyMaterial } from './key-material.ts';
import { messagesFor } from './messages.ts';
import type { CompilerKind, Toolchain } from './toolchain/toolchain.ts';

/**
 * Recognises gcc or clang, reads its arguments and makes the key.
 *
 * The arguments come first, read as those of the compiler that the name suggests: what is no compile with either of them
 * (a link, `--version`, `make`) needs no compiler to be asked. Only then is the program asked what it really is.
 */
export async function recogniseCFamily(
  request: Request,
  conversation: Conversation,
  services: CompileServices,
): Promise<Recognised> {
  const suggested: CompilerKind = baseName(request.program).includes('clang') ? 'clang' : 'gcc';
  const first = parseAs(suggested, baseName(request.program).includes('++'), request, services);
  if (!first.ok) return refused(first.error);

  const facts = await services.toolchains.facts(request, conversation);
  if (facts === 'gone') return { kind: 'abandoned' };
  if (facts === 'another-cache') return because('another-cache');
  if (facts === 'obscure-script') return because('compiler-not-understood');
  if (facts === undefined) return { kind: 'unsupported-compiler' };
  const read = parseAs(facts.kind, facts.plusplus, request, services);
  if (!read.ok) return refused(read.error);
  if (read.value.standardOutput && mixesStreams(request, services)) return because('mixed-streams');

  const toolchain = await services.toolchains.toolchain(request, facts, read.value, conversation);
  if (toolchain === 'gone') return { kind: 'abandoned' };
  if (toolchain === undefined) return because('compiler-not-understood');
  const input = read.value.sourceSearch ? searchedSource(request, read.value, toolchain, services) : read.value.input;
  if (input === undefined) return because('source-unreadable');

  // Options that we do not see may be about debug information, which names places and is made of options.
  const unseen = { embedsDirectory: true, embedsOutputPath: true, recordsSwitches: true };
  const parsed = { ...read.value, input, ...(toolchain.addsOptions ? unseen : undefined) };
  const messages = messagesFor(toolchain.kind, request, parsed);
  const key = keyMaterial(request, parsed, toolchain, messages.showsColour, services.records);
  if (!key.ok) return because(key.error);
  const parts = { request, parsed, facts, toolchain, messages, key: key.value };
  return { kind: 'compilation', compilation: new CFamilyCompilation(parts, services) };
}

/** The source of a header unit as the compiler finds and names it; undefined too where other directories exist now than it was asked of. */
function searchedSource(
  request: Request,
  { input, sourceSearch }: ParsedArguments,
  toolchain: Toolchain,
  { files, toolchains }: CompileServices,
): ByteString | undefined {
  if (input.startsWith('/')) return input;
  if (!toolchains.searchListHolds(request, toolchain)) return undefined;
  const { quote, angle } = toolchain.search;
  const directories = sourceSearch === 'quote' ? [...quote, ...angle] : angle;
  const places = directories.map((directory) => joinPath(directory, input));
  return places.find((path) => files.stat(resolveFrom(request.cwd, path))?.kind === 'file');
}

/**
 * Whether the caller has one file for both streams, or may have: then what a compile writes to them is seen in an order
 * that two captures do not tell.
 */
function mixesStreams({ pid }: Request, { files }: CompileServices): boolean {
  const [output, errors] = [1, 2].map((descriptor) => files.stat(`/proc/${pid}/fd/${descriptor}`));
  if (output === undefined || errors === undefined) return true;
  return output.inode === errors.inode && output.device === errors.device;
}

function parseAs(
  kind: CompilerKind,
  plusplus: boolean,
  request: Request,
  services: CompileServices,
): Result<ParsedArguments, Refusal> {
  const { cwd, environment } = request;
  const readFile = (path: string): Buffer | undefined => services.files.read(resolveFrom(cwd, path))?.bytes;
  return parseArguments(kind, { plusplus, cwd, readFile, environment }, request.argv.slice(1));
}

function refused(refusal: Refusal): Outcome {
  return refusal.kind === 'not-compilation'
    ? { kind: 'not-compilation' }
    : { kind: 'cannot-cache', reason: refusal.reason };
}
