import { symbolNames } from '../elf.ts';

/** What a procedural macro can do that rustc is not told of. */
export interface MacroAbilities {
  readonly readsFiles: boolean;
  readonly readsVariables: boolean;
  readonly startsPrograms: boolean;
}

/**
 * Functions of the standard library, as both schemes of mangling spell them. A linker takes along only those that are called, and
 * what the library itself needs for a panic is none of these (rustc 1.95; seen in macros that do and do not).
 */
const READS_FILES =
  /3std2fs14read_to_string5inner|3std2fs4read5inner|sys2fs8read_dir|2fs(?:NtB\w+_)?11OpenOptions\d+_+open/;
const READS_VARIABLES = /3std3env\d+_+var(?:_os)?(?:\0|17h)|3std3env4vars|3std3env7vars_os/;
const STARTS_PROGRAMS = /sys7process[\w.$]*(?:11read_output|5spawn)|7process7Command/;

/** Looks at a macro's library: by the names of the functions in it. Without such names it may do all but start programs. */
export function macroAbilities(library: Buffer): MacroAbilities {
  const names = symbolNames(library);
  if (names === undefined) return { readsFiles: true, readsVariables: true, startsPrograms: false };
  return {
    readsFiles: READS_FILES.test(names),
    readsVariables: READS_VARIABLES.test(names),
    startsPrograms: STARTS_PROGRAMS.test(names),
  };
}
