import { lstatSync, renameSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/**
 * A listening Unix socket that appears complete: bound under another name, then renamed over whatever a dead daemon left.
 * If two daemons ever start at once, the later one's socket stays and the earlier notices that its own is gone.
 */
export class ListeningSocket {
  readonly path: string;
  readonly #server: Server;
  readonly #inode: number;

  private constructor(path: string, server: Server, inode: number) {
    this.path = path;
    this.#server = server;
    this.#inode = inode;
  }

  /** Starts to listen. Rejects with the system's error when the place cannot be bound. */
  static async open(path: string, onConnection: (socket: Socket) => void): Promise<ListeningSocket> {
    const server = createServer(onConnection);
    const temporary = `${path}.${process.pid.toString(36)}`;
    rmSync(temporary, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(temporary, 4096, () => resolve());
    });
    renameSync(temporary, path);
    return new ListeningSocket(path, server, lstatSync(path).ino);
  }

  /** Whether clients still reach this daemon under the path. */
  get isOurs(): boolean {
    try {
      return lstatSync(this.path).ino === this.#inode;
    } catch {
      return false;
    }
  }

  /** Takes the socket away and accepts nobody more. Connections that are open stay. */
  close(): void {
    if (this.isOurs) rmSync(this.path, { force: true });
    this.#server.close();
  }
}

/** True when a daemon accepts connections there. */
export async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
