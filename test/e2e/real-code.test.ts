import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DIST, ROOT } from '../rig/clients.ts';
import { start } from '../rig/processes.ts';

/** Some files of our own client; `scripts/real-code.mjs` does the same with hundreds of files of other projects. */
it('compiles real code in every way, and after random edits, to what the bare compiler makes', async () => {
  const words = ['--project', 'client', '--files', '3', '--edits', '8', '--sccache', join(DIST, 'sccache')];
  const { code, stdout, stderr } = await start(process.execPath, ['scripts/real-code.mjs', ...words], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
    timeoutMs: 55_000,
  }).ended;
  expect(`${stdout}${stderr}`).toMatch(/^Everything is the same\.$/m);
  expect(code).toBe(0);
});
