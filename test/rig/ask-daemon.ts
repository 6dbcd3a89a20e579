import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { FrameSplitter } from '../../src/protocol/frame.ts';
import { encodeClientMessage, PROTOCOL_VERSION } from '../../src/protocol/messages.ts';
import { decodeDaemonFrame } from '../../src/protocol/steps.ts';
import { DIST } from './clients.ts';

/** What a running daemon prints for a control command, asked without a client: tests ask after every step. */
export function askDaemon(socketPath: string, ...words: string[]): Promise<string> {
  const buildId = readFileSync(join(DIST, 'build-id'), 'latin1').trim();
  const terminals = { stdin: false, stdout: false, stderr: false };
  return new Promise((resolve, reject) => {
    const splitter = new FrameSplitter();
    const socket = connect(socketPath, () => {
      socket.write(encodeClientMessage({ type: 'hello', version: PROTOCOL_VERSION, buildId }));
      socket.write(encodeClientMessage({ type: 'control', terminals, cwd: '/', arguments: words, env: [] }));
    });
    socket.setTimeout(20_000, () => socket.destroy(new Error('the daemon does not answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the daemon closed the connection')));
    socket.on('data', (chunk) => {
      const frames = splitter.push(chunk);
      const [frame] = frames.ok ? frames.value : [];
      if (frame === undefined) return;
      const message = decodeDaemonFrame(frame);
      const steps = message.ok && message.value.type === 'steps' ? message.value.steps : [];
      const printed = steps.find((step) => step.step === 'print');
      if (printed) resolve(printed.stdout.toString());
      else reject(new Error(`no answer to ${words.join(' ')}`));
      socket.destroy();
    });
  });
}
