import type { Clock } from '../../system/clock.ts';
import type { Files } from '../../system/files.ts';
import type { Layout } from './layout.ts';

/** No write takes an hour, so whoever was writing such a file is gone. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Removes what writers that were killed have left in `tmp/`. */
export async function sweepTemporary(files: Files, layout: Layout, clock: Clock): Promise<void> {
  for (const name of await files.list(layout.temporary)) {
    const file = `${layout.temporary}/${name}`;
    const state = files.stat(file);
    if (state && state.modifiedMs < clock.now() - ABANDONED_MS) files.remove(file);
  }
}
