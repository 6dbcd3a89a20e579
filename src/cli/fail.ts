import { styleText } from 'node:util';

/** The word `error` as it stands out on a terminal; unchanged where stderr is none. */
export function alarm(text: string): string {
  // One format: with a list of them, Node 20 colours whatever the stream is.
  return styleText('red', text, { stream: process.stderr, validateStream: true });
}

/**
 * Says what went wrong in sccache's form.
 *
 * @returns the exit code: 2
 */
export function fail(message: string, cause?: string): number {
  process.stderr.write(`sccache: ${alarm('error')}: ${message}\n`);
  if (cause !== undefined) process.stderr.write(`sccache: caused by: ${cause}\n`);
  return 2;
}
