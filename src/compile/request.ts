import type { Surroundings } from '../key/circumstances.ts';
import { NO_PLACES } from '../key/places.ts';
import type { CompileRequest } from '../protocol/messages.ts';
import type { ByteString } from '../util/bytes.ts';
import type { Compilation } from './compilation.ts';

/** A compile request with its environment in reach. */
export interface Request extends CompileRequest {
  /** On the services' clock. */
  readonly arrivedMs: number;
  readonly environment: ReadonlyMap<ByteString, ByteString>;
  /** The caller's directory as its shell names it: `$PWD` where that is the same place, as compilers record it. */
  readonly logicalDirectory: ByteString;
}

const NO_ASPECTS: ReadonlyMap<ByteString, ByteString> = new Map();

/** From where a compile sees the world, at a moment in milliseconds since 1970. */
export function surroundingsOf(
  { cwd, environment }: Request,
  wallMs: number,
  { places, writes, aspects, searched }: Partial<Pick<Compilation, 'places' | 'writes' | 'aspects' | 'searched'>> = {},
): Surroundings {
  return {
    directory: cwd,
    environment,
    places: places ?? NO_PLACES,
    writes: writes ?? [],
    aspects: aspects ?? NO_ASPECTS,
    searched: searched ?? [],
    wallMs,
  };
}
