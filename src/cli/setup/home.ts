/** Whose set-up it is. */
export interface Home {
  /** The user's home directory. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The client's whole path. */
  readonly sccache: string;
}
