import type { RanMessage } from '../protocol/messages.ts';
import type { RunStep, Step } from '../protocol/steps.ts';
import type { ClaimList } from '../system/claims.ts';

/** One client that waits for its answer. */
export interface Conversation {
  /** Lets the client run a command; undefined when the client went away. */
  run(step: RunStep): Promise<RanMessage | undefined>;
  /**
   * Sends last steps that the client executes if all claims hold. Resolves to true when it did (or went away), and to
   * false when one does not hold: then nothing was executed, and the client waits for another answer.
   */
  offer(claims: readonly ClaimList[], steps: readonly Step[]): Promise<boolean>;
  /** Sends the last steps. The client executes them and closes the connection. */
  finish(steps: readonly Step[]): void;
}
