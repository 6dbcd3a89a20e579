import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { loadConfig } from '../config/load.ts';
import { Upkeep } from '../storage/local/upkeep.ts';
import { fromText } from '../util/bytes.ts';
import { openLog } from './log.ts';
import type { UpkeepMessage, UpkeepRests, UpkeepState } from './upkeep.ts';

/** Where compilers want the processor they get nine tenths of it. */
const NICE = 10;

/** The life of the thread that looks after the cache directory. */
export async function runUpkeepThread(): Promise<void> {
  const config = await loadConfig(process.env);
  if (!config.ok || parentPort === null) throw new Error('the upkeep is started by the daemon');
  const port = parentPort;
  const earlier: UpkeepMessage[] = [];
  const keep = (message: UpkeepMessage): number => earlier.push(message);
  port.on('message', keep);
  stepBack();
  const { cacheDirectory, cacheLimitBytes, readOnly, logFilter, errorLog } = config.value;
  const { log } = await openLog(logFilter, errorLog);
  const directory = fromText(cacheDirectory);
  const note = (topic: string, detail: string): void => log.warn(topic, detail);
  const upkeep = await Upkeep.open({ directory, limitBytes: cacheLimitBytes, readOnly, note });
  port.off('message', keep);
  port.on('message', hear);
  let heard = 0;
  for (const message of earlier) hear(message);

  function hear(message: UpkeepMessage): void {
    heard++;
    if ('ask' in message) void answer(message);
    else if (message.tell === 'changed') upkeep.changed(message.change);
    else if (message.tell === 'damaged') upkeep.damaged();
    else void beIdle(message.idle);
  }

  async function beIdle(idle: boolean): Promise<void> {
    const isDone = await upkeep.setIdle(idle);
    if (isDone) port.postMessage({ heard, damagedFiles: upkeep.damagedFiles } satisfies UpkeepRests);
  }

  async function answer({ ask, id }: Extract<UpkeepMessage, { ask: string }>): Promise<void> {
    if (ask === 'zero') upkeep.zero();
    if (ask === 'close') await upkeep.close();
    const bytes = ask === 'state' ? await upkeep.bytes() : undefined;
    port.postMessage({ id, bytes, damagedFiles: upkeep.damagedFiles } satisfies UpkeepState);
  }
}

/** Linux has priorities by thread (0 is the calling one); elsewhere this would slow down the whole daemon. */
function stepBack(): void {
  if (process.platform === 'linux') setPriority(0, NICE);
}
