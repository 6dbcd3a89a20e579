/** A file that was put or removed: what it changes on the disk. Plain data, because it travels between threads. */
export interface Change {
  readonly shard: number;
  /** Whether it is a blob as it came, which compressing would make smaller. */
  readonly raw: boolean;
  /** In whole blocks; negative for what was removed. */
  readonly bytes: number;
}

/**
 * To whom the stores of a daemon (one for each of its compile workers) report what they do to the directory: one place
 * knows the totals, and makes room.
 */
export interface Ledger {
  changed(change: Change): void;
  /** A file turned out to be damaged, and was removed unless the cache is read-only. */
  damaged(): void;
  /** Bytes on the disk; undefined when they are not known (yet). */
  bytes(): Promise<number | undefined>;
}
