import type { OutputRole, ParsedArguments } from '../../compilers/arguments.ts';
import { isHeader } from '../../compilers/c-family/languages.ts';
import type { PlaceMethod } from '../../protocol/steps.ts';
import type { CompilerKind } from './toolchain.ts';

type Written = OutputRole | 'dependency-file';

/**
 * How each compiler opens each output, as strace shows it (gcc 12.2 with GNU as 2.40, clang 14.0): in place
 * (`O_TRUNC`), after unlinking a non-empty file (GNU as, which BFD does so that a running program is not overwritten),
 * or by renaming a temporary file (what clang's own back end writes).
 */
export function writeMethod(kind: CompilerKind, role: Written, parsed: ParsedArguments): PlaceMethod {
  if (kind === 'gcc' || (parsed.externalAssembler && role === 'object')) {
    const assembled = role === 'object' && !isHeader(parsed.language);
    return assembled || role === 'split-dwarf' ? 'unlink-first' : 'truncate';
  }
  if (role === 'diagnostics') return 'unlink-first';
  return RENAMED_BY_CLANG.has(role) && !assembledApart(role, parsed) ? 'rename' : 'truncate';
}

const RENAMED_BY_CLANG: ReadonlySet<Written> = new Set<Written>([
  'object',
  'assembly',
  'preprocessed',
  'bitcode',
  'module',
  'temporary-assembly',
]);

/** clang's assembler proper writes in place. It makes the objects of assembly, and all where the assembly is kept. */
function assembledApart(role: Written, { language, outputs }: ParsedArguments): boolean {
  return (
    role === 'object' &&
    (language.startsWith('assembler') || outputs.some((output) => output.role === 'temporary-assembly'))
  );
}
