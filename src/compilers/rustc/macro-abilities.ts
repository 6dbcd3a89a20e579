import { type ReadPiece, symbolNames } from '../elf.ts';

/** What a procedural macro can do that rustc is not told of. */
export interface MacroAbilities {
  readonly readsFiles: boolean;
  readonly readsVariables: boolean;
  /** Whatever they are called. */
  readonly listsVariables: boolean;
  readonly writesFiles: boolean;
  readonly startsPrograms: boolean;
  /** `$TMPDIR`, whose name stands nowhere. */
  readonly readsTemporaryDirectory: boolean;
  /** Those of its process, which is the compiler. */
  readonly readsArguments: boolean;
}

/**
 * Functions of the standard library, as both schemes of mangling spell them. A linker takes along only those that are called, and
 * what the library itself needs for a panic is none of these (rustc 1.95; seen in macros that do and do not).
 */
const READS_FILES =
  /3std2fs14read_to_string5inner|3std2fs4read5inner|sys2fs8read_dir|3std2fs8metadata|2fs(?:6exists|9read_link|12canonicalize|16symlink_metadata)|4Path(?:6is_dir|7is_file|10is_symlink)|2fs(?:NtB\w+_)?11OpenOptions\d+_+open/;
const READS_VARIABLES = /3std3env\d+_+var(?:_os)?(?:\0|17h)|3std3env(?:4vars|7vars_os|8home_dir)/;
const LISTS_VARIABLES = /3std3env4vars|3std3env7vars_os/;
const WRITES_FILES =
  /3std2fs5write5inner|3std2fs4File(?:6create|10create_new)|10DirBuilder(?:6|7__)create|2fs(?:6rename|4copy|11remove_file)/;
const READS_TEMPORARY = /3std3env8temp_dir/;
const READS_ARGUMENTS = /3std3env(?:4args|7args_os)/;
const STARTS_PROGRAMS = /sys7process[\w.$]*(?:11read_output|5spawn)|7process7Command/;

/**
 * Functions of the C library that a macro may call itself. Those that are left out (`getenv`, `open64`, `stat64`, `read`) each macro's
 * library calls, for the text of a panic.
 */
const C_READS_FILES =
  /(?:^|\0)(?:f?open|fopen64|openat(?:64)?|[fl]?stat|fstatat(?:64)?|f?access(?:at)?|opendir|scandir(?:64)?|glob(?:64)?|ftw|nftw)(?:@|\0)/;
const C_READS_VARIABLES = /(?:^|\0)(?:secure_getenv|__environ|environ)(?:@|\0)/;
/** Or talks to other programs. */
const C_STARTS_PROGRAMS = /(?:^|\0)(?:system|popen|v?fork|exec[lv]p?e?|posix_spawnp?|connect|sendto)(?:@|\0)/;

const UNKNOWN: MacroAbilities = {
  readsFiles: true,
  readsVariables: true,
  listsVariables: false,
  writesFiles: false,
  startsPrograms: false,
  readsTemporaryDirectory: false,
  readsArguments: false,
};

/** Looks at a macro's library: by the names of the functions in it. Without such names it counts as one that reads what it names. */
export function macroAbilities(library: ReadPiece): MacroAbilities {
  const names = symbolNames(library);
  if (names === undefined) return UNKNOWN;
  return {
    readsFiles: READS_FILES.test(names) || C_READS_FILES.test(names),
    readsVariables: READS_VARIABLES.test(names) || C_READS_VARIABLES.test(names),
    listsVariables: LISTS_VARIABLES.test(names) || C_READS_VARIABLES.test(names),
    writesFiles: WRITES_FILES.test(names),
    startsPrograms: STARTS_PROGRAMS.test(names) || C_STARTS_PROGRAMS.test(names),
    readsTemporaryDirectory: READS_TEMPORARY.test(names),
    readsArguments: READS_ARGUMENTS.test(names),
  };
}
