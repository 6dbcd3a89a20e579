import type { ByteString } from '../util/bytes.ts';
import { fromBuffer, toBuffer } from '../util/bytes.ts';

/**
 * The headers in a file of clang's `CC_PRINT_HEADERS_FILE`: one a line, as opened, in the order of inclusion. Where clang
 * reads what it has preprocessed before, `<built-in>` is among them.
 */
export function parsePrintedHeaders(text: Buffer): readonly ByteString[] {
  return fromBuffer(text)
    .split('\n')
    .filter((line) => line !== '' && line !== '<built-in>');
}

/**
 * The names in a graph of clang's `-dependency-dot`, the source's too. They are not quite those of the files: a sysroot in
 * front is left out, and where there is none the slash that an absolute name begins with (so `DependencyGraph.cpp` of
 * clang 14). A file with several names is there once.
 */
export function parseDependencyGraph(text: Buffer): readonly ByteString[] {
  const nodes = fromBuffer(text).matchAll(/^ {2}header_\d+ \[ shape="box", label="((?:\\.|[^"\\])*)"\];$/gms);
  return [...nodes].map(([, label = '']) => label.replace(/\\(.)/gs, '$1'));
}

const GUARDS = 'Multiple include guards may be useful for:';

/**
 * Takes the output of gcc's `-H` out of what the compiler wrote to stderr: a line for each header, nested by dots
 * (`!` before a precompiled header that is used, with the source's name on a line of its own behind it, `x` before one
 * that is not), and at the end of preprocessing the headers without include guards. Messages may follow that list, so
 * it ends at the first line that is no header of the listing.
 *
 * @returns the headers, each once (precompiled ones included), and the rest of stderr untouched.
 */
export function stripHeaderListing(stderr: Buffer): { headers: ByteString[]; rest: Buffer } {
  const headers = new Set<ByteString>();
  const kept: ByteString[] = [];
  let inGuards = false;
  let afterPrecompiled = false;
  for (const line of fromBuffer(stderr).split(/(?<=\n)/)) {
    const text = line.endsWith('\n') ? line.slice(0, -1) : line;
    const listed = /^(\.+|!|x) (.+)$/s.exec(text);
    const sourceName = afterPrecompiled && /^ [^ ]/.test(text);
    afterPrecompiled = listed?.[1] === '!';
    if (inGuards && headers.has(text)) continue;
    inGuards = text === GUARDS;
    if (listed?.[2] !== undefined) headers.add(listed[2]);
    else if (!inGuards && !sourceName) kept.push(line);
  }
  return { headers: [...headers], rest: toBuffer(kept.join('')) };
}
