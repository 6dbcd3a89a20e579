/** What is being written. */
export const CURRENT_FILE = 'requests.jsonl';
/** What was written before it, once that had become long. */
export const PREVIOUS_FILE = 'requests.1.jsonl';

/** Where the journal of a cache directory is. */
export function journalDirectory(cacheDirectory: string): string {
  return `${cacheDirectory}/journal`;
}
