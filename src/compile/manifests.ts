import type { Absences } from '../key/absences.ts';
import { circumstancesHold, type Surroundings } from '../key/circumstances.ts';
import { FileClaims } from '../key/file-claims.ts';
import type { FileRecords } from '../key/file-records.ts';
import { decodeManifest, encodeManifest, type Manifest, type ManifestResult, withResult } from '../key/manifest.ts';
import { concreteResult } from '../key/placed-inputs.ts';
import type { Places } from '../key/places.ts';
import type { Storage, StorageProblem } from '../storage/storage.ts';
import type { ClaimList } from '../system/claims.ts';
import type { SourceFiles } from '../system/source-files.ts';
import { resolveFrom } from '../util/path.ts';
import type { Result } from '../util/result.ts';

/** References to interned strings, 16 bytes for each header: 32 MiB when full. */
const MOST_INPUTS_IN_MEMORY = 2_000_000;

/** A result that is right if all claims hold. */
export interface Assumption {
  readonly result: ManifestResult;
  readonly claims: readonly ClaimList[];
  /** To be called when they did. */
  held(): void;
}

/** The manifests of one worker: read once from the store, then kept. */
export class Manifests {
  readonly #storage: Storage;
  readonly #records: FileRecords;
  readonly #absences: Absences;
  readonly #files: SourceFiles;
  readonly #claims: FileClaims;
  readonly #known = new Map<string, Manifest>();
  readonly #placed = new WeakMap<
    ManifestResult,
    { readonly identity: string; readonly result: ManifestResult | undefined }
  >();
  #strings = new Map<string, string>();
  #inputCount = 0;

  constructor(storage: Storage, records: FileRecords, absences: Absences, files: SourceFiles) {
    this.#storage = storage;
    this.#records = records;
    this.#absences = absences;
    this.#files = files;
    this.#claims = new FileClaims(records);
  }

  /** The result whose files and circumstances are all as they are now; undefined when there is none. */
  async find(manifestKey: string, seen: Surroundings): Promise<ManifestResult | undefined> {
    return (await this.results(manifestKey, seen.places)).find((result) => this.#holds(result, seen));
  }

  /**
   * The newest result that holds by what is remembered of its files, with what must be true of them for the client to
   * check. Undefined when there is none, or some file is not remembered.
   */
  async assume(manifestKey: string, seen: Surroundings): Promise<Assumption | undefined> {
    const { directory } = seen;
    for (const result of await this.results(manifestKey, seen.places)) {
      const files = this.#claims.of(result, directory);
      if (files === undefined || !circumstancesHold(result.circumstances, seen, this.#files)) continue;
      const missing = this.#absences.suppose(result.absent, directory);
      return { result, claims: [files, ...missing.claims], held: missing.settle };
    }
    return undefined;
  }

  /** The sets of files that were seen for a key, newest first. */
  async results(manifestKey: string, places: Places): Promise<readonly ManifestResult[]> {
    const manifest = this.#known.get(manifestKey) ?? (await this.#load(manifestKey));
    const results = manifest?.results ?? [];
    return places.none ? results : results.flatMap((result) => this.#concrete(result, places) ?? []);
  }

  /**
   * Adds a result as the newest of its key. What another daemon stored meanwhile is kept.
   *
   * @param result without the names of places
   */
  async add(manifestKey: string, result: ManifestResult): Promise<Result<undefined, StorageProblem>> {
    const manifest = withResult(await this.#load(manifestKey), result);
    this.#keep(manifestKey, manifest);
    return this.#storage.putManifest(manifestKey, encodeManifest(manifest));
  }

  /** Forgets what is in memory, so that the next look-up reads the store. */
  forget(manifestKey: string): void {
    this.#known.delete(manifestKey);
  }

  #holds({ paths, digests, absent, circumstances }: ManifestResult, seen: Surroundings): boolean {
    if (!circumstancesHold(circumstances, seen, this.#files)) return false;
    const { directory } = seen;
    for (let index = 0; index < paths.length; index += 1) {
      const path = paths[index];
      if (path === undefined || this.#records.digest(resolveFrom(directory, path)) !== digests[index]) return false;
    }
    return this.#absences.firstPresent(absent, directory) === undefined;
  }

  /** The same object each time, as long as one checkout asks: claims and absences remember what they know of it. */
  #concrete(result: ManifestResult, places: Places): ManifestResult | undefined {
    const known = this.#placed.get(result);
    if (known?.identity === places.identity) return known.result;
    const concrete = concreteResult(result, places);
    this.#placed.set(result, { identity: places.identity, result: concrete });
    return concrete;
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
