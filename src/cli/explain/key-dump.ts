import { decodeKeyText, keyTextName } from '../../key/key-texts.ts';
import { decodeManifest, type ManifestResult } from '../../key/manifest.ts';
import { parseSections, type Section } from '../../key/sections.ts';
import type { JournalEntry } from '../../stats/journal/journal-entry.ts';
import { type Checksum, loadChecksum } from '../../storage/checksum.ts';
import { decodeManifest as decodeEntry } from '../../storage/entry.ts';
import { type Layout, layoutOf } from '../../storage/local/layout.ts';
import { type Files, RealFiles } from '../../system/files.ts';
import { type ByteString, fromText, toText } from '../../util/bytes.ts';

/**
 * What compiles were looked up by, exactly: each section of their keys with its values, and what the newest result under
 * that key has read. Of two machines, or of two days, `diff` shows what makes the one miss what the other has.
 *
 * @param entries of the journal, the oldest first; each output is shown once, as it was last, by name
 */
export async function keyDump(
  entries: readonly JournalEntry[],
  cacheDirectory: string,
  files: Files = new RealFiles(),
): Promise<string> {
  const store: Store = { files, checksum: await loadChecksum(), layout: layoutOf(fromText(cacheDirectory)) };
  const shown = new Map<string, string>();
  for (const { output, source = '', key } of [...entries].reverse()) {
    const title = output ?? source;
    if (key !== undefined && !shown.has(title)) shown.set(title, `${title}\n${dumpOf(key, store)}`);
  }
  return [...shown]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, text]) => text)
    .join('\n');
}

interface Store {
  readonly files: Files;
  readonly checksum: Checksum;
  readonly layout: Layout;
}

function dumpOf(key: string, store: Store): string {
  const text = stored(keyTextName(key), store);
  const known = text && decodeKeyText(text);
  const sections = known ? parseSections(known) : undefined;
  if (sections === undefined) return `  [key] ${key}\n    not written down (yet): compile once more, and ask again\n`;
  const manifest = stored(key, store);
  const [newest] = (manifest && decodeManifest(manifest, (path) => path)?.results) ?? [];
  return [`  [key] ${key}`, ...sections.flatMap(sectionLines), ...(newest ? inputLines(newest) : []), ''].join('\n');
}

function stored(key: string, { files, checksum, layout }: Store): Buffer | undefined {
  const read = files.read(layout.manifestFile(key));
  const entry = read.ok && read.value ? decodeEntry(checksum, key, read.value.bytes) : undefined;
  return entry?.ok ? entry.value : undefined;
}

function sectionLines({ name, label, values }: Section): readonly string[] {
  const title = label === undefined ? `  [${shown(name)}]` : `  [${shown(name)}] ${shown(label)}`;
  return [title, ...values.map((value) => `    ${shown(value)}`)];
}

function inputLines({ paths, digests, absent, circumstances }: ManifestResult): readonly string[] {
  return [
    '  [read]',
    ...paths.map((path, index) => `    ${digests[index] ?? ''} ${shown(path)}`),
    '  [searched in vain]',
    ...absent.map((path) => `    ${shown(path)}`),
    '  [circumstances]',
    ...circumstances.map(({ kind, path, value }) => `    ${kind} ${shown(path)} ${shown(value)}`),
  ];
}

/** On one line, whatever is in it. */
function shown(value: ByteString): string {
  return toText(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll(/[\0-\x1f\x7f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
