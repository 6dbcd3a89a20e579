import { openSync, writeSync } from 'node:fs';

/** Where the daemon says what happens. */
export interface Log {
  debug(topic: string, detail: string): void;
  info(topic: string, detail: string): void;
  warn(topic: string, detail: string): void;
  error(topic: string, detail: string): void;
}

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * The log that `SCCACHE_LOG` (level) and `SCCACHE_ERROR_LOG` (file) ask for. Without either there is none, and pino is
 * never loaded (12 ms of a start that clients wait for).
 *
 * @param level what `SCCACHE_LOG` says; env_logger's `sccache=debug` is understood
 */
export async function openLog(level: string | undefined, file: string | undefined): Promise<Log> {
  if (level === undefined && file === undefined) return SILENT;
  const { pino } = await import('pino');
  const destination = file === undefined ? 2 : openSync(file, 'a', 0o600);
  const stream = { write: (line: string): void => void writeSync(destination, line) };
  const logger = pino({ level: levelOf(level), base: { pid: process.pid } }, stream);
  return {
    debug: (topic, detail) => logger.debug({ topic }, detail),
    info: (topic, detail) => logger.info({ topic }, detail),
    warn: (topic, detail) => logger.warn({ topic }, detail),
    error: (topic, detail) => logger.error({ topic }, detail),
  };
}

function levelOf(filter: string | undefined): string {
  const level = (filter ?? 'warn').split(',')[0]?.split('=').at(-1)?.toLowerCase() ?? 'warn';
  if (level === 'off') return 'silent';
  return ['trace', 'debug', 'info', 'warn', 'error'].includes(level) ? level : 'info';
}
