/** How something stands to what Mozilla's sccache has. */
export type Standing = 'same' | 'better' | 'not yet' | 'refused';

/** A line of docs/compatibility.md. */
export interface Row {
  readonly name: string;
  readonly standing: Standing;
  /** How it is better, what is missing, or why it is refused. */
  readonly note: string;
}

/** Command lines without a running daemon, and what sccache 0.19.0 on Linux did with them, recorded from it. */
export interface OptionRow extends Row {
  readonly runs: readonly RecordedRun[];
}

export interface RecordedRun {
  readonly words: string;
  readonly code: number;
  /** All of stdout; missing where the two are free to differ. */
  readonly stdout?: string;
  /** What stderr begins with. */
  readonly stderr?: string;
}

export interface VariableRow extends Row {
  /** Who reads it: each call, the daemon when it starts, or the daemon of each request. */
  readonly reader: 'call' | 'daemon' | 'request';
  /** What shows that it does what is said of it; missing where all that is to be seen is that nobody complains. */
  readonly trial?: Trial;
}

/** A shell command in a directory with a source `x.c`; `$S` is sccache. */
export interface Trial {
  readonly command: string;
  /** What standard output and standard error have in them. */
  readonly prints: RegExp;
}

export interface KeyRow extends Row {
  /** Its value in TOML, and what comes with it so that the file is right. */
  readonly value: string;
  readonly besides?: string;
}

/** A counter by its key in the JSON, and what sccache 0.19.0 counted in the scenario that they are tried with. */
export interface CounterRow extends Row {
  readonly recorded: unknown;
}

/** The line of the document's table. */
export function tableLine({ name, standing, note }: Row): string {
  return `| \`${name}\` | ${standing} | ${note} |`;
}
