import { type ByteString, fromBuffer } from '../util/bytes.ts';

/**
 * GNU's archives, also those that only name their members, as ar makes them with `T`:
 *
 *   archive = ( "!<arch>\n" | "!<thin>\n" ) { header [ contents ] }     contents on even offsets; a thin archive has those of the
 *                                                                     tables "/", "/SYM64/" and "//" alone
 *   header  = name(16) … 0x30: decimal size(10) "`\n"
 *   name    = "/" offset in the table "//" | name "/"                  both end with "/", in the table a line break follows
 */
export const THIN_MAGIC = '!<thin>\n';
const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;
const TABLE = /^\/(?:\/|SYM64\/)?$/;

export function beginsArchive(bytes: Buffer): boolean {
  const magic = bytes.toString('latin1', 0, MAGIC.length);
  return magic === MAGIC || magic === THIN_MAGIC;
}

/** The members' names, from the archive's own directory; none of what is no such archive. */
export function archiveMembers(archive: Buffer): readonly ByteString[] {
  const magic = archive.toString('latin1', 0, MAGIC.length);
  if (!beginsArchive(archive)) return [];
  const members: ByteString[] = [];
  let names = '';
  for (let at = magic.length; at + HEADER_BYTES <= archive.length; ) {
    const name = archive.toString('latin1', at, at + 16).trimEnd();
    const size = Number(archive.toString('latin1', at + 48, at + 58));
    at += HEADER_BYTES;
    const isTable = TABLE.test(name);
    if (name === '//') names = fromBuffer(archive.subarray(at, at + size));
    else if (!isTable) {
      const start = /^\/(\d+)/.exec(name)?.[1];
      const text = start === undefined ? name : names.slice(Number(start), names.indexOf('\n', Number(start)));
      members.push(text.replace(/\/$/, ''));
    }
    if (isTable || magic === MAGIC) at += size + (size % 2);
  }
  return members;
}
