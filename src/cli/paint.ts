import { styleText } from 'node:util';

/** How a line of a report turned out. */
export type Mark = 'good' | 'bad' | 'note';

const MARKS = { good: ['green', '✓'], bad: ['red', '✗'], note: ['yellow', '•'] } as const;

/** The sign of a line; coloured where standard output is a terminal that wants it. */
export function sign(mark: Mark): string {
  const [colour, character] = MARKS[mark];
  // One format: with a list of them, Node 20 colours whatever the stream is.
  return styleText(colour, character, { stream: process.stdout, validateStream: true });
}

/** Text that stands out on a terminal. */
export function strong(text: string): string {
  return styleText('bold', text, { stream: process.stdout, validateStream: true });
}
