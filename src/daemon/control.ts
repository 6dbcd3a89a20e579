import { interpretControl } from '../cli/control.ts';
import type { Conversation } from '../compile/conversation.ts';
import type { ControlRequest, Step } from '../protocol/messages.ts';
import type { StatisticsReport } from '../stats/counters.ts';
import { reportJson } from '../stats/report-json.ts';
import { reportText } from '../stats/report-text.ts';
import { toText } from '../util/bytes.ts';

/** What control requests may do with the daemon. */
export interface ControlTarget {
  statistics(): Promise<StatisticsReport>;
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
  if (command === 'cli') return conversation.finish([{ step: 'cli' }]);
  switch (command.kind) {
    case 'show-stats': {
      const report = await target.statistics();
      const text = command.format === 'json' ? reportJson(report) : reportText(report, command.advanced);
      return conversation.finish(say(text, ''));
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
