import type { Surroundings } from '../key/circumstances.ts';
import type { Compilation } from './compilation.ts';
import type { Conversation } from './conversation.ts';
import { type Request, surroundingsOf } from './request.ts';
import type { CompileServices } from './services.ts';
import type { Stopwatch } from './stopwatch.ts';

/** One request on its way through: what was asked, who waits, since when, and what there is to answer it with. */
export interface Exchange {
  readonly request: Request;
  readonly conversation: Conversation;
  readonly stopwatch: Stopwatch;
  readonly services: CompileServices;
}

/** From where a compile of this request sees the world now. */
export function seenNow(compilation: Compilation, { request, services }: Exchange): Surroundings {
  return surroundingsOf(request, services.wallClock(), compilation);
}
