import { type ByteString, fromBuffer } from '../util/bytes.ts';

/**
 * GNU's archives that only name their members, as ar makes them with `T`:
 *
 *   archive = "!<thin>\n" { header [ contents ] }     contents for the tables "/", "/SYM64/" and "//" alone, on even offsets
 *   header  = name(16) … 0x30: decimal size(10) "`\n"
 *   name    = "/" offset in the table "//" | name "/"  both end with "/", in the table a line break follows
 */
export const THIN_MAGIC = '!<thin>\n';
const HEADER_BYTES = 60;
const TABLE = /^\/(?:\/|SYM64\/)?$/;

/** The members' names, from the archive's own directory; none of what is no such archive. */
export function thinMembers(archive: Buffer): readonly ByteString[] {
  if (archive.toString('latin1', 0, THIN_MAGIC.length) !== THIN_MAGIC) return [];
  const members: ByteString[] = [];
  let names = '';
  for (let at = THIN_MAGIC.length; at + HEADER_BYTES <= archive.length; ) {
    const name = archive.toString('latin1', at, at + 16).trimEnd();
    const size = Number(archive.toString('latin1', at + 48, at + 58));
    at += HEADER_BYTES;
    if (!TABLE.test(name)) {
      const start = /^\/(\d+)/.exec(name)?.[1];
      const text = start === undefined ? name : names.slice(Number(start), names.indexOf('\n', Number(start)));
      members.push(text.replace(/\/$/, ''));
      continue;
    }
    if (name === '//') names = fromBuffer(archive.subarray(at, at + size));
    at += size + (size % 2);
  }
  return members;
}
