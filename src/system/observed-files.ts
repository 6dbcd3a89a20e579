import type { ByteString } from '../util/bytes.ts';
import {
  type Claim,
  type ClaimList,
  claimList,
  claimNothing,
  claimRealPath,
  claimSameDirectory,
  claimUnchanged,
} from './claims.ts';
import { type DirectoryIdentity, type FileStamp, isRacy, type SourceFiles } from './source-files.ts';

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
 * A stamp, a missing name and where links lead can be claimed, and contents by their stamp. The names in a directory are not: those
 * that are listed are mostly those that change all the time. What belongs to one process (`/proc`) says nothing to the next.
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
    else this.#note(path, () => this.#missing(path));
    return stamp;
  }

  directory(path: ByteString): DirectoryIdentity | 'no directory' | undefined {
    const found = this.#files.directory(path);
    if (found === undefined) this.#note(path, () => this.#missing(path));
    else if (found === 'no directory') this.stat(path);
    else this.#note(`${path}\0directory`, () => claimSameDirectory(path, found));
    return found;
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
    const real = this.#files.realPath(path);
    // That is also what it says of a path that leads nowhere: no client would find it so.
    this.#note(`${path}\0`, () => claimRealPath(path, real));
    return real;
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
    const found = this.#files.stampedDigest(path);
    this.#note(path, () => this.#contents(path, found?.stamp));
    return found;
  }

  read(path: ByteString): { readonly stamp: FileStamp; readonly bytes: Buffer } | undefined {
    const found = this.#files.read(path);
    this.#note(path, () => this.#contents(path, found?.stamp));
    return found;
  }

  piece(path: ByteString, offset: number, length: number): Buffer | undefined {
    this.#spoilt = true;
    return this.#files.piece(path, offset, length);
  }

  /** What is barred is missing to `stat`, but not to a client that checks the claim. */
  #missing(path: ByteString): Claim | undefined {
    return this.#files.isBarred(path) ? undefined : claimNothing(path);
  }

  #contents(path: ByteString, stamp: FileStamp | undefined): Claim | undefined {
    if (stamp) return isRacy(stamp, Date.now()) ? undefined : claimUnchanged(path, stamp);
    // It may be there, but closed to us, or no file.
    return this.#files.stat(path) ? undefined : this.#missing(path);
  }

  #note(question: ByteString, claim: () => Claim | undefined): void {
    if (this.#current === undefined || this.#spoilt) return;
    const made = question.startsWith('/proc/') ? undefined : claim();
    const earlier = this.#claims.get(question);
    // Two answers to one question: the file changed in between.
    if (made === undefined || (earlier !== undefined && earlier !== made)) this.#spoilt = true;
    else this.#claims.set(question, made);
  }
}
