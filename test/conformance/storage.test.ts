import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStore } from '../../src/storage/local/store.ts';
import { Upkeep } from '../../src/storage/local/upkeep.ts';
import { fromText } from '../../src/util/bytes.ts';
import { describeStorage } from './storage.ts';

describeStorage('LocalStore', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sccache-store-é-'));
  const common = { directory: fromText(directory), limitBytes: 1 << 30, readOnly: false };
  const upkeep = await Upkeep.open({ ...common, note: () => {} });
  const storage = await LocalStore.open({ ...common, ledger: upkeep });
  const dispose = async (): Promise<void> => {
    await upkeep.close();
    await rm(directory, { recursive: true });
  };
  return { storage, dispose };
});
