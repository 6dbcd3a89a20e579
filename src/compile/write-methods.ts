import type { Language, OutputRole } from '../compilers/arguments.ts';
import type { PlaceMethod } from '../protocol/messages.ts';
import type { CompilerKind } from './toolchain.ts';

/**
 * How each compiler opens each output, as strace shows it (gcc 12.2 with GNU as 2.40, clang 14.0): in place
 * (`O_TRUNC`), after unlinking a non-empty file (GNU as, which BFD does so that a running program is not overwritten),
 * or by renaming a temporary file (clang, but for split DWARF and what its assembler writes).
 */
const METHODS: Record<CompilerKind, Partial<Record<OutputRole | 'dependency-file', PlaceMethod>>> = {
  gcc: { object: 'unlink-first', 'split-dwarf': 'unlink-first' },
  clang: { object: 'rename', assembly: 'rename', module: 'rename' },
};

export function writeMethod(kind: CompilerKind, role: OutputRole | 'dependency-file', language: Language): PlaceMethod {
  if (kind === 'clang' && language.startsWith('assembler')) return 'truncate';
  return METHODS[kind][role] ?? 'truncate';
}
