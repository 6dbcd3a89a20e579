import type { Config } from '../../config/config.ts';
import { type Mark, sign } from '../paint.ts';

/** One line of the doctor's report: what was checked, how it stands, and under what is bad the way out. */
export interface Finding {
  readonly mark: Mark;
  readonly what: string;
  readonly found: string;
  /** A command, or what else is to be done. */
  readonly remedy?: string;
}

/** What the checks look at. */
export interface Patient {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  /** Where this program lies, with the client and the daemon. */
  readonly distribution: string;
}

const WIDTH = 10;

/** The findings as text. */
export function findingsText(findings: readonly Finding[]): string {
  return findings.map(findingText).join('');
}

function findingText({ mark, what, found, remedy }: Finding): string {
  const line = `${sign(mark)} ${what.padEnd(WIDTH)} ${found}\n`;
  return remedy === undefined ? line : `${line}${' '.repeat(WIDTH + 3)}${remedy}\n`;
}

/** For people: what went wrong with a file. */
export function problemText(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
