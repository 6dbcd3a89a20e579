import type { RustArguments } from '../../compilers/rustc/arguments.ts';
import type { RustOutputs } from '../../compilers/rustc/outputs.ts';
import type { Request } from '../request.ts';
import type { RustCommand } from './command.ts';
import type { Linking } from './inputs/linking.ts';
import type { RustKey } from './key-material.ts';
import type { Placement } from './placement.ts';
import type { Rendering } from './rendering.ts';

/** What one compile of rustc is made of. */
export interface RustParts {
  readonly request: Request;
  readonly command: RustCommand;
  readonly parsed: RustArguments;
  readonly outputs: RustOutputs;
  /** undefined where nothing is linked. */
  readonly linking: Linking | undefined;
  /** See `absorbsCrates` in `key-material.ts`. */
  readonly absorbsCrates: boolean;
  readonly placement: Placement;
  readonly rendering: Rendering;
  readonly key: RustKey;
}
