import type { ByteString } from '../util/bytes.ts';
import { type Claim, type ClaimList, claimList, claimNothing, claimUnchanged } from './claims.ts';
import type { FileStamp, SourceFiles } from './source-files.ts';

/** What was asked of the file system for a while. */
export interface Observation {
  /** What was answered cannot be told by claims alone: something else had a say in it. */
  spoil(): void;
  /** Ends it. The claims under which all questions have the same answers; undefined where no claims can say that. */
  claims(): ClaimList | undefined;
}

/**
 * Passes questions on to the file system, and makes claims of the answers for whoever observes.
 *
 * A stamp and a missing name can be claimed. Contents cannot, but whoever knows a file's contents by its stamp asks for the
 * stamp alone. What belongs to one process (`/proc`) says nothing to the next.
 */
export class ObservedFiles implements SourceFiles {
  readonly #files: SourceFiles;
  #claims = new Map<ByteString, Claim>();
  #current: object | undefined;
  #spoilt = false;

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  /** Begins an observation. There is one at a time: a second spoils the first, whose questions could not be told apart. */
  observe(): Observation {
    const token = {};
    this.#current = token;
    this.#claims = new Map();
    this.#spoilt = false;
    return {
      spoil: () => {
        if (this.#current === token) this.#spoilt = true;
      },
      claims: () => {
        if (this.#current !== token) return undefined;
        this.#current = undefined;
        return this.#spoilt ? undefined : claimList([...this.#claims.values()]);
      },
    };
  }

  stat(path: ByteString): FileStamp | undefined {
    const stamp = this.#files.stat(path);
    if (stamp) this.#note(path, () => claimUnchanged(path, stamp));
    // What is barred is missing to `stat`, but not to a client that checks the claim.
    else this.#note(path, () => (this.#files.isBarred(path) ? undefined : claimNothing(path)));
    return stamp;
  }

  unchanged(path: ByteString, stamp: FileStamp): boolean {
    const same = this.#files.unchanged(path, stamp);
    this.#note(path, () => (same ? claimUnchanged(path, stamp) : undefined));
    return same;
  }

  isBarred(path: ByteString): boolean {
    this.#spoilt = true;
    return this.#files.isBarred(path);
  }

  isLink(path: ByteString): boolean {
    this.#spoilt = true;
    return this.#files.isLink(path);
  }

  list(path: ByteString): readonly ByteString[] | undefined {
    this.#spoilt = true;
    return this.#files.list(path);
  }

  realPath(path: ByteString): ByteString {
    this.#spoilt = true;
    return this.#files.realPath(path);
  }

  linkChangedMs(path: ByteString): number {
    this.#spoilt = true;
    return this.#files.linkChangedMs(path);
  }

  digest(path: ByteString): Promise<string | undefined> {
    this.#spoilt = true;
    return this.#files.digest(path);
  }

  stampedDigest(path: ByteString): { readonly stamp: FileStamp; readonly digest: string } | undefined {
    this.#spoilt = true;
    return this.#files.stampedDigest(path);
  }

  read(path: ByteString): { readonly stamp: FileStamp; readonly bytes: Buffer } | undefined {
    this.#spoilt = true;
    return this.#files.read(path);
  }

  piece(path: ByteString, offset: number, length: number): Buffer | undefined {
    this.#spoilt = true;
    return this.#files.piece(path, offset, length);
  }

  #note(path: ByteString, claim: () => Claim | undefined): void {
    if (this.#current === undefined || this.#spoilt) return;
    const made = path.startsWith('/proc/') ? undefined : claim();
    const earlier = this.#claims.get(path);
    // Two answers to one question: the file changed in between.
    if (made === undefined || (earlier !== undefined && earlier !== made)) this.#spoilt = true;
    else this.#claims.set(path, made);
  }
}
