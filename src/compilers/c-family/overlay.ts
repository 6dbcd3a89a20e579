import type { ByteString } from '../../util/bytes.ts';
import { baseName, directoryOf, joinPath } from '../../util/path.ts';

/** What a file for `-ivfsoverlay` says. */
export interface OverlayReplacements {
  /** Files that stand for others; relative ones seen from the caller's directory and from the overlay's. */
  readonly files: readonly ByteString[];
  /** The last components of the names that others stand for. */
  readonly names: readonly ByteString[];
}

const VALUE = String.raw`['"]?[ \t]*:[ \t]*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|([^\s,{}\[\]'"]+))`;
const KEY = { file: /external-contents/g, name: /(?<![\w-])name(?=['"]?[ \t]*:)/g } as const;

/** Headers are listed by names behind which something else is, or directories stand for directories. */
const BEYOND_US =
  /use-external-names['"]?[ \t]*:[ \t]*['"]?(?:false|no|off|0)|directory-remap|redirecting-with|root-relative/i;

/** Reads an overlay; undefined when it says more than which files stand for which. */
export function overlayReplacements(text: ByteString, path: ByteString): OverlayReplacements | undefined {
  const files = valuesOf(text, KEY.file);
  const names = valuesOf(text, KEY.name);
  if (files === undefined || names === undefined || BEYOND_US.test(text)) return undefined;
  const seen = files.flatMap((file) => [file, joinPath(directoryOf(path), file)]);
  return { files: [...new Set(seen)], names: names.map(baseName) };
}

/** The values behind each mention of a key; undefined when one cannot be read. */
function valuesOf(text: ByteString, key: RegExp): ByteString[] | undefined {
  const values: ByteString[] = [];
  for (const { 0: mention, index } of text.matchAll(key)) {
    const value = new RegExp(VALUE, 'y');
    value.lastIndex = index + mention.length;
    const read = value.exec(text);
    if (read === null) return undefined;
    values.push(read[1] ?? read[2] ?? read[3] ?? '');
  }
  return values;
}
