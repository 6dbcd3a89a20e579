import type { Socket } from 'node:net';
import type { Conversation } from '../compile/conversation.ts';
import { FrameSplitter } from '../protocol/frame.ts';
import {
  type CompileRequest,
  type ControlRequest,
  decodeClientFrame,
  PROTOCOL_VERSION,
  type RanMessage,
} from '../protocol/messages.ts';
import { encodeRefused, encodeSteps, REFUSED_VERSION, type RunStep, type Step } from '../protocol/steps.ts';
import type { ClaimList } from '../system/claims.ts';

/** What a connection hands to the daemon. */
export interface ConnectionHandlers {
  /** A client says who it is. True when it is of this daemon's own build. */
  greets(buildId: string): boolean;
  /** A compile of another build came, or a client of another protocol: it is sent to a daemon of its own, and this one away. */
  makeRoom(): void;
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
  #isOurs = false;
  #state: 'hello' | 'request' | 'answering' | 'running' | 'offered' | 'finished' | 'closed' = 'hello';
  #ran: ((message: RanMessage | undefined) => void) | undefined;
  #accepted: ((accepted: boolean) => void) | undefined;

  constructor(socket: Socket, handlers: ConnectionHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => socket.destroy()); // EPIPE, ECONNRESET: 'close' follows
    // Before a later connection is heard: who asks for statistics behind a compile finds it counted.
    socket.on('end', () => this.#acceptOffer());
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

  offer(claims: readonly ClaimList[], steps: readonly Step[]): Promise<boolean> {
    if (this.#state !== 'answering') return Promise.resolve(true);
    this.#state = 'offered';
    const checks = claims.map((list) => ({ step: 'check', claims: list }) as const);
    this.#socket.write(encodeSteps([...checks, ...steps]));
    return new Promise((resolve) => {
      this.#accepted = resolve;
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
      if (this.#state === 'closed') return;
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
      this.#isOurs = this.#handlers.greets(message.buildId);
      if (message.version !== PROTOCOL_VERSION) this.#refuse();
    } else if (message.type === 'compile' && this.#state === 'request' && !this.#isOurs) {
      this.#refuse();
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
    } else if (message.type === 'stale' && this.#state === 'offered') {
      this.#state = 'answering';
      const decline = this.#accepted;
      this.#accepted = undefined;
      decline?.(false);
    } else if (message.type === 'failed' && (this.#state === 'finished' || this.#state === 'offered')) {
      this.#handlers.placeFailed(message.errno);
    } else if (this.#state !== 'finished') {
      this.#reject(`unexpected ${message.type}`);
    }
  }

  /** What a daemon of another build has counted it can still tell; what it compiles may differ. */
  #refuse(): void {
    this.#state = 'closed'; // what else it has sent need not be understood
    this.#socket.end(encodeRefused(REFUSED_VERSION));
    this.#handlers.makeRoom();
  }

  #reject(detail: string): void {
    this.#handlers.broken(detail);
    this.#socket.destroy();
  }

  /** The client left without a word against it. */
  #acceptOffer(): void {
    this.#accepted?.(true);
    this.#accepted = undefined;
  }

  #close(): void {
    this.#state = 'closed';
    this.#ran?.(undefined);
    this.#ran = undefined;
    this.#acceptOffer();
    this.#handlers.closed();
  }
}
