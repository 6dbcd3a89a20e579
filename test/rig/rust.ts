import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Case, type DifferentialSubject, differential } from './differential.ts';
import { World } from './world.ts';

/**
 * What cargo itself writes, with times and its own hashes in it: fingerprints, time stamps, what it remembers of rustc.
 * All else below `target` is compared.
 */
export const WRITTEN_BY_CARGO =
  /(?:^|\/)(?:\.fingerprint(?:\/|$)|\.rustc_info\.json$|\.cargo-lock$|\.package-cache|build\/[^/]*\/(?:invoked\.timestamp|root-output)$)/;

/** The machine's Rust, with a home for cargo in the world and no network. */
export function rustEnvironment(world: World, wrapper: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    RUSTUP_HOME: process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup'),
    CARGO_HOME: join(world.directory, 'cargo'),
    CARGO_INCREMENTAL: '0',
    CARGO_NET_OFFLINE: 'true',
    // One crate after the other: messages come in one order.
    CARGO_BUILD_JOBS: '1',
    RUSTC_WRAPPER: wrapper,
  };
}

/** Registers cases of rustc (`$WRAPPER rustc …`) and of cargo (`cargo …`), in a world that they share. */
export function describeRust(topic: string, cases: readonly Case[]): void {
  describe(topic, () => {
    let world: World;
    let subject: DifferentialSubject;
    beforeAll(() => {
      world = new World();
      subject = { name: 'rust', environment: (wrapper) => rustEnvironment(world, wrapper), ignored: WRITTEN_BY_CARGO };
    });
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
    });
    for (const one of cases) it(one.name, () => differential(world, one, subject), 120_000);
  });
}
