import type { ParsedArguments, Refusal } from '../compilers/arguments.ts';
import { parseArguments } from '../compilers/c-family/parse.ts';
import { baseName, resolveFrom } from '../util/path.ts';
import type { Result } from '../util/result.ts';
import type { Conversation } from './conversation.ts';
import { because, type Outcome } from './outcome.ts';
import type { Request } from './request.ts';
import type { CompileServices } from './services.ts';
import type { CompilerFacts, CompilerKind, Toolchain } from './toolchain.ts';

/** A compile that can be cached, or how the request ends without one. */
export type Recognised =
  | {
      readonly kind: 'compilation';
      readonly parsed: ParsedArguments;
      readonly facts: CompilerFacts;
      readonly toolchain: Toolchain;
    }
  | Outcome;

/**
 * Recognises the compiler and reads its arguments.
 *
 * The arguments come first, read as those of the compiler that the name suggests: what is no compile with either of them
 * (a link, `--version`, `make`) needs no compiler to be asked. Only then is the program asked what it really is.
 */
export async function recognise(
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
  if (facts === undefined) return { kind: 'unsupported-compiler' };
  const parsed = parseAs(facts.kind, facts.plusplus, request, services);
  if (!parsed.ok) return refused(parsed.error);

  const toolchain = await services.toolchains.toolchain(request, facts, parsed.value, conversation);
  if (toolchain === 'gone') return { kind: 'abandoned' };
  if (toolchain === undefined) return because('compiler-not-understood');
  return { kind: 'compilation', parsed: parsed.value, facts, toolchain };
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
