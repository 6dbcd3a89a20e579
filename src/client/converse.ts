import { openSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { isAbsolute } from 'node:path';
import { isatty, WriteStream } from 'node:tty';
import { FrameSplitter } from '../protocol/frame.ts';
import { type ClientMessage, encodeClientMessage, PROTOCOL_VERSION, type Terminals } from '../protocol/messages.ts';
import { type DaemonMessage, decodeDaemonFrame, REFUSED_VERSION, type Step } from '../protocol/steps.ts';
import { claimsHold } from '../system/claims.ts';
import { fromText } from '../util/bytes.ts';
import { Capture, writeFully } from './capture.ts';
import type { Invocation } from './invocation.ts';
import { placeFiles } from './place-files.ts';
import { dieOf, runProgram } from './run-program.ts';
import { stripEscapes } from './terminal-escapes.ts';

const FIRST_ANSWER_MS = 10_000;
/** Behind a compile: the daemon collects and stores its outputs before it answers. */
const NEXT_ANSWER_MS = 60_000;

export type Request = Exclude<Invocation, { kind: 'no-compiler' }>;

/** Why a conversation ended without a terminal step. */
export type Verdict = 'fall-back' | 'other-version';

/**
 * Sends the request and does what the daemon says; a terminal step ends the process. Returns when the original command
 * is what is left to do.
 */
export async function converse(socket: Socket, request: Request, buildId: string): Promise<Verdict> {
  const captures: [Capture, Capture] = [new Capture(), new Capture()];
  const messages = new Messages(socket);
  try {
    const hello = encodeClientMessage({ type: 'hello', version: PROTOCOL_VERSION, buildId: `${buildId}+ts` });
    socket.write(Buffer.concat([hello, encodeClientMessage(toMessage(request))]));
    for (let wait = FIRST_ANSWER_MS; ; wait = NEXT_ANSWER_MS) {
      const message = await messages.next(answerTimeout(wait));
      if (message?.type === 'refused') return message.reason === REFUSED_VERSION ? 'other-version' : 'fall-back';
      if (message === undefined || !(await perform(message.steps, socket, captures))) return 'fall-back';
    }
  } finally {
    socket.destroy();
    for (const capture of captures) capture.close();
  }
}

/** `SCCACHE_CLIENT_TIMEOUT_MS` replaces every deadline of an answer. */
function answerTimeout(usual: number): number {
  const text = process.env['SCCACHE_CLIENT_TIMEOUT_MS'];
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : usual;
}

function toMessage(request: Request): ClientMessage {
  const terminals = { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) };
  const cwd = fromText(process.cwd());
  const env = Object.entries(process.env).map(([name, value]) => fromText(`${name}=${value ?? ''}`));
  if (request.kind === 'control') {
    return { type: 'control', terminals, cwd, arguments: request.arguments.map(fromText), env };
  }
  const program = isAbsolute(request.program) ? request.program : `${process.cwd()}/${request.program}`;
  return {
    type: 'compile',
    pid: process.pid,
    umask: process.umask(),
    terminals,
    columns: terminalColumns(terminals),
    mountNamespace: statSync('/proc/self/ns/mnt', { throwIfNoEntry: false })?.ino ?? 0,
    cwd,
    program: fromText(program),
    argv: request.argv.map(fromText),
    env,
  };
}

/** As the native client tells it: asked in the order in which rustc does. */
function terminalColumns({ stdin, stdout, stderr }: Terminals): number {
  const path = stdout ? '/dev/fd/1' : stdin ? '/dev/fd/0' : stderr ? '/dev/fd/2' : '/dev/tty';
  try {
    // Another opening of the terminal: closing this one leaves the stream as it is.
    const terminal = new WriteStream(openSync(path, 'r+'));
    const [columns, rows] = terminal.getWindowSize();
    terminal.destroy();
    return rows > 0 ? columns : 0;
  } catch {
    return 0; // there is none
  }
}

/** Carries out the steps of one frame, or those before a `check` that fails; false when the original command is to run. */
async function perform(steps: readonly Step[], socket: Socket, captures: [Capture, Capture]): Promise<boolean> {
  for (const [index, step] of steps.entries()) {
    switch (step.step) {
      case 'exec':
      case 'cli': // For a control request that is what the original command is.
        return false;
      case 'run':
        await run(step, socket, captures);
        break;
      case 'check':
        if (claimsHold(step.claims)) break;
        socket.write(encodeClientMessage({ type: 'stale' }));
        return true;
      case 'place': {
        const errno = placeFiles(step.files);
        if (errno === undefined) break;
        const failed = encodeClientMessage({ type: 'failed', index, errno });
        await new Promise<void>((resolve) => socket.end(failed, () => resolve()));
        return false;
      }
      case 'print':
        // What is written there may be the result (`-o -`): the compiler itself says that it could not be.
        if (!print(1, step.stdout)) return false;
        print(2, step.stderr);
        break;
      case 'print-captured':
        for (const [stream, capture] of captures.entries()) {
          for (const piece of capture.pieces()) print(stream + 1, step.strip ? stripEscapes(piece) : piece);
        }
        break;
      case 'exit':
        if (step.kind === 'signal') dieOf(step.value);
        process.exit(step.value & 0xff);
    }
  }
  return true;
}

async function run(step: Extract<Step, { step: 'run' }>, socket: Socket, captures: [Capture, Capture]): Promise<void> {
  for (const [stream, capture] of captures.entries()) {
    capture.close();
    captures[stream] = new Capture();
  }
  const ended = await runProgram(step, captures);
  const [stdout, stderr] = [captures[0].toMessage(), captures[1].toMessage()];
  // Node does not tell the processor time of a child that has ended.
  socket.write(encodeClientMessage({ type: 'ran', ...ended, cpuMicros: 0, stdout, stderr }));
}

/** Nobody is left to tell when standard error does not take it. */
function print(descriptor: number, bytes: Buffer): boolean {
  try {
    writeFully(descriptor, bytes);
    return true;
  } catch {
    return false;
  }
}

/** What the daemon sends, message by message. */
class Messages {
  readonly #arrived: DaemonMessage[] = [];
  #over = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    const splitter = new FrameSplitter();
    socket.on('data', (chunk) => this.#receive(splitter.push(chunk)));
    socket.on('error', () => this.#end());
    socket.on('close', () => this.#end());
    socket.on('end', () => this.#end());
  }

  /** undefined when none comes in time, or what comes is none. */
  async next(timeoutMs: number): Promise<DaemonMessage | undefined> {
    if (this.#arrived.length === 0 && !this.#over) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
    }
    return this.#arrived.shift();
  }

  #receive(payloads: ReturnType<FrameSplitter['push']>): void {
    if (!payloads.ok) this.#end();
    else for (const payload of payloads.value) this.#accept(decodeDaemonFrame(payload));
  }

  #accept(message: ReturnType<typeof decodeDaemonFrame>): void {
    if (!message.ok) {
      this.#end();
    } else if (!this.#over) {
      this.#arrived.push(message.value);
      this.#wake();
    }
  }

  #end(): void {
    this.#over = true;
    this.#wake();
  }
}
