import { expect, it } from 'vitest';
import { describeStorage } from '../../conformance/storage.ts';
import { FakeClock, FakeStorage } from '../../rig/fakes.ts';

// The fake has to keep what the real storage promises, or tests that use it prove nothing.
describeStorage('the fake', async () => ({ storage: new FakeStorage(), dispose: async () => {} }));

it('the fake storage writes down its calls and fails on demand', async () => {
  const storage = new FakeStorage();
  const problem = { kind: 'io', code: 'ENOSPC', detail: 'full' } as const;
  await storage.putManifest('k', Buffer.from('m'));
  storage.failOn('getManifest', problem);
  expect(await storage.getManifest('k')).toEqual({ ok: false, error: problem });
  storage.failOn('getManifest', undefined);
  expect(await storage.getManifest('k')).toEqual({ ok: true, value: Buffer.from('m') });
  expect(storage.calls.map(({ method }) => method)).toEqual(['putManifest', 'getManifest', 'getManifest']);
  expect(storage.count('getManifest')).toBe(2);
});

it('the fake clock goes on when it is told to', () => {
  const clock = new FakeClock(10);
  clock.advance(5);
  expect(clock.now()).toBe(15);
});
