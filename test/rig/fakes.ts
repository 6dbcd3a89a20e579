import type { Storage, StorageProblem, StoredResult, StoreKey } from '../../src/storage/storage.ts';
import type { Clock } from '../../src/system/clock.ts';
import { failure, type Result, success } from '../../src/util/result.ts';

/** Time that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;

  /** @param now milliseconds since the epoch */
  constructor(now = 1_717_200_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

type Method = 'getResult' | 'putResult' | 'getManifest' | 'putManifest';

/** A storage in memory that writes down each call and fails when it is told to. */
export class FakeStorage implements Storage {
  readonly location = 'Memory';
  readonly calls: { readonly method: Method; readonly key: StoreKey }[] = [];
  readonly results = new Map<StoreKey, StoredResult>();
  readonly manifests = new Map<StoreKey, Buffer>();
  closed = false;
  readonly #problems = new Map<Method, StorageProblem>();

  /** From now on each call of the method comes to this problem; undefined lets it succeed again. */
  failOn(method: Method, problem: StorageProblem | undefined): void {
    if (problem) this.#problems.set(method, problem);
    else this.#problems.delete(method);
  }

  /** How often the method was called. */
  count(method: Method): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async getResult(key: StoreKey): Promise<Result<StoredResult | undefined, StorageProblem>> {
    return this.#call('getResult', key, () => this.results.get(key));
  }

  async putResult(key: StoreKey, result: StoredResult): Promise<Result<{ bytes: number }, StorageProblem>> {
    return this.#call('putResult', key, () => {
      this.results.set(key, result);
      return { bytes: sizeOf(result) };
    });
  }

  async getManifest(key: StoreKey): Promise<Result<Buffer | undefined, StorageProblem>> {
    return this.#call('getManifest', key, () => this.manifests.get(key));
  }

  async putManifest(key: StoreKey, bytes: Buffer): Promise<Result<undefined, StorageProblem>> {
    return this.#call('putManifest', key, () => {
      this.manifests.set(key, Buffer.from(bytes));
      return undefined;
    });
  }

  async usage(): Promise<{ readonly bytes: number; readonly limit: number }> {
    const bytes = [...this.results.values()].reduce((sum, result) => sum + sizeOf(result), 0);
    return { bytes, limit: Number.MAX_SAFE_INTEGER };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #call<T>(method: Method, key: StoreKey, action: () => T): Result<T, StorageProblem> {
    this.calls.push({ method, key });
    const problem = this.#problems.get(method);
    return problem ? failure(problem) : success(action());
  }
}

function sizeOf(result: StoredResult): number {
  return result.files.reduce(
    (sum, { content }) => sum + (content.kind === 'inline' ? content.bytes.length : content.length),
    result.stdout.length + result.stderr.length,
  );
}
