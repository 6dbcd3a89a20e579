import type { RanMessage } from '../protocol/messages.ts';
import type { Step } from '../protocol/steps.ts';

/** What a compile said. */
export interface Spoken {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** The two captured streams, undefined when one was too long to be sent. */
export function capturedStreams(ran: RanMessage): Spoken | undefined {
  if (ran.stdout.kind !== 'bytes' || ran.stderr.kind !== 'bytes') return undefined;
  return { stdout: ran.stdout.bytes, stderr: ran.stderr.bytes };
}

/** Ends the client as the compiler ended. */
export function exitStep(ran: RanMessage): Step {
  return { step: 'exit', kind: ran.kind === 'signal' ? 'signal' : 'code', value: ran.value };
}

/** The last steps after a compile whose messages the caller has not seen yet. */
export function speak(spoken: Spoken, exit: Step): readonly Step[] {
  return spoken.stdout.length + spoken.stderr.length > 0 ? [{ step: 'print', ...spoken }, exit] : [exit];
}
