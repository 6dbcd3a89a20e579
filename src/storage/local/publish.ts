import { randomBytes } from 'node:crypto';
import { type FileProblem, type FileState, type Files, isAbsent } from '../../system/files.ts';
import type { ByteString } from '../../util/bytes.ts';
import { failure, type Result, success } from '../../util/result.ts';
import { CACHE_TAG, type Layout } from './layout.ts';

/** A root that we make is closed to others, whatever the umask; whoever shares a cache makes its directory himself. */
const ROOT_MODE = 0o700;
/** Below it the umask decides, so that a shared cache is shared all the way down. */
const DIRECTORY_MODE = 0o777;
/** Once for the directories that turn out to be gone, once more for somebody who deletes them at the same time. */
const ATTEMPTS = 3;

/** Writes whole files into the cache: under a name of its own in `tmp/`, then renamed, so that no reader sees a part. */
export class Publisher {
  readonly #files: Files;
  readonly #layout: Layout;
  /** Threads of one process share its pid, so names start with something random. */
  readonly #prefix = randomBytes(8).toString('hex');
  readonly #made = new Set<ByteString>();
  #count = 0;

  constructor(files: Files, layout: Layout) {
    this.#files = files;
    this.#layout = layout;
  }

  /** The root with its tag, and `tmp/`. */
  async prepare(): Promise<Result<undefined, FileProblem>> {
    const root = await this.#files.makeDirectory(this.#layout.root, ROOT_MODE);
    if (!root.ok) return root;
    await this.#files.create(this.#layout.tag, CACHE_TAG);
    return this.#files.makeDirectory(this.#layout.temporary, DIRECTORY_MODE);
  }

  /**
   * Puts a file in its place and tells its state there. Directories that are missing (somebody deleted the cache) are
   * made again. A failure leaves nothing behind. Nothing is synced: what a crash tears is found by its checksum.
   */
  async publish(target: ByteString, bytes: Uint8Array): Promise<Result<FileState, FileProblem>> {
    for (let attempt = 1; ; attempt++) {
      const made = await this.#makeParent(target);
      const written: Result<FileState, FileProblem> = made.ok ? await this.#write(target, bytes) : made;
      if (written.ok || !isAbsent(written.error.code) || attempt === ATTEMPTS) return written;
      this.#made.clear();
      const prepared = await this.prepare();
      if (!prepared.ok) return prepared;
    }
  }

  async #makeParent(target: ByteString): Promise<Result<undefined, FileProblem>> {
    const parent = target.slice(0, target.lastIndexOf('/'));
    if (this.#made.has(parent)) return success(undefined);
    const made = await this.#files.makeDirectory(parent, DIRECTORY_MODE);
    if (made.ok) this.#made.add(parent);
    return made;
  }

  async #write(target: ByteString, bytes: Uint8Array): Promise<Result<FileState, FileProblem>> {
    const temporary = `${this.#layout.temporary}/${this.#prefix}-${this.#count++}`;
    const created = await this.#files.create(temporary, bytes);
    const state = created.ok ? this.#files.stat(temporary) : undefined;
    const renamed = created.ok ? await this.#files.rename(temporary, target) : created;
    if (!renamed.ok) {
      this.#files.remove(temporary);
      return renamed;
    }
    return state ? success(state) : failure({ code: 'ENOENT', detail: 'the temporary file was removed' });
  }
}
