import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../../util/path.ts';
import type { InputQuestion } from './inputs.ts';

/** Module maps that clang reads besides those that options name, and where it looks for such in vain. */
export interface ModuleMaps {
  readonly paths: readonly ByteString[];
  readonly absent: readonly ByteString[];
}

/** `extern module B "b.map"`, as of the map's directory. One in a comment costs a miss at most. */
const EXTERN = /\bextern\s+module\s+(?:[\w.]|"[^"\n]*")+\s+"([^"\n]*)"/g;

/** The names of maps beside which clang looks for a private one. */
const PRIVATE: ReadonlyMap<ByteString, ByteString> = new Map([
  ['module.modulemap', 'module.private.modulemap'],
  ['module.map', 'module_private.map'],
]);

/** Follows the maps of `-fmodule-map-file`, which no list of headers shows, to the others that they name. */
export function moduleMaps({ request, parsed }: InputQuestion, files: SourceFiles): ModuleMaps {
  const named = parsed.keyArguments.flatMap((word) => /^(?:-Xclang=)?-fmodule-map-file=(.*)$/s.exec(word)?.[1] ?? []);
  const paths = new Set<ByteString>();
  const absent = new Set<ByteString>();
  const waiting = [...named];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (paths.has(path) || absent.has(path)) continue;
    const text = files.read(resolveFrom(request.cwd, path))?.bytes;
    if (text === undefined) {
      absent.add(path);
      continue;
    }
    paths.add(path);
    const beside = (name: ByteString): ByteString => (name.startsWith('/') ? name : joinPath(directoryOf(path), name));
    for (const [, name = ''] of fromBuffer(text).matchAll(EXTERN)) waiting.push(beside(name));
    const own = PRIVATE.get(baseName(path));
    if (own !== undefined) waiting.push(beside(own));
  }
  return { paths: [...paths], absent: [...absent] };
}
