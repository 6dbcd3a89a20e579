import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LocalStore, type LocalStoreOptions } from '../../../../src/storage/local/store.ts';
import { fromText } from '../../../../src/util/bytes.ts';

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sccache-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A store that is closed after the test. */
export async function openStore(directory: string, options: Partial<LocalStoreOptions> = {}): Promise<LocalStore> {
  const standard = { directory: fromText(directory), limitBytes: 1 << 30, readOnly: false };
  const store = await LocalStore.open({ ...standard, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** Where the parts of a store are, spelled out: the layout is a format. */
export const resultFile = (directory: string, key: string) => join(directory, 'v1/ac', key.slice(0, 2), key);
export const manifestFile = (directory: string, key: string) => `${resultFile(directory, key)}.m`;

/** All files below a directory, relative to it, sorted. */
export function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1)).sort();
}
