import { closeSync, writeSync } from 'node:fs';

/** The writing end of the pipe on which whoever started the daemon waits. */
const READINESS_DESCRIPTOR = 3;

export type Readiness =
  | { readonly kind: 'listening' }
  /** Another daemon answers on that socket. */
  | { readonly kind: 'already-running' }
  | { readonly kind: 'failed'; readonly detail: string };

/** Tells the starter, once. A daemon started by hand has nobody to tell. */
export function reportReadiness(readiness: Readiness): void {
  const text = { listening: 'L', 'already-running': 'A', failed: 'E' }[readiness.kind];
  try {
    writeSync(READINESS_DESCRIPTOR, readiness.kind === 'failed' ? text + readiness.detail : text);
    closeSync(READINESS_DESCRIPTOR);
  } catch {
    // EBADF: no such pipe; EPIPE: the starter gave up
  }
}
