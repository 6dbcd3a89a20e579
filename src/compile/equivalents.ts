import { decodeEquivalents, type EquivalentSet, encodeEquivalents, withSet } from '../key/equivalents.ts';
import type { Storage, StorageProblem } from '../storage/storage.ts';
import type { Result } from '../util/result.ts';

/** The lists of equivalents in the store. Asked for only where the manifests have nothing, so none is kept in memory. */
export class Equivalents {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Newest first; none when there is no list, or it cannot be read. */
  async find(key: string): Promise<readonly EquivalentSet[]> {
    const read = await this.#storage.getManifest(key);
    return (read.ok && read.value && decodeEquivalents(read.value)) || [];
  }

  async add(key: string, set: EquivalentSet): Promise<Result<undefined, StorageProblem>> {
    return this.#storage.putManifest(key, encodeEquivalents(withSet(await this.find(key), set)));
  }
}
