import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../rig/clients.ts';

it('the mutation check finds each protection where its list says', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'scripts/mutation-check.mjs'), '--list']);
  expect({ status, lost: stdout.toString() }).toEqual({ status: 0, lost: '' });
});
