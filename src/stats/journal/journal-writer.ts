import type { AppendingFiles } from '../../system/appending-files.ts';
import { encodeJournalEntry, type JournalEntry } from './journal-entry.ts';
import { CURRENT_FILE, PREVIOUS_FILE } from './journal-files.ts';

/** Lines wait this long for others, so that a build of 1,000 hits a second writes four times a second. */
const GATHER_MS = 250;
const MOST_WAITING_CHARACTERS = 64 * 1024;
/** Some 50,000 requests. With the file before it, a journal is at most twice as long. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Appends entries to a journal. Nobody waits for it: an entry costs the request what making its line costs (2 µs), and a
 * journal that cannot be written is not written.
 *
 * Several workers and daemons may write to one journal: each appends whole lines, in one system call.
 */
export class JournalWriter {
  readonly #directory: string;
  readonly #files: AppendingFiles;
  readonly #mostBytes: number;
  #waiting = '';
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param mostBytes the length at which a file is put aside */
  constructor(directory: string, files: AppendingFiles, mostBytes = MOST_BYTES) {
    this.#directory = directory;
    this.#files = files;
    this.#mostBytes = mostBytes;
  }

  add(entry: JournalEntry): void {
    this.#waiting += encodeJournalEntry(entry);
    if (this.#waiting.length >= MOST_WAITING_CHARACTERS) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** Resolves when everything that was added is in the file, as far as it can be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#waiting;
    this.#waiting = '';
    if (lines !== '') this.#writing = this.#writing.then(() => this.#write(lines));
    return this.#writing;
  }

  async #write(lines: string): Promise<void> {
    const path = `${this.#directory}/${CURRENT_FILE}`;
    const appended =
      (await this.#files.append(path, lines)) ??
      ((await this.#files.makeDirectory(this.#directory)) ? await this.#files.append(path, lines) : undefined);
    if (appended === undefined || appended.size < this.#mostBytes) return;
    // Another writer may have put the file aside meanwhile: then what is there now is short, and stays.
    await this.#files.renameIfStill(path, appended.inode, `${this.#directory}/${PREVIOUS_FILE}`);
  }
}
