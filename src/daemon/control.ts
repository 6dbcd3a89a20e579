import { interpretControl } from '../cli/control.ts';
import type { Conversation } from '../compile/conversation.ts';
import type { ControlRequest } from '../protocol/messages.ts';
import type { Step } from '../protocol/steps.ts';
import type { StatisticsReport } from '../stats/counters.ts';
import { renderReport } from '../stats/formats.ts';
import { reportText } from '../stats/report-text.ts';
import { toText } from '../util/bytes.ts';
import type { CallerSettings } from './caller-settings.ts';

/** Which statistics are asked for. */
export interface StatisticsQuery {
  /** Of the compiles of one build only. */
  readonly session?: string | undefined;
  /** With what takes a look into the cache. */
  readonly advanced?: boolean;
}

/** What control requests may do with the daemon. */
export interface ControlTarget {
  /** Resolves when what was answered is stored and written down, or soon if that takes long. */
  settled(): Promise<void>;
  /** @param caller who wants to know how its settings stand to the daemon's */
  statistics(caller?: ControlRequest, query?: StatisticsQuery): Promise<StatisticsReport>;
  callerSettings(caller: ControlRequest): Promise<CallerSettings>;
  zeroStatistics(): Promise<void>;
  /** Lets no new client find this daemon; resolves when all is stored, or soon if a compile takes long. */
  stop(): Promise<void>;
}

/** Answers `--show-stats` and its like for a client that found this daemon. */
export async function answerControl(
  request: ControlRequest,
  conversation: Conversation,
  target: ControlTarget,
): Promise<void> {
  const command = interpretControl(request.arguments.map(toText));
  if (command === 'cli') {
    await target.settled(); // it may be about to read the journal
    return conversation.finish([{ step: 'cli' }]);
  }
  switch (command.kind) {
    case 'show-stats': {
      const report = await target.statistics(request, command);
      return conversation.finish(say(renderReport(report, command.format, command.advanced), ''));
    }
    case 'compare-settings': {
      const { differences } = await target.callerSettings(request);
      return conversation.finish(say(differences.map((difference) => `${difference}\n`).join(''), ''));
    }
    case 'zero-stats':
      await target.zeroStatistics();
      return conversation.finish(say('', 'Statistics zeroed.\n'));
    case 'stop-server': {
      const report = await target.statistics();
      await target.stop();
      return conversation.finish(say(`Stopping sccache server...\n${reportText(report, false)}`, ''));
    }
  }
}

function say(stdout: string, stderr: string): readonly Step[] {
  return [
    { step: 'print', stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) },
    { step: 'exit', kind: 'code', value: 0 },
  ];
}
