/** ECMA-48: `ESC [ … final`, strings such as `ESC ] … BEL` or `… ESC \`, and `ESC intermediates final`. */
const ESCAPES =
  /\x1b(?:\[[\x00-\x3f]*[\x40-\x7e]|[\]PX^_](?:[^\x07\x1b]|\x1b(?!\\))*(?:\x07|\x1b\\)|[ -/]*[\x30-\x7e])/g;

/** The text without terminal escape sequences. */
export function stripEscapes(bytes: Buffer): Buffer {
  return bytes.includes(0x1b) ? Buffer.from(bytes.toString('latin1').replace(ESCAPES, ''), 'latin1') : bytes;
}
