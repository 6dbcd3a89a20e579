import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';
import type { RustQuestion } from '../question.ts';

/** `asm!`, `global_asm!`, `naked_asm!`. */
const ASSEMBLES = /asm\s*!/;

/** The directive, or a string that ends within it, of which `concat!` may make one. `x.include(y)` is a call. */
const READS_FILES = /incbin|\.include\b(?!\s*\()|\.i(?:n(?:c(?:b(?:in?)?|l(?:ud?)?)?)?)?"/gi;

/**
 * The directive with its whole name: in a plain string, where both quotes are escaped, in a raw one, or in a file. Nothing is put into
 * its place by a format, an escape or a macro.
 */
const WHOLE = /\.(include|incbin)[ \t]+(\\?")([^"\\{}$&\r\n]+)\2(?!#)/gi;

/**
 * The files that `asm!` reads (`.incbin`, `.include`), of which rustc's list has none, as seen from the caller's directory; undefined
 * when that cannot be told: the text may be another crate's.
 */
export function assembledFiles(
  { request, dependencies, cratesAssemble }: RustQuestion,
  files: SourceFiles,
): readonly ByteString[] | undefined {
  if (cratesAssemble) return undefined;
  const textOf = (path: ByteString): ByteString =>
    fromBuffer(files.read(resolveFrom(request.cwd, path))?.bytes ?? Buffer.alloc(0));
  const texts = dependencies.files.map(textOf);
  const found = new Set<ByteString>();
  if (!texts.some((text) => ASSEMBLES.test(text))) return [];
  for (const text of texts) {
    const directives = [...text.matchAll(WHOLE)];
    const mentions = text.match(READS_FILES)?.length ?? 0;
    if (mentions > directives.length || (mentions > 0 && /altmacro/i.test(text))) return undefined;
    for (const [, directive = '', , name = ''] of directives) {
      if (directive.toLowerCase() === 'include' && !found.has(name)) texts.push(textOf(name));
      found.add(name);
    }
  }
  return [...found];
}
