import { openSync, writeSync } from 'node:fs';

/** Where the daemon says what happens. */
export interface Log {
  debug(topic: string, detail: string): void;
  info(topic: string, detail: string): void;
  warn(topic: string, detail: string): void;
  error(topic: string, detail: string): void;
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A log, and why there is none although one was asked for. */
export interface OpenedLog {
  readonly log: Log;
  readonly problem: string | undefined;
}

/**
 * The log that `SCCACHE_LOG` (level) and `SCCACHE_ERROR_LOG` (file) ask for. Without either there is none, and pino is
 * never loaded (12 ms of a start that clients wait for).
 *
 * @param level what `SCCACHE_LOG` says; env_logger's `sccache=debug` is understood
 */
export async function openLog(level: string | undefined, file: string | undefined): Promise<OpenedLog> {
  if (level === undefined && file === undefined) return { log: SILENT, problem: undefined };
  const destination = file === undefined ? 2 : openFile(file);
  if (typeof destination === 'string') {
    return { log: SILENT, problem: `SCCACHE_ERROR_LOG is '${file}': nothing is logged: ${destination}` };
  }
  const { pino } = await import('pino');
  const stream = { write: (line: string): void => void writeSync(destination, line) };
  const logger = pino({ level: levelOf(level), base: { pid: process.pid } }, stream);
  const log: Log = {
    debug: (topic, detail) => logger.debug({ topic }, detail),
    info: (topic, detail) => logger.info({ topic }, detail),
    warn: (topic, detail) => logger.warn({ topic }, detail),
    error: (topic, detail) => logger.error({ topic }, detail),
  };
  return { log, problem: undefined };
}

/** Its descriptor, or what is wrong: a daemon without a log is better than none. */
function openFile(path: string): number | string {
  try {
    return openSync(path, 'a', 0o600);
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

function levelOf(filter: string | undefined): string {
  const level = (filter ?? 'warn').split(',')[0]?.split('=').at(-1)?.toLowerCase() ?? 'warn';
  if (level === 'off') return 'silent';
  return ['trace', 'debug', 'info', 'warn', 'error'].includes(level) ? level : 'info';
}
