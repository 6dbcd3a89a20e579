import type { CompileRequest } from '../protocol/messages.ts';
import type { ByteString } from '../util/bytes.ts';

/** A compile request with its environment in reach. */
export interface Request extends CompileRequest {
  /** On the services' clock. */
  readonly arrivedMs: number;
  readonly environment: ReadonlyMap<ByteString, ByteString>;
  /** The caller's directory as its shell names it: `$PWD` where that is the same place, as compilers record it. */
  readonly logicalDirectory: ByteString;
}
