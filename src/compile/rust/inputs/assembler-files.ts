import type { SourceFiles } from '../../../system/source-files.ts';
import { fromBuffer } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';
import type { RustQuestion } from '../question.ts';

/** `asm!`, `global_asm!`, `naked_asm!`. */
const ASSEMBLES = /asm\s*!/;

/** The directive, or a string that ends within it, of which `concat!` may make one. `x.include(y)` is a call. */
const READS_FILES = /incbin|\.include\b(?!\s*\()|\.i(?:n(?:c(?:b(?:in?)?|l(?:ud?)?)?)?)?"/i;

/** Whether `asm!` may read files (`.incbin`, `.include`), of which rustc's list has none; the text may be another crate's. */
export function mayAssembleFiles({ request, dependencies, cratesAssemble }: RustQuestion, files: SourceFiles): boolean {
  if (cratesAssemble) return true;
  const texts = dependencies.files.map((path) =>
    fromBuffer(files.read(resolveFrom(request.cwd, path))?.bytes ?? Buffer.alloc(0)),
  );
  return texts.some((text) => ASSEMBLES.test(text)) && texts.some((text) => READS_FILES.test(text));
}
