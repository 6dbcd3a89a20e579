import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJournalEntry, type JournalEntry } from './journal-entry.ts';
import { CURRENT_FILE, PREVIOUS_FILE } from './journal-files.ts';

/** The entries of a journal, newest first. Lines are read as they are asked for; what cannot be read is left out. */
export function* readJournal(directory: string): Generator<JournalEntry> {
  for (const name of [CURRENT_FILE, PREVIOUS_FILE]) {
    const text = contents(join(directory, name));
    for (let end = text.length; end > 0; ) {
      const start = end < 2 ? 0 : text.lastIndexOf('\n', end - 2) + 1;
      const entry = decodeJournalEntry(text.slice(start, end));
      if (entry) yield entry;
      end = start;
    }
  }
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
