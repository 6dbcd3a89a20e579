import { lstatSync, mkdirSync, readlinkSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { failure, type Result, success } from '../util/result.ts';

const DEFAULT_PORT = 4226;
const MAX_WORKERS = 1024;

/** What fits into `sun_path` with its NUL: 108 bytes on Linux, 104 elsewhere. */
const MAX_SOCKET_PATH = (process.platform === 'linux' ? 108 : 104) - 1;

/** The environment as far as it decides where the socket is. */
export type SocketEnvironment = Readonly<
  Partial<Record<'SCCACHE_SERVER_UDS' | 'SCCACHE_SERVER_PORT' | 'XDG_RUNTIME_DIR', string>>
>;

/**
 * Where the daemon's socket is; the rules are in `docs/architecture.md` and the same as the native client's.
 *
 * @param create whether the directory is created when it is missing
 * @returns the path, or why there is none that is safe to use
 */
export function locateSocket(environment: SocketEnvironment, create: boolean): Result<string, string> {
  const path = environment.SCCACHE_SERVER_UDS || inRuntimeDirectory(environment, create);
  if (typeof path !== 'string') return path;
  // From another directory it would be another socket, and the daemon runs in `/`.
  if (!isAbsolute(path)) return failure(`SCCACHE_SERVER_UDS is no absolute path: ${path}`);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return success(path);
  return failure(`the socket's path is longer than ${MAX_SOCKET_PATH} bytes: ${path}`);
}

function inRuntimeDirectory(environment: SocketEnvironment, create: boolean): string | Result<string, string> {
  const directory = runtimeDirectory(environment.XDG_RUNTIME_DIR, create);
  return directory.ok ? `${directory.value}/${portNumber(environment.SCCACHE_SERVER_PORT)}.sock` : directory;
}

/** The port only names the socket, for those who keep two daemons apart by it. */
function portNumber(text: string | undefined): number {
  const port = text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : DEFAULT_PORT;
  return port <= 65535 ? port : DEFAULT_PORT;
}

/** The socket of the worker that a request's hash selects. */
export function workerSocket(socketPath: string, hash: number): string {
  const worker = hash % workerCount(socketPath);
  return worker === 0 ? socketPath : `${socketPath}.${worker}`;
}

function workerCount(socketPath: string): number {
  try {
    const count = Number(readlinkSync(`${socketPath}.workers`));
    return Number.isInteger(count) && count >= 1 && count <= MAX_WORKERS ? count : 1;
  } catch {
    return 1;
  }
}

/** FNV-1a (32 bit) over the caller's directory and its arguments, each with a NUL behind it. */
export function requestHash(cwd: string, argv: readonly string[]): number {
  let hash = 2166136261;
  for (const text of [cwd, ...argv]) {
    for (const byte of Buffer.from(`${text}\0`, 'latin1')) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  }
  return hash;
}

function runtimeDirectory(runtime: string | undefined, create: boolean): Result<string, string> {
  // `su` and containers leave an XDG_RUNTIME_DIR that is another user's, or not there: then it is as if it were unset.
  const own = runtime !== undefined && isAbsolute(runtime) && belongsToUs(runtime);
  const directory = own ? `${runtime}/sccache` : `/tmp/sccache-${process.geteuid?.() ?? 0}`;
  if (create) {
    try {
      mkdirSync(directory, { mode: 0o700 });
    } catch {
      // Mostly because it is there already. Whatever is there is looked at next.
    }
  }
  return isPrivate(directory)
    ? success(directory)
    : failure(`${directory} is not a directory of this user that is closed to others`);
}

function belongsToUs(directory: string): boolean {
  const status = statSync(directory, { throwIfNoEntry: false });
  return status?.isDirectory() === true && status.uid === process.geteuid?.();
}

/** A link in the directory's place may be anybody's, hence lstat. */
function isPrivate(directory: string): boolean {
  const status = lstatSync(directory, { throwIfNoEntry: false });
  return status?.isDirectory() === true && status.uid === process.geteuid?.() && (status.mode & 0o077) === 0;
}
