import { type ByteString, fromBuffer } from '../util/bytes.ts';

/**
 * What we ask of an ELF file (System V ABI; of 64 bits, little endian):
 *
 *   header  = magic(4) class(1) data(1) … 0x28: u64 section-offset … 0x3c: u16 section-count
 *   section = u32 name, u32 type, u64 flags, u64 address, u64 offset, u64 size, u32 link …
 *   dynamic = { u64 tag, u64 value }*                              a value of the tags here is an offset in the linked section
 */
const MAGIC = 0x7f454c46;
const HEADER_BYTES = 64;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const SECTION_BYTES = 64;
const SYMBOL_TABLE = 2;
const DYNAMIC = 6;
const TAG_NEEDED = 1n;
const TAG_RPATH = 15n;
const TAG_RUNPATH = 29n;

/** Reads so many bytes from an offset; undefined where the file has not as many. Programs are too large to be read whole. */
export type ReadPiece = (offset: number, length: number) => Buffer | undefined;

/** What a program says of the shared libraries that it wants. */
export interface DynamicLibraries {
  readonly needed: readonly ByteString[];
  /** Lists with colons; `$ORIGIN` is the program's own directory. A program that has both goes by the second. */
  readonly rpath: ByteString | undefined;
  readonly runpath: ByteString | undefined;
}

/** All names of a file's symbol table, each with a NUL behind it; undefined when it has none, or is no such file. */
export function symbolNames(read: ReadPiece): ByteString | undefined {
  const table = linkedTo(read, SYMBOL_TABLE);
  const strings = table && read(table.strings.offset, table.strings.size);
  return strings && fromBuffer(strings);
}

/** Undefined of what is no such file or needs no library. */
export function dynamicLibraries(read: ReadPiece): DynamicLibraries | undefined {
  const dynamic = linkedTo(read, DYNAMIC);
  const contents = dynamic && read(dynamic.section.offset, dynamic.section.size);
  const strings = dynamic && read(dynamic.strings.offset, dynamic.strings.size);
  if (contents === undefined || strings === undefined) return undefined;
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

interface Extent {
  readonly offset: number;
  readonly size: number;
}

/** Where the first section of a type is, and the strings that it refers to. */
function linkedTo(read: ReadPiece, type: number): { readonly section: Extent; readonly strings: Extent } | undefined {
  const header = read(0, HEADER_BYTES);
  if (header === undefined || header.readUInt32BE(0) !== MAGIC) return undefined;
  if (header[4] !== CLASS_64 || header[5] !== LITTLE_ENDIAN) return undefined;
  const count = header.readUInt16LE(0x3c);
  const sections = read(Number(header.readBigUInt64LE(0x28)), count * SECTION_BYTES);
  if (sections === undefined) return undefined;
  const extentOf = (index: number): Extent => ({
    offset: Number(sections.readBigUInt64LE(index * SECTION_BYTES + 24)),
    size: Number(sections.readBigUInt64LE(index * SECTION_BYTES + 32)),
  });
  for (let index = 0; index < count; index += 1) {
    if (sections.readUInt32LE(index * SECTION_BYTES + 4) !== type) continue;
    const link = sections.readUInt32LE(index * SECTION_BYTES + 40);
    return link < count ? { section: extentOf(index), strings: extentOf(link) } : undefined;
  }
  return undefined;
}
