import type { RanMessage, RunStep, Step } from '../protocol/messages.ts';

/** One client that waits for its answer. */
export interface Conversation {
  /** Lets the client run a command; undefined when the client went away. */
  run(step: RunStep): Promise<RanMessage | undefined>;
  /** Sends the last steps. The client executes them and closes the connection. */
  finish(steps: readonly Step[]): void;
}
