import { defineConfig } from 'vitest/config';

/** The end-to-end cases that run with the TypeScript client too. `SCCACHE_TEST_CLIENT=typescript` runs all of them with it. */
const WITH_EITHER_CLIENT = ['test/e2e/differential/known-mistakes.test.ts'];

/** What a test waits for comes within milliseconds, but on a busy machine. */
const expectation = { poll: { timeout: 10_000, interval: 10 } };

/** How often a failed test is tried again: never, unless `.ci/run` asks for it, which names those that needed it. */
const retry = Number(process.env['SCCACHE_TEST_RETRIES'] ?? 0);
const common = { pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000, expect: expectation, retry } as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'native', include: ['test/**/*.test.ts'] } },
      {
        test: {
          ...common,
          name: 'typescript',
          include: WITH_EITHER_CLIENT,
          env: { SCCACHE_TEST_CLIENT: 'typescript' },
        },
      },
    ],
  },
});
