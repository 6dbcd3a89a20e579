import type { FileStamp } from '../system/source-files.ts';
import type { ByteString } from '../util/bytes.ts';

/** A file whose contents are known as long as its stamp stands. */
export interface RememberedFile {
  readonly path: ByteString;
  readonly stamp: FileStamp;
  readonly digest: string;
}

/** Fields of one file, in order: path, device, inode, size, modified and changed (ms), digest. */
const FIELDS = 7;

/** As fields without NUL. */
export function encodeRememberedFiles(files: Iterable<RememberedFile>): string[] {
  const fields: string[] = [];
  for (const { path, stamp, digest } of files) {
    const { device, inode, size, modifiedMs, changedMs } = stamp;
    fields.push(path, ...[device, inode, size, modifiedMs, changedMs].map(String), digest);
  }
  return fields;
}

/** What can be read of the fields; the rest is read again from the files themselves. */
export function decodeRememberedFiles(fields: readonly string[]): RememberedFile[] {
  const files: RememberedFile[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [path = '', device, inode, size, modifiedMs, changedMs, digest = ''] = fields.slice(at, at + FIELDS);
    const stamp: FileStamp = {
      device: Number(device),
      inode: Number(inode),
      size: Number(size),
      modifiedMs: Number(modifiedMs),
      changedMs: Number(changedMs),
      kind: 'file',
    };
    if (path.startsWith('/') && /^[0-9a-f]{64}$/.test(digest)) files.push({ path, stamp, digest });
  }
  return files;
}
