import type { ParsedArguments } from '../../compilers/arguments.ts';
import type { UnnamedOutputs } from '../unnamed-outputs.ts';

/** What gcc adds to a dump's name: the number of the pass, the kind of the pass and the pass (`.252t.optimized`). */
const DUMP_SUFFIX = /^\.\d{3}[a-z]\.[\w-]+$/;

/** The dumps of gcc's passes, where there are any. */
export function gccDumps({ dumpPrefix }: ParsedArguments): UnnamedOutputs<'dump '> | undefined {
  return dumpPrefix === undefined ? undefined : { prefix: dumpPrefix, suffix: DUMP_SUFFIX, role: 'dump ' };
}
