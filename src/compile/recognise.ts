import { recogniseCFamily } from './c-family/recognise.ts';
import type { Recognised } from './compilation.ts';
import type { Conversation } from './conversation.ts';
import type { Request } from './request.ts';
import { rustCommand } from './rust/command.ts';
import { recogniseRust } from './rust/recognise.ts';
import type { CompileServices } from './services.ts';

/** Finds the family of compilers that a request belongs to, and lets it make a compilation of it. */
export function recognise(
  request: Request,
  conversation: Conversation,
  services: CompileServices,
): Promise<Recognised> {
  const rust = rustCommand(request);
  if (rust !== undefined) return recogniseRust(request, rust, conversation, services);
  return recogniseCFamily(request, conversation, services);
}
