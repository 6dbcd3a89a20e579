import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { FrameSplitter } from '../../src/protocol/frame.ts';
import { type ClientMessage, decodeClientFrame } from '../../src/protocol/messages.ts';
import { encodeSteps, type Step } from '../../src/protocol/steps.ts';

/** One client's connection as a scripted daemon sees it. */
export class Talk {
  readonly #socket: Socket;
  readonly #messages: ClientMessage[] = [];
  #over = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    const splitter = new FrameSplitter();
    socket.on('data', (chunk) => {
      const payloads = splitter.push(chunk);
      if (!payloads.ok) throw new Error(payloads.error.detail);
      for (const payload of payloads.value) {
        const message = decodeClientFrame(payload);
        if (!message.ok) throw new Error(`${message.error.kind}: ${message.error.detail}`);
        this.#messages.push(message.value);
      }
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#over = true;
      this.#wake();
    });
  }

  /** The next message of that type; anything else is an error of the client. */
  async expect<T extends ClientMessage['type']>(type: T): Promise<Extract<ClientMessage, { type: T }>> {
    const message = await this.next();
    if (!isOfType(message, type)) throw new Error(`${type} expected, not ${JSON.stringify(message)}`);
    return message;
  }

  /** undefined when the client has closed the connection. */
  async next(): Promise<ClientMessage | undefined> {
    while (this.#messages.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift();
  }

  steps(...steps: Step[]): void {
    this.#socket.write(encodeSteps(steps));
  }

  raw(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.end();
  }
}

function isOfType<T extends ClientMessage['type']>(
  message: ClientMessage | undefined,
  type: T,
): message is Extract<ClientMessage, { type: T }> {
  return message?.type === type;
}

/** A daemon that says what the test wants. Errors of the script fail `finished`. */
export class FakeDaemon {
  readonly #server: Server;
  readonly #talks: Promise<void>[] = [];
  readonly #sockets = new Set<Socket>();
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(path: string, script: (talk: Talk) => Promise<void>): Promise<FakeDaemon> {
    const daemon = new FakeDaemon(createServer());
    daemon.#server.on('connection', (socket) => {
      daemon.connections++;
      daemon.#sockets.add(socket);
      const talk = script(new Talk(socket));
      talk.catch(() => socket.destroy());
      daemon.#talks.push(talk);
    });
    daemon.#server.listen(path);
    await once(daemon.#server, 'listening');
    return daemon;
  }

  async finished(): Promise<void> {
    await Promise.all(this.#talks);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process whose output is collected as it comes. */
export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(program: string, argv: readonly string[], options: SpawnOptions) {
    this.process = spawn(program, argv, { stdio: 'pipe', ...options });
    this.process.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString('latin1');
    });
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString('latin1');
    });
    this.ended = new Promise((resolve, reject) => {
      this.process.on('error', reject);
      this.process.on('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** Resolved when stdout holds the text. */
  async showed(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.process.exitCode !== null) throw new Error(`ended before it wrote ${text}: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
