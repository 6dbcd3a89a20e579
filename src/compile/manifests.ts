import type { Absences } from '../key/absences.ts';
import type { FileRecords } from '../key/file-records.ts';
import { decodeManifest, encodeManifest, type Manifest, type ManifestResult, withResult } from '../key/manifest.ts';
import type { Storage, StorageProblem } from '../storage/storage.ts';
import type { ByteString } from '../util/bytes.ts';
import { resolveFrom } from '../util/path.ts';
import type { Result } from '../util/result.ts';

/** References to interned strings, 16 bytes for each header: 32 MiB when full. */
const MOST_INPUTS_IN_MEMORY = 2_000_000;

/** The manifests of one worker: read once from the store, then kept. */
export class Manifests {
  readonly #storage: Storage;
  readonly #records: FileRecords;
  readonly #absences: Absences;
  readonly #known = new Map<string, Manifest>();
  #strings = new Map<string, string>();
  #inputCount = 0;

  constructor(storage: Storage, records: FileRecords, absences: Absences) {
    this.#storage = storage;
    this.#records = records;
    this.#absences = absences;
  }

  /** The result whose files are all as they are now, seen from `directory`; undefined when there is none. */
  async find(manifestKey: string, directory: ByteString): Promise<ManifestResult | undefined> {
    const manifest = this.#known.get(manifestKey) ?? (await this.#load(manifestKey));
    return manifest?.results.find((result) => this.#holds(result, directory));
  }

  /** Adds a result as the newest of its key. What another daemon stored meanwhile is kept. */
  async add(manifestKey: string, result: ManifestResult): Promise<Result<undefined, StorageProblem>> {
    const manifest = withResult(await this.#load(manifestKey), result);
    this.#keep(manifestKey, manifest);
    return this.#storage.putManifest(manifestKey, encodeManifest(manifest));
  }

  /** Forgets what is in memory, so that the next look-up reads the store. */
  forget(manifestKey: string): void {
    this.#known.delete(manifestKey);
  }

  #holds({ paths, digests, absent }: ManifestResult, directory: ByteString): boolean {
    for (let index = 0; index < paths.length; index += 1) {
      const path = paths[index];
      if (path === undefined || this.#records.digest(resolveFrom(directory, path)) !== digests[index]) return false;
    }
    return this.#absences.firstPresent(absent, directory) === undefined;
  }

  async #load(manifestKey: string): Promise<Manifest | undefined> {
    const read = await this.#storage.getManifest(manifestKey);
    const manifest = read.ok && read.value ? decodeManifest(read.value, this.#intern) : undefined;
    if (manifest) this.#keep(manifestKey, manifest);
    return manifest;
  }

  #keep(manifestKey: string, manifest: Manifest): void {
    for (const { paths } of manifest.results) this.#inputCount += paths.length;
    if (this.#inputCount > MOST_INPUTS_IN_MEMORY) {
      this.#known.clear();
      this.#strings = new Map();
      this.#inputCount = 0;
    }
    this.#known.set(manifestKey, manifest);
  }

  readonly #intern = (text: string): string => {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, text);
    return text;
  };
}
