import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type ByteString, fromBuffer, toPath } from '../../src/util/bytes.ts';

/** A directory tree, one line of text for each name, by path. */
export interface Tree {
  /** Type, permissions, link target, number of names, length and digest; what a compiler leaves behind. */
  readonly entries: ReadonlyMap<ByteString, string>;
  /** What tells whether a file is still the same one (inode and time of birth). Not comparable between trees. */
  readonly identities: ReadonlyMap<ByteString, string>;
}

/** Reads a whole tree. Names are bytes. */
export function snapshot(root: string): Tree {
  const entries = new Map<ByteString, string>();
  const identities = new Map<ByteString, string>();
  const firstNames = new Map<string, ByteString>();
  const visit = (directory: ByteString): void => {
    const names = readdirSync(toPath(directory), { encoding: 'buffer' }).map(fromBuffer).sort();
    for (const name of names) {
      const path = `${directory}/${name}`;
      const shown = path.slice(root.length + 1);
      const stat = lstatSync(toPath(path), { bigint: true });
      const identity = `${stat.ino}:${stat.birthtimeNs}`;
      entries.set(shown, `${describe(path, stat)}${sharedWith(firstNames, identity, shown, stat)}`);
      identities.set(shown, identity);
      if (stat.isDirectory()) visit(path);
    }
  };
  visit(root);
  return { entries, identities };
}

function describe(path: ByteString, stat: BigIntStats): string {
  const mode = (Number(stat.mode) & 0o7777).toString(8);
  if (stat.isDirectory()) return `directory ${mode}`;
  if (stat.isSymbolicLink()) return `link to ${fromBuffer(readlinkSync(toPath(path), { encoding: 'buffer' }))}`;
  if (stat.isFIFO()) return `fifo ${mode}`;
  if (!stat.isFile()) return `special ${mode} ${stat.rdev}`;
  const bytes = readFileSync(toPath(path));
  return `file ${mode} ${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}

/** Says which names are one file. */
function sharedWith(
  firstNames: Map<string, ByteString>,
  identity: string,
  path: ByteString,
  stat: BigIntStats,
): string {
  if (stat.nlink === 1n || stat.isDirectory()) return '';
  const first = firstNames.get(identity);
  if (first === undefined) firstNames.set(identity, path);
  return ` ${stat.nlink} names${first === undefined ? '' : `, same as ${first}`}`;
}

/**
 * The tree as text, with a note at each file that was there `before`: whether it was kept or replaced by another.
 *
 * @param ignored paths that are left out
 */
export function describeTree(tree: Tree, before?: Tree, ignored?: RegExp): string {
  const lines: string[] = [];
  for (const [path, entry] of tree.entries) {
    if (ignored?.test(path)) continue;
    const old = before?.identities.get(path);
    const fate = old === undefined ? '' : old === tree.identities.get(path) ? '' : ' (replaced)';
    lines.push(`${JSON.stringify(path)} ${entry}${fate}`);
  }
  return lines.join('\n');
}
