import type { Result } from '../util/result.ts';

/** 64 lower-case hexadecimal digits. */
export type StoreKey = string;

/** Where the bytes of a stored file are. */
export type StoredContent =
  | { readonly kind: 'inline'; readonly bytes: Buffer }
  /** A raw file that the client copies from. `length` was checked against the file. */
  | { readonly kind: 'blob'; readonly file: string; readonly length: number };

/** One output of a compile as it is kept. */
export interface StoredFile {
  readonly role: string;
  /** Permission bits as the compiler left them under umask 0 (0o666, or 0o777 for what is executable). */
  readonly mode: number;
  readonly content: StoredContent;
}

/** The result of one successful compile. */
export interface StoredResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Small facts of the compile that the reader of the entry understands (JSON). */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly files: readonly StoredFile[];
}

export type StorageProblem =
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'io'; readonly code: string; readonly detail: string };

/** A place where results and manifests are kept. Every method is safe against other daemons on the same place. */
export interface Storage {
  /** One line for `--show-stats`, such as `Local disk: "/home/u/.cache/sccache"`. */
  readonly location: string;
  /** The result, undefined when there is none. A damaged entry is removed and reported as a problem. */
  getResult(key: StoreKey): Promise<Result<StoredResult | undefined, StorageProblem>>;
  /** Stores a result; an entry of the same key is replaced. `inline` contents of any size may be given. */
  putResult(key: StoreKey, result: StoredResult): Promise<Result<{ bytes: number }, StorageProblem>>;
  /** A manifest's bytes (their meaning is `src/key`'s), undefined when there is none. */
  getManifest(key: StoreKey): Promise<Result<Buffer | undefined, StorageProblem>>;
  putManifest(key: StoreKey, bytes: Buffer): Promise<Result<undefined, StorageProblem>>;
  /** Bytes in use, and the limit; undefined when not known (yet). */
  usage(): Promise<{ readonly bytes: number | undefined; readonly limit: number }>;
  /** Finishes writes that are under way. */
  close(): Promise<void>;
}
