import type { OutputRole, ParsedArguments } from '../../compilers/arguments.ts';
import { isHeader } from '../../compilers/c-family/languages.ts';
import type { PlaceMethod } from '../../protocol/steps.ts';
import type { CompilerKind } from './toolchain/toolchain.ts';

type Written = OutputRole | 'dependency-file';

/**
 * How each compiler opens each output, as strace shows it (gcc 12.2 with GNU as 2.40, clang 14.0): in place
 * (`O_TRUNC`), after unlinking a non-empty file (GNU as, which BFD does so that a running program is not overwritten),
 * or by renaming a temporary file (what clang's own back end writes).
 */
export function writeMethod(kind: CompilerKind, role: Written, parsed: ParsedArguments): PlaceMethod {
  if (role === 'dependency-file' && parsed.dependencyFile?.variable !== undefined) return 'append';
  if (kind === 'gcc' || (parsed.externalAssembler && role === 'object')) {
    if (role.startsWith('cmi ')) return 'rename';
    const assembled = role === 'object' && !isHeader(parsed.language);
    return assembled || role === 'split-dwarf' ? 'unlink-first' : 'truncate';
  }
  if (role === 'diagnostics') return 'remove-first';
  return RENAMED_BY_CLANG.has(role) && !assembledApart(role, parsed) ? 'rename' : 'truncate';
}

/**
 * Which of the programs that run one after the other writes an output: the driver itself (0), the preprocessor where its
 * text is kept (1), clang's front end where its code is (2), the compiler (3), the assembler (4), objcopy (5). Where one cannot write
 * its files, the next does not run, and leaves none.
 */
export function turnOf(kind: CompilerKind, role: Written, parsed: ParsedArguments): number {
  switch (role) {
    case 'compilation-database':
      return 0;
    case 'preprocessed':
      return 1;
    case 'dependency-file':
      return parsed.outputs.some((output) => output.role === 'preprocessed') ? 1 : 3;
    case 'bitcode':
      return 2;
    case 'object':
      return assembles(kind, parsed) ? 4 : 3;
    case 'split-dwarf':
      return assembles(kind, parsed) ? 5 : 3;
    default:
      return 3;
  }
}

function assembles(kind: CompilerKind, parsed: ParsedArguments): boolean {
  if (kind === 'gcc') return !isHeader(parsed.language);
  return parsed.externalAssembler || assembledApart('object', parsed);
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
