import type { ByteString } from '../../util/bytes.ts';
import { baseName, resolveFrom } from '../../util/path.ts';
import type { Request } from '../request.ts';

/** A call of rustc, or of something that behaves like it. */
export interface RustCommand {
  /** The program that decides what is compiled. */
  readonly driver: 'rustc' | 'clippy-driver' | 'wrapper';
  /** Programs of the command line besides the one that is started, absolute: a wrapper is told which rustc to run. */
  readonly inner: ByteString | undefined;
  /** What stands before rustc's own arguments: `rustc`'s path for a wrapper, `+toolchain`. */
  readonly leading: readonly ByteString[];
  /** rustc's arguments. */
  readonly arguments: readonly ByteString[];
}

const RUSTC = /^rustc(?:\.exe)?$/;
const CLIPPY = /^clippy-driver(?:\.exe)?$/;

/**
 * Recognises rustc by its name; `clippy-driver` and what stands in `RUSTC_WORKSPACE_WRAPPER` by their first argument, which
 * is the path of rustc; undefined for any other program.
 */
export function rustCommand(request: Request): RustCommand | undefined {
  const [, ...rest] = request.argv;
  const name = baseName(request.program);
  const [first = ''] = rest;
  if (RUSTC.test(name)) {
    const leading = first.startsWith('+') ? [first] : [];
    return { driver: 'rustc', inner: undefined, leading, arguments: rest.slice(leading.length) };
  }
  const clippy = CLIPPY.test(name);
  if (!RUSTC.test(baseName(first))) {
    return clippy ? { driver: 'clippy-driver', inner: undefined, leading: [], arguments: rest } : undefined;
  }
  return {
    driver: clippy ? 'clippy-driver' : 'wrapper',
    inner: first.includes('/') ? resolveFrom(request.cwd, first) : undefined,
    leading: [first],
    arguments: rest.slice(1),
  };
}
