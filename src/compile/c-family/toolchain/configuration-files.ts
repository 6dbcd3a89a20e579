import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { directoryOf, joinPath } from '../../../util/path.ts';

/** `@FILE`, as of the directory of the file in which it stands, with or without quotes around it. */
const INCLUDED = /(^|[\s"'])@([^\s"'\\]*)(["'\\]?)/g;

/**
 * Configuration files of clang with those that they take in, absolute.
 *
 * @returns undefined where a name is not understood, or has no file
 */
export function configurationFiles(
  named: readonly ByteString[],
  files: SourceFiles,
): readonly ByteString[] | undefined {
  const found = new Set<ByteString>();
  const waiting = [...named];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = files.read(path)?.bytes;
    if (text === undefined) return undefined;
    found.add(path);
    for (const [, before = '', name = '', behind = ''] of fromBuffer(text).matchAll(INCLUDED)) {
      const opened = before === '"' || before === "'" ? before : '';
      if (name === '' || behind !== opened) return undefined;
      waiting.push(name.startsWith('/') ? name : joinPath(directoryOf(path), name));
    }
  }
  return [...found];
}
