import { fromBuffer } from '../../util/bytes.ts';

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

const SYMBOL_TABLE = 2;
const SECTION_BYTES = 64;

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

/**
 * All names of an ELF file's symbol table, each with a NUL behind it (System V ABI, 64 bits, little endian):
 *
 *   header  = magic(4) class(1) data(1) … 0x28: u64 section-offset … 0x3c: u16 section-count
 *   section = u32 name, u32 type, u64 flags, u64 address, u64 offset, u64 size, u32 link …
 */
function symbolNames(file: Buffer): string | undefined {
  if (file.length < SECTION_BYTES || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1)
    return undefined;
  const start = Number(file.readBigUInt64LE(0x28));
  const count = file.readUInt16LE(0x3c);
  if (start + count * SECTION_BYTES > file.length) return undefined;
  for (let index = 0; index < count; index += 1) {
    const section = start + index * SECTION_BYTES;
    if (file.readUInt32LE(section + 4) !== SYMBOL_TABLE) continue;
    const link = file.readUInt32LE(section + 40);
    if (link >= count) return undefined;
    const strings = start + link * SECTION_BYTES;
    const offset = Number(file.readBigUInt64LE(strings + 24));
    const size = Number(file.readBigUInt64LE(strings + 32));
    return offset + size > file.length ? undefined : fromBuffer(file.subarray(offset, offset + size));
  }
  return undefined;
}
