import type { ByteString } from '../../../util/bytes.ts';

/**
 * Whether sources use a variable for nothing but the names of files that they include:
 *
 *   include!(concat!(env!("OUT_DIR"), "/bindings.rs"))        and include_str!, include_bytes!
 *
 * Then its value decides which files are read, and nothing else. Any other mention of the name, and none (a macro of another
 * crate made it), is a no.
 */
export function namesOnlyIncludedFiles(variable: ByteString, sources: readonly ByteString[]): boolean {
  const quoted = `"${variable.replace(/[^\w]/g, '\\$&')}"`;
  const including = new RegExp(
    String.raw`\binclude(?:_str|_bytes)?!\s*\(\s*(?:::)?(?:(?:core|std)::)?concat!\s*\(\s*(?:(?:core|std)::)?env!\s*\(\s*${quoted}\s*\)\s*,\s*"[^"\\]*"\s*,?\s*\)\s*,?\s*\)`,
    'g',
  );
  let included = 0;
  let mentioned = 0;
  for (const source of sources) {
    included += source.match(including)?.length ?? 0;
    mentioned += source.match(new RegExp(quoted, 'g'))?.length ?? 0;
  }
  return included > 0 && included === mentioned;
}
