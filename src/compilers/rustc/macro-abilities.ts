import { type ReadPiece, symbolNames } from '../elf.ts';

/** What a procedural macro can do that rustc is not told of. */
export interface MacroAbilities {
  readonly readsFiles: boolean;
  readonly readsVariables: boolean;
  /** Whatever they are called. */
  readonly listsVariables: boolean;
  readonly writesFiles: boolean;
  readonly startsPrograms: boolean;
}

/**
 * Functions of the standard library, as both schemes of mangling spell them. A linker takes along only those that are called, and
 * what the library itself needs for a panic is none of these (rustc 1.95; seen in macros that do and do not).
 */
const READS_FILES =
  /3std2fs14read_to_string5inner|3std2fs4read5inner|sys2fs8read_dir|3std2fs8metadata|2fs(?:6exists|9read_link|12canonicalize|16symlink_metadata)|4Path(?:6is_dir|7is_file|10is_symlink)|2fs(?:NtB\w+_)?11OpenOptions\d+_+open/;
const READS_VARIABLES = /3std3env\d+_+var(?:_os)?(?:\0|17h)|3std3env4vars|3std3env7vars_os/;
const LISTS_VARIABLES = /3std3env4vars|3std3env7vars_os/;
const WRITES_FILES =
  /3std2fs5write5inner|3std2fs4File(?:6create|10create_new)|10DirBuilder(?:6|7__)create|2fs(?:6rename|4copy|11remove_file)/;
const STARTS_PROGRAMS = /sys7process[\w.$]*(?:11read_output|5spawn)|7process7Command/;

const UNKNOWN: MacroAbilities = {
  readsFiles: true,
  readsVariables: true,
  listsVariables: false,
  writesFiles: false,
  startsPrograms: false,
};

/** Looks at a macro's library: by the names of the functions in it. Without such names it counts as one that reads what it names. */
export function macroAbilities(library: ReadPiece): MacroAbilities {
  const names = symbolNames(library);
  if (names === undefined) return UNKNOWN;
  return {
    readsFiles: READS_FILES.test(names),
    readsVariables: READS_VARIABLES.test(names),
    listsVariables: LISTS_VARIABLES.test(names),
    writesFiles: WRITES_FILES.test(names),
    startsPrograms: STARTS_PROGRAMS.test(names),
  };
}
