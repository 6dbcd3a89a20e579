import { hash } from 'node:crypto';
import type { ClaimList } from '../system/claims.ts';
import { toBuffer } from '../util/bytes.ts';
import type { Compilation } from './compilation.ts';
import type { Request } from './request.ts';

/** What a request turned out to be, as long as the premises hold. */
export interface Repeat {
  readonly compilation: Compilation;
  /** Every answer of the file system by which its compiler was recognised, its arguments were read and its key was made. */
  readonly premises: ClaimList;
}

/** Some 15 KB each. */
const MOST_REPEATS = 1_000;
/** A request whose premises failed so often (a crate after `cargo clean`, say) is no longer remembered: each time cost a round trip. */
const MOST_FAILURES = 3;
const MOST_FAILED = 20_000;

/**
 * Requests that were answered from the cache. One that comes again, from the same place with the same words and
 * environment, is the same compile under the same key if the file system would give the same answers, and these the
 * client checks: that saves reading arguments, asking for the compiler's programs, and making the key, half of what
 * the daemon does for a hit.
 */
export class Repeats {
  readonly #repeats = new Map<string, Repeat>();
  readonly #failures = new Map<string, number>();

  of(identity: string): Repeat | undefined {
    return this.#repeats.get(identity);
  }

  keep(identity: string, repeat: Repeat): void {
    if ((this.#failures.get(identity) ?? 0) >= MOST_FAILURES) return;
    this.#repeats.delete(identity);
    this.#repeats.set(identity, repeat);
    if (this.#repeats.size <= MOST_REPEATS) return;
    for (const oldest of this.#repeats.keys()) {
      this.#repeats.delete(oldest);
      break;
    }
  }

  /** A client found a premise untrue, or a file changed. */
  failed(identity: string): void {
    this.#repeats.delete(identity);
    if (this.#failures.size >= MOST_FAILED) this.#failures.clear();
    this.#failures.set(identity, (this.#failures.get(identity) ?? 0) + 1);
  }
}

/** A digest of all of a request but which process asks, and when. */
export function requestIdentity(request: Request): string {
  const { umask, terminals, columns, mountNamespace, cwd, logicalDirectory, program, argv, env } = request;
  const { stdin, stdout, stderr } = terminals;
  const facts = [umask, stdin, stdout, stderr, columns, mountNamespace, argv.length];
  const words = [...facts, cwd, logicalDirectory, program, ...argv, ...env];
  return hash('sha256', toBuffer(words.join('\0')), 'base64');
}
