import type { Socket } from 'node:net';
import type { Conversation } from '../compile/conversation.ts';
import type { Outcome } from '../compile/outcome.ts';
import type { CompileRequest, ControlRequest } from '../protocol/messages.ts';
import type { CompileWorker } from './compile-worker.ts';
import { Connection } from './connection.ts';
import { ListeningSocket } from './listening-socket.ts';
import type { Log } from './log.ts';

/** How the socket of one worker is served. */
export interface ServerParts {
  readonly worker: CompileWorker;
  readonly buildId: string;
  readonly log: Log;
  /** A client of another build came: this daemon should make room. */
  readonly onOtherBuild: () => void;
  readonly onControl: (request: ControlRequest, conversation: Conversation) => void;
}

const DRAIN_STEP_MS = 5;
/** A client that has its answer closes within a millisecond; one that never asked for anything is not waited for longer. */
const FAREWELL_MS = 500;

/** The TypeScript client marks its hello, so that statistics can tell that the native one is missing. */
const TYPESCRIPT_CLIENT = '+ts';

/** The clients of one socket. */
export class Server {
  readonly #parts: ServerParts;
  readonly #connections = new Set<Connection>();
  #socket: ListeningSocket | undefined;
  #lastActivityMs = Date.now();
  #client: 'native' | 'typescript' | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  async listen(path: string): Promise<void> {
    this.#socket = await ListeningSocket.open(path, (socket) => this.#serve(socket));
  }

  /** Which client spoke last. */
  get client(): 'native' | 'typescript' | undefined {
    return this.#client;
  }

  get lastActivityMs(): number {
    return this.#connections.size > 0 ? Date.now() : this.#lastActivityMs;
  }

  /** False when another daemon took the socket's name, or somebody removed it. */
  get isReachable(): boolean {
    return this.#socket?.isOurs ?? false;
  }

  /** Accepts nobody more and resolves when no request is unanswered and all results are stored, or after `patienceMs`. */
  async drain(patienceMs: number): Promise<void> {
    this.#socket?.close();
    const deadline = Date.now() + patienceMs;
    while (this.#parts.worker.active > 0 && Date.now() < deadline) await sleep(DRAIN_STEP_MS);
    await this.#parts.worker.settled();
  }

  /** Lets clients read their last answers, then closes what is left of them. */
  async close(): Promise<void> {
    const deadline = Date.now() + FAREWELL_MS;
    while (this.#connections.size > 0 && Date.now() < deadline) await sleep(DRAIN_STEP_MS);
    for (const connection of this.#connections) connection.destroy();
  }

  #serve(socket: Socket): void {
    const { worker, log, buildId } = this.#parts;
    let outcome: Promise<Outcome> | undefined;
    const connection: Connection = new Connection(socket, {
      greets: (client) => {
        const typescript = client.endsWith(TYPESCRIPT_CLIENT);
        this.#client = typescript ? 'typescript' : 'native';
        return (typescript ? client.slice(0, -TYPESCRIPT_CLIENT.length) : client) === buildId;
      },
      makeRoom: () => {
        log.info('version', `a client of another build than ${buildId} came; this daemon makes room`);
        this.#parts.onOtherBuild();
      },
      compile: (request: CompileRequest, conversation) => {
        outcome = worker.handle(request, conversation);
      },
      control: this.#parts.onControl,
      placeFailed: (errno) => {
        void outcome?.then((hit) => worker.placeFailed(hit, errno));
      },
      broken: (detail) => log.warn('protocol', detail),
      closed: () => {
        this.#connections.delete(connection);
        this.#lastActivityMs = Date.now();
      },
    });
    this.#connections.add(connection);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
