import { SectionHash } from '../key/section-hash.ts';
import type { Storage, StoredFile } from '../storage/storage.ts';
import { DEPENDENCY_LIST, encodeList } from './hit.ts';
import type { Inputs } from './inputs.ts';
import type { Manifests } from './manifests.ts';
import type { WrittenOutput } from './miss.ts';
import type { StoreOutcome } from './outcome.ts';

/** A finished compile that may be kept. */
export interface Keepable {
  readonly manifestKey: string;
  readonly inputs: Inputs;
  readonly outputs: readonly WrittenOutput[];
  /** What a dependency file lists, undefined when none was asked for. */
  readonly dependencies: readonly string[] | undefined;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly compilerMicros: number;
}

/** Stores the result, then the manifest that leads to it: never a manifest without a result. */
export async function keepResult(
  kept: Keepable,
  storage: Storage,
  manifests: Manifests,
  now: () => number,
): Promise<StoreOutcome> {
  const started = now();
  const resultKey = new SectionHash()
    .add('manifest key', kept.manifestKey)
    .addAll('paths', kept.inputs.paths)
    .addAll('digests', kept.inputs.digests)
    .addAll('absent', kept.inputs.absent)
    .digest();
  const files: StoredFile[] = kept.outputs.map(({ output, mode, bytes }) => ({
    role: output.role,
    mode,
    content: { kind: 'inline', bytes },
  }));
  if (kept.dependencies) {
    const bytes = encodeList(kept.dependencies);
    files.push({ role: DEPENDENCY_LIST, mode: 0o666, content: { kind: 'inline', bytes } });
  }
  const { stdout, stderr, compilerMicros } = kept;
  const put = await storage.putResult(resultKey, { stdout, stderr, facts: { compilerMicros }, files });
  if (!put.ok) return { kind: 'store-failed', detail: put.error.detail };
  const added = await manifests.add(kept.manifestKey, { resultKey, ...kept.inputs });
  if (!added.ok) return { kind: 'store-failed', detail: added.error.detail };
  return { kind: 'stored', micros: Math.round((now() - started) * 1000) };
}
