import { BEFORE_DIRECTIVE, GAP, withoutSplices } from '../../../key/source-scan.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';
import type { AssemblerIncludes } from './assembler-includes.ts';
import type { InputQuestion, ReadFiles } from './inputs.ts';

/** `#line` or a line marker: the name that follows the number, or the macros from which both come. */
const OTHER_NAME = new RegExp(
  String.raw`${BEFORE_DIRECTIVE}(?:line\b|(?=\d))${GAP}(?:\d+${GAP}(?:"((?:\\.|[^"\\\n])*)")?|)(\w?)`,
  'gm',
);

/**
 * The files whose lines gcc shows because a source says that its own are theirs: such as those a preprocessed source was
 * made of, or the grammar behind a parser.
 *
 * @returns undefined where a macro names one
 */
export function quotedSources(
  { parsed, request }: InputQuestion,
  { headers, trace }: ReadFiles,
  files: SourceFiles,
): AssemblerIncludes | undefined {
  const named = new Set<ByteString>();
  for (const [path, scan] of trace.scans) {
    if (!scan.namesOtherSources) continue;
    const text = fromBuffer(files.read(resolveFrom(request.cwd, path))?.bytes ?? Buffer.alloc(0));
    for (const [, name, macro] of withoutSplices(text).matchAll(OTHER_NAME)) {
      if (name !== undefined) named.add(unquoted(name));
      else if (macro !== '') return undefined;
    }
  }
  // They count already, and as what they are: sources.
  for (const path of [parsed.input, ...headers]) named.delete(path);
  const kinds = [...named].map((path) => ({ path, kind: files.stat(resolveFrom(request.cwd, path))?.kind }));
  const of = (wanted: string | undefined) => kinds.filter(({ kind }) => kind === wanted).map(({ path }) => path);
  return { paths: of('file'), absent: of(undefined) };
}

/** A name as a string says it; gcc writes bytes that are no printable ASCII as octal digits. */
function unquoted(name: ByteString): ByteString {
  return name.replace(/\\(?:([0-7]{1,3})|(.))/gs, (_all, octal: string | undefined, plain = '') =>
    octal === undefined ? plain : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
