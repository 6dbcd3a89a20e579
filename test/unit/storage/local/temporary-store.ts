import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LocalStore, type LocalStoreOptions } from '../../../../src/storage/local/store.ts';
import { Upkeep } from '../../../../src/storage/local/upkeep.ts';
import { fromText } from '../../../../src/util/bytes.ts';

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sccache-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A store and the upkeep of its directory, as one daemon has them; both are closed after the test. */
export async function openHousehold(
  directory: string,
  options: Partial<Omit<LocalStoreOptions, 'ledger'>> = {},
): Promise<{ store: LocalStore; upkeep: Upkeep; notes: string[]; close(): Promise<void> }> {
  const notes: string[] = [];
  const note = (topic: string, detail: string): number => notes.push(`${topic}: ${detail}`);
  const common = { directory: fromText(directory), limitBytes: 1 << 30, readOnly: false, note, ...options };
  const upkeep = await Upkeep.open(common);
  const store = await LocalStore.open({ ...common, ledger: upkeep });
  const close = async (): Promise<void> => {
    await store.close();
    await upkeep.close();
  };
  onTestFinished(close);
  return { store, upkeep, notes, close };
}

/** The store of a household. */
export async function openStore(...household: Parameters<typeof openHousehold>): Promise<LocalStore> {
  return (await openHousehold(...household)).store;
}

/** Where the parts of a store are, spelled out: the layout is a format. */
export const resultFile = (directory: string, key: string) => join(directory, 'v1/ac', key.slice(0, 2), key);
export const manifestFile = (directory: string, key: string) => `${resultFile(directory, key)}.m`;
export const blobFile = (directory: string, sha256: string) => join(directory, 'v1/cas', sha256.slice(0, 2), sha256);
export const compressedFile = (directory: string, sha256: string) => `${blobFile(directory, sha256)}.zst`;

/** All files below a directory, relative to it, sorted. */
export function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1)).sort();
}
