import { requestSwitches } from '../config/request-switches.ts';
import type { Step } from '../protocol/messages.ts';
import { resolveFrom } from '../util/path.ts';
import type { Answered, Compilation } from './compilation.ts';
import { compileOnce } from './compile-once.ts';
import type { Conversation } from './conversation.ts';
import { hitSteps } from './hit.ts';
import { keyMaterial } from './key-material.ts';
import { messagesFor } from './messages.ts';
import { NOWHERE } from './miss.ts';
import { because, type Outcome } from './outcome.ts';
import { recognise } from './recognise.ts';
import type { Request } from './request.ts';
import type { CompileServices } from './services.ts';
import { subjectOf } from './subject.ts';

const EXEC: readonly Step[] = [{ step: 'exec' }];

/**
 * The life of one request: recognise the compiler and read its arguments, make the key, look up; place what was found,
 * or let the client compile once and keep the result.
 *
 * The client has its last answer when this returns. Nothing is thrown but for bugs.
 */
export async function compile(
  request: Request,
  conversation: Conversation,
  services: CompileServices,
): Promise<Answered> {
  const leave = (outcome: Outcome): Answered => {
    conversation.finish(EXEC);
    return { outcome, stored: undefined };
  };
  const switches = requestSwitches(request.env);
  if (switches.noCache) return leave({ kind: 'bypassed' });
  if (seesOtherFiles(request, services)) return leave(because('other-mount-namespace'));

  const recognised = await recognise(request, conversation, services);
  if (recognised.kind !== 'compilation') return leave(recognised);
  const { parsed, toolchain, facts } = recognised;
  const messages = messagesFor(toolchain.kind, request, parsed);
  const key = keyMaterial(request, parsed, toolchain, messages.showsColour, services.records);
  if (!key.ok) return leave(because(key.error));

  const compilation: Compilation = { request, parsed, facts, toolchain, messages, key: key.value };
  if (!switches.recache) {
    await services.inFlight.settled(key.value.manifestKey);
    const steps = await lookUp(compilation, services);
    if (steps) {
      conversation.finish(steps);
      const micros = Math.round((services.now() - request.arrivedMs) * 1000);
      return { outcome: { kind: 'hit', subject: subjectOf(parsed, toolchain), micros }, stored: undefined };
    }
  }
  return compileOnce(compilation, switches.recache, conversation, services);
}

/** A caller in a container or sandbox may see other files under the same names. */
function seesOtherFiles(request: Request, services: CompileServices): boolean {
  const { mountNamespace } = request;
  return mountNamespace !== 0 && services.mountNamespace !== 0 && mountNamespace !== services.mountNamespace;
}

/**
 * A fifo or a device as output: GNU as fails on what it cannot seek in, clang does not; so the compiler itself writes there.
 * `/dev/null` is the one that all of them can.
 */
function writesToSpecialFile({ request, parsed }: Compilation, { files }: CompileServices): boolean {
  const outputs = parsed.dependencyFile ? [...parsed.outputs, parsed.dependencyFile] : parsed.outputs;
  return outputs.some(({ path }) => path !== NOWHERE && files.stat(resolveFrom(request.cwd, path))?.kind === 'other');
}

/** The steps of a hit, undefined on a miss. A damaged entry is a miss. */
async function lookUp(compilation: Compilation, services: CompileServices): Promise<readonly Step[] | undefined> {
  const { request, parsed, toolchain, messages, key } = compilation;
  const found = await services.manifests.find(key.manifestKey, request.cwd);
  if (found === undefined) return undefined;
  if (writesToSpecialFile(compilation, services)) return undefined;
  const result = await services.storage.getResult(found.resultKey);
  if (!result.ok) services.note('entry', result.error.detail);
  if (!result.ok || result.value === undefined) {
    services.manifests.forget(key.manifestKey);
    return undefined;
  }
  return hitSteps(toolchain.kind, parsed, messages, result.value);
}
