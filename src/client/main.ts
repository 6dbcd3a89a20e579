import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fromText } from '../util/bytes.ts';
import { converse, type Request } from './converse.ts';
import { understand } from './invocation.ts';
import { becomeProgram } from './run-program.ts';
import { locateSocket, requestHash } from './socket-path.ts';
import { awaitSilence, connectOrStart, connectWorker, startupTimeout } from './start-daemon.ts';

/**
 * The client where no native one could be built. The same behaviour (`native/` has the reasons), slower by Node's
 * start, and with limits of Node's: arguments and environment have to be UTF-8, and instead of becoming the compiler
 * it waits for it.
 */
async function main(): Promise<void> {
  const called = process.argv[1] ?? 'sccache';
  const ourselves = new Set([realpathSync(called), join(__dirname, 'sccache')]);
  const invocation = understand(called, process.argv.slice(2), process.env['PATH'], ourselves);
  if (invocation.kind === 'no-compiler') {
    process.stderr.write(
      `sccache: error: failed to execute compile\nsccache: caused by: cannot find binary path: ${invocation.name}\n`,
    );
    process.exit(2);
  }
  if (invocation.kind === 'control' || !process.env['SCCACHE_INNER']) await ask(invocation).catch(() => undefined);
  if (invocation.kind === 'compile') await becomeProgram(invocation.program, invocation.argv);
  else await becomeProgram(process.execPath, [process.execPath, join(__dirname, 'cli.cjs'), ...invocation.arguments]);
}

/** Talks to a daemon. Returns, or throws, when the original command is what is left to do. */
async function ask(request: Request): Promise<void> {
  const located = locateSocket(process.env, request.kind === 'compile');
  if (!located.ok) return;
  const path = located.value;
  const buildId = readFileSync(join(__dirname, 'build-id'), 'utf8').trim();
  if (request.kind === 'control') {
    const socket = await connectWorker(path, 0); // the main thread's: it answers for the daemon as a whole
    if (socket !== undefined) await converse(socket, request, buildId);
    return;
  }
  const hash = requestHash(fromText(process.cwd()), request.argv.map(fromText));
  const timeoutMs = startupTimeout(process.env);
  const start = { script: join(__dirname, 'daemon.cjs'), environment: process.env, timeoutMs };
  // Twice: the daemon of another build ends when it is asked, and then one of ours takes its place.
  for (let attempt = 0; attempt < 2; attempt++) {
    const socket = await connectOrStart(path, start, hash);
    if (!socket.ok || (await converse(socket.value, request, buildId)) !== 'other-version') return;
    if (!(await awaitSilence(path, timeoutMs))) return;
  }
}

void main();
