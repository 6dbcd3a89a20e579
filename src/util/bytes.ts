/**
 * A byte string: one JavaScript character (U+0000 to U+00FF) for each byte.
 *
 * Paths, arguments and environment need not be UTF-8 on Unix. Decoding them as latin1 loses nothing, keeps
 * comparisons and Map keys as fast as strings are, and costs one conversion at the file system's edge.
 */
export type ByteString = string;

const NON_ASCII = /[^\u0000-\u007f]/;

/** What node:fs wants for a path: the string itself where that is the same, else its bytes. */
export function toPath(bytes: ByteString): string | Buffer {
  return NON_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1') : bytes;
}

/** The bytes that a byte string stands for. */
export function toBuffer(bytes: ByteString): Buffer {
  return Buffer.from(bytes, 'latin1');
}

/** The byte string of some bytes. */
export function fromBuffer(buffer: Uint8Array): ByteString {
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString('latin1');
}

/** The byte string of ordinary text (its UTF-8 bytes). */
export function fromText(text: string): ByteString {
  return NON_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** Text for people: the bytes read as UTF-8, with U+FFFD where they are not. */
export function toText(bytes: ByteString): string {
  return NON_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
