import type { Subject } from '../outcome.ts';

/** Statistics name all of it so, whatever the crate type, as sccache does. */
export const RUST: Subject = { language: 'Rust', advanced: 'rust' };
