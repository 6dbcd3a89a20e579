import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, type Result, success } from '../util/result.ts';
import { workerSocket } from './socket-path.ts';

const RETRY_MS = 10;
/** A lock older than this is one whose taker was stopped or is on a machine that is gone. */
const STALE_LOCK_MS = 30_000;

/** How to start a daemon. */
export interface DaemonStart {
  /** The daemon's bundle. */
  readonly script: string;
  /** The daemon's environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds until it has to listen. */
  readonly timeoutMs: number;
}

/** How long a daemon may take to start: `SCCACHE_STARTUP_TIMEOUT_MS`, 10 s when it is not set. */
export function startupTimeout(environment: NodeJS.ProcessEnv): number {
  const text = environment['SCCACHE_STARTUP_TIMEOUT_MS'];
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : 10_000;
}

/** Connects to a running daemon; undefined when none listens. The socket is paused. */
export function connectDaemon(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => resolve(socket.removeAllListeners('error')));
    socket.once('error', () => resolve(undefined));
  });
}

/** Connects to the worker that the hash selects, or to the first one; undefined when no daemon listens. */
export async function connectWorker(socketPath: string, hash: number): Promise<Socket | undefined> {
  const path = workerSocket(socketPath, hash);
  return (path === socketPath ? undefined : await connectDaemon(path)) ?? (await connectDaemon(socketPath));
}

/** Connects to the running daemon, or to one that is started for it. The failure says why there is none. */
export async function connectOrStart(
  socketPath: string,
  start: DaemonStart,
  hash = 0,
): Promise<Result<Socket, string>> {
  const running = await connectWorker(socketPath, hash);
  if (running !== undefined) return success(running);
  const started = await startDaemon(socketPath, start);
  if (!started.ok) return started;
  const socket = await connectWorker(socketPath, hash);
  return socket === undefined ? failure('the daemon is listening but does not answer') : success(socket);
}

/**
 * Starts a daemon under the start lock, or waits for the one that another client is starting.
 *
 * @returns `started`: by us; `running`: there was one, or somebody else has started it
 */
export async function startDaemon(
  socketPath: string,
  start: DaemonStart,
): Promise<Result<'started' | 'running', string>> {
  const lock = `${socketPath}.lock`;
  for (const deadline = Date.now() + start.timeoutMs; Date.now() < deadline; await sleep(RETRY_MS)) {
    const taken = takeLock(lock);
    if (taken === 'taken') {
      try {
        return (await isListening(socketPath)) ? success('running') : await spawnDaemon(socketPath, start, deadline);
      } finally {
        removeLock(lock);
      }
    }
    if (taken !== 'EEXIST') return failure(`cannot create ${lock}: ${taken}`);
    if (await isListening(socketPath)) return success('running');
    if (isStale(lock)) removeLock(lock);
  }
  return failure(`no daemon listens on ${socketPath} after ${start.timeoutMs} ms`);
}

/** Waits until no daemon listens any more: a draining one gives up its socket first. False: it still does. */
export async function awaitSilence(socketPath: string, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(RETRY_MS)) {
    if (!(await isListening(socketPath))) return true;
  }
  return false;
}

async function isListening(socketPath: string): Promise<boolean> {
  const socket = await connectDaemon(socketPath);
  socket?.destroy();
  return socket !== undefined;
}

/** `taken`, or the code of the error. */
function takeLock(lock: string): string {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
    return 'taken';
  } catch (error) {
    return errorCode(error);
  }
}

function removeLock(lock: string): void {
  try {
    unlinkSync(lock);
  } catch {
    // Somebody else found it stale.
  }
}

/** Whether the lock's taker is gone. Two clients may find that at once: the second daemon sees the first and ends. */
function isStale(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > STALE_LOCK_MS) return true;
    const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    return pid > 0 && !isAlive(pid);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

async function spawnDaemon(
  socketPath: string,
  start: DaemonStart,
  deadline: number,
): Promise<Result<'started' | 'running', string>> {
  const errors = openErrorLog(start.environment['SCCACHE_ERROR_LOG']) ?? 'ignore';
  const daemon = spawn(process.execPath, [start.script, socketPath], {
    cwd: '/',
    detached: true,
    env: start.environment,
    stdio: ['ignore', 'ignore', errors, 'pipe'],
  });
  if (typeof errors === 'number') closeSync(errors);
  const unstartable = new Promise<string>((resolve) => daemon.once('error', (error) => resolve(`E${error.message}`)));
  daemon.unref();
  const pipe = daemon.stdio[3];
  if (!(pipe instanceof Readable)) return failure(await unstartable);
  const notice = await Promise.race([unstartable, readNotice(pipe, deadline)]);
  pipe.destroy();
  if (notice.startsWith('L')) return success('started');
  if (notice.startsWith('A')) return success('running');
  return failure(notice.startsWith('E') ? notice.slice(1) : 'the daemon ended, or did not listen in time');
}

/** Where the daemon's messages go. That a file cannot be written the daemon says itself. */
function openErrorLog(path: string | undefined): number | undefined {
  try {
    return path ? openSync(path, 'a') : undefined;
  } catch {
    return undefined;
  }
}

/** `L`, `A`, or all of an `E` message; '' when the daemon ended, or said nothing before the deadline. */
async function readNotice(pipe: Readable, deadline: number): Promise<string> {
  const timer = setTimeout(() => pipe.destroy(), Math.max(0, deadline - Date.now()));
  let notice = '';
  try {
    for await (const chunk of pipe) {
      notice += String(chunk);
      if (!notice.startsWith('E')) break;
    }
  } catch {
    // Destroyed at the deadline: what came until then has to do.
  } finally {
    clearTimeout(timer);
  }
  return notice;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
