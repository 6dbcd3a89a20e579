import type { Socket } from 'node:net';
import type { Conversation } from '../compile/conversation.ts';
import { FrameSplitter } from '../protocol/frame.ts';
import {
  type CompileRequest,
  type ControlRequest,
  decodeClientFrame,
  encodeRefused,
  encodeSteps,
  PROTOCOL_VERSION,
  type RanMessage,
  REFUSED_VERSION,
  type RunStep,
  type Step,
} from '../protocol/messages.ts';

/** What a connection hands to the daemon. */
export interface ConnectionHandlers {
  /** True when a client of this build may be served; false sends it to a newer daemon, and this one away. */
  accepts(buildId: string): boolean;
  compile(request: CompileRequest, conversation: Conversation): void;
  control(request: ControlRequest, conversation: Conversation): void;
  /** A client could not place what it was told to, and compiles by itself. */
  placeFailed(errno: number): void;
  /** Something is wrong with what came; only this connection suffers. */
  broken(detail: string): void;
  closed(): void;
}

/** One client: frames in, steps out. The state is which message may come next. */
export class Connection implements Conversation {
  readonly #socket: Socket;
  readonly #handlers: ConnectionHandlers;
  readonly #splitter = new FrameSplitter();
  #state: 'hello' | 'request' | 'answering' | 'running' | 'finished' | 'closed' = 'hello';
  #ran: ((message: RanMessage | undefined) => void) | undefined;

  constructor(socket: Socket, handlers: ConnectionHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => socket.destroy()); // EPIPE, ECONNRESET: 'close' follows
    socket.on('close', () => this.#close());
  }

  run(step: RunStep): Promise<RanMessage | undefined> {
    if (this.#state !== 'answering') return Promise.resolve(undefined);
    this.#state = 'running';
    this.#socket.write(encodeSteps([step]));
    return new Promise((resolve) => {
      this.#ran = resolve;
    });
  }

  finish(steps: readonly Step[]): void {
    if (this.#state !== 'answering') return;
    this.#state = 'finished';
    this.#socket.write(encodeSteps(steps));
  }

  /** Closes at once; the client runs its command by itself. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const frames = this.#splitter.push(chunk);
    if (!frames.ok) {
      this.#reject(frames.error.detail);
      return;
    }
    for (const frame of frames.value) {
      const message = decodeClientFrame(frame);
      if (!message.ok) {
        this.#reject(message.error.detail);
        return;
      }
      this.#handle(message.value);
    }
  }

  #handle(message: Extract<ReturnType<typeof decodeClientFrame>, { ok: true }>['value']): void {
    if (message.type === 'hello' && this.#state === 'hello') {
      this.#state = 'request';
      if (message.version === PROTOCOL_VERSION && this.#handlers.accepts(message.buildId)) return;
      this.#state = 'finished';
      this.#socket.end(encodeRefused(REFUSED_VERSION));
    } else if (message.type === 'compile' && this.#state === 'request') {
      this.#state = 'answering';
      this.#handlers.compile(message, this);
    } else if (message.type === 'control' && this.#state === 'request') {
      this.#state = 'answering';
      this.#handlers.control(message, this);
    } else if (message.type === 'ran' && this.#state === 'running') {
      this.#state = 'answering';
      const resolve = this.#ran;
      this.#ran = undefined;
      resolve?.(message);
    } else if (message.type === 'failed' && this.#state === 'finished') {
      this.#handlers.placeFailed(message.errno);
    } else if (this.#state !== 'finished') {
      this.#reject(`unexpected ${message.type}`);
    }
  }

  #reject(detail: string): void {
    this.#handlers.broken(detail);
    this.#socket.destroy();
  }

  #close(): void {
    this.#state = 'closed';
    this.#ran?.(undefined);
    this.#ran = undefined;
    this.#handlers.closed();
  }
}
