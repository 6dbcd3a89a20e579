import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStore } from '../../src/storage/local/store.ts';
import { fromText } from '../../src/util/bytes.ts';
import { describeStorage } from './storage.ts';

describeStorage('LocalStore', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sccache-store-é-'));
  const storage = await LocalStore.open({ directory: fromText(directory), limitBytes: 1 << 30, readOnly: false });
  return { storage, dispose: () => rm(directory, { recursive: true }) };
});
