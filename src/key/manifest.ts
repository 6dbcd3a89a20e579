import type { ByteString } from '../util/bytes.ts';
import { CIRCUMSTANCE_KINDS, type RecordedCircumstance } from './circumstances.ts';

/**
 * A manifest: the sets of files with which one manifest key was compiled, newest first.
 *
 * Its bytes are latin1 fields, each ended by NUL (which no path can contain):
 *
 *   manifest = "manifest 2" count result*
 *   result   = result-key, input-count, { path, digest }*, absent-count, path*, circumstance-count, { kind, path, value }*
 *
 * Paths are spelled as the compiler spelled them: relative ones are meant from the caller's directory.
 */
export interface Manifest {
  readonly results: readonly ManifestResult[];
}

/** All that a compile read or searched. */
export interface Inputs {
  /** Files that were read, by content. `paths[i]` had `digests[i]`. Two arrays: 475 headers of one file cost 8 KiB. */
  readonly paths: readonly ByteString[];
  readonly digests: readonly string[];
  /** Names that were searched for in vain (or would have been): where one of them exists, the result is another. */
  readonly absent: readonly ByteString[];
  /** What else decided the result. Nearly always empty. */
  readonly circumstances: readonly RecordedCircumstance[];
}

/** One set of files, and the key of what they compile to. */
export interface ManifestResult extends Inputs {
  readonly resultKey: string;
}

const MAGIC = 'manifest 2';

/** Branch switching needs a handful; a header generated anew at each build must not grow a manifest without end. */
const MOST_RESULTS = 24;

/** The manifest with one result more, as its newest. */
export function withResult(manifest: Manifest | undefined, result: ManifestResult): Manifest {
  // Several sets may lead to one result, by equivalence.
  const same = (other: ManifestResult): boolean =>
    other.resultKey === result.resultKey && other.digests.join() === result.digests.join();
  const others = (manifest?.results ?? []).filter((other) => !same(other));
  return { results: [result, ...others.slice(0, MOST_RESULTS - 1)] };
}

export function encodeManifest(manifest: Manifest): Buffer {
  const fields: string[] = [MAGIC, String(manifest.results.length)];
  for (const { resultKey, paths, digests, absent, circumstances } of manifest.results) {
    fields.push(resultKey, String(paths.length));
    paths.forEach((path, index) => {
      fields.push(path, digests[index] ?? '');
    });
    fields.push(String(absent.length), ...absent);
    fields.push(String(circumstances.length));
    for (const { kind, path, value } of circumstances) fields.push(kind, path, value);
  }
  return Buffer.from(`${fields.join('\0')}\0`, 'latin1');
}

/**
 * Reads a manifest; undefined when the bytes are not one of this version.
 *
 * @param intern one string for equal strings: the paths of a project's headers are the same in each of its manifests.
 */
export function decodeManifest(bytes: Buffer, intern: (text: string) => string): Manifest | undefined {
  const fields = bytes.toString('latin1').split('\0');
  let at = 0;
  const next = (): string | undefined => fields[at++];
  const count = (): number => {
    const text = next();
    return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : -1;
  };
  if (next() !== MAGIC) return undefined;
  const results: ManifestResult[] = [];
  for (let left = count(); left !== 0; left -= 1) {
    const resultKey = next();
    const inputs = count();
    if (left < 0 || resultKey === undefined || !/^[0-9a-f]{64}$/.test(resultKey) || inputs < 0) return undefined;
    const paths: string[] = [];
    const digests: string[] = [];
    for (let input = 0; input < inputs; input += 1) {
      paths.push(intern(next() ?? ''));
      digests.push(intern(next() ?? ''));
    }
    const absences = count();
    if (absences < 0 || at + absences >= fields.length) return undefined;
    const absent = fields.slice(at, at + absences).map(intern);
    at += absences;
    const circumstances: RecordedCircumstance[] = [];
    for (let rest = count(); rest !== 0; rest -= 1) {
      const name = next();
      const kind = CIRCUMSTANCE_KINDS.find((known) => known === name);
      if (rest < 0 || kind === undefined) return undefined;
      circumstances.push({ kind, path: intern(next() ?? ''), value: next() ?? '' });
    }
    results.push({ resultKey, paths, digests, absent, circumstances });
  }
  return at === fields.length - 1 ? { results } : undefined;
}
