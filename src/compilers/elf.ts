import { type ByteString, fromBuffer } from '../util/bytes.ts';

/**
 * What we ask of an ELF file (System V ABI; of 64 bits, little endian):
 *
 *   header  = magic(4) class(1) data(1) … 0x28: u64 section-offset … 0x3c: u16 section-count
 *   section = u32 name, u32 type, u64 flags, u64 address, u64 offset, u64 size, u32 link …
 *   dynamic = { u64 tag, u64 value }*                              a value of the tags here is an offset in the linked section
 */
const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const SECTION_BYTES = 64;
const SYMBOL_TABLE = 2;
const DYNAMIC = 6;
const TAG_NEEDED = 1n;
const TAG_RPATH = 15n;
const TAG_RUNPATH = 29n;

/** What a program says of the shared libraries that it wants. */
export interface DynamicLibraries {
  readonly needed: readonly ByteString[];
  /** Lists with colons; `$ORIGIN` is the program's own directory. A program that has both goes by the second. */
  readonly rpath: ByteString | undefined;
  readonly runpath: ByteString | undefined;
}

/** All names of a file's symbol table, each with a NUL behind it; undefined when it has none, or is no such file. */
export function symbolNames(file: Buffer): ByteString | undefined {
  const strings = linkedTo(file, SYMBOL_TABLE)?.strings;
  return strings && fromBuffer(strings);
}

/** Undefined of what is no such file or needs no library. */
export function dynamicLibraries(file: Buffer): DynamicLibraries | undefined {
  const dynamic = linkedTo(file, DYNAMIC);
  if (dynamic === undefined) return undefined;
  const { contents, strings } = dynamic;
  const values = (wanted: bigint): ByteString[] => {
    const found: ByteString[] = [];
    for (let at = 0; at + 16 <= contents.length; at += 16) {
      if (contents.readBigUInt64LE(at) !== wanted) continue;
      const start = Number(contents.readBigUInt64LE(at + 8));
      const end = strings.indexOf(0, start);
      if (end >= 0) found.push(fromBuffer(strings.subarray(start, end)));
    }
    return found;
  };
  return { needed: values(TAG_NEEDED), rpath: values(TAG_RPATH)[0], runpath: values(TAG_RUNPATH)[0] };
}

/** The first section of a type, and the strings that it refers to. */
function linkedTo(file: Buffer, type: number): { readonly contents: Buffer; readonly strings: Buffer } | undefined {
  if (file.length < SECTION_BYTES || file.readUInt32BE(0) !== MAGIC) return undefined;
  if (file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN) return undefined;
  const start = Number(file.readBigUInt64LE(0x28));
  const count = file.readUInt16LE(0x3c);
  if (start + count * SECTION_BYTES > file.length) return undefined;
  const contentsOf = (index: number): Buffer | undefined => {
    const section = start + index * SECTION_BYTES;
    const offset = Number(file.readBigUInt64LE(section + 24));
    const size = Number(file.readBigUInt64LE(section + 32));
    return offset + size > file.length ? undefined : file.subarray(offset, offset + size);
  };
  for (let index = 0; index < count; index += 1) {
    const section = start + index * SECTION_BYTES;
    if (file.readUInt32LE(section + 4) !== type) continue;
    const link = file.readUInt32LE(section + 40);
    const contents = contentsOf(index);
    const strings = link < count ? contentsOf(link) : undefined;
    return contents && strings && { contents, strings };
  }
  return undefined;
}
