import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { World } from './world.ts';

/** Writes `NAME.c` and gives the object that the bare compiler makes of it. */
export async function reference(world: World, name: string, source: string): Promise<Buffer> {
  world.write({ [`${name}.c`]: source });
  await world.succeed(`gcc -c ${name}.c -o ${name}.reference`);
  return readFileSync(world.path(`${name}.reference`));
}

/** The object has exactly these bytes. */
export function expectObject(world: World, name: string, bytes: Buffer): void {
  expect(readFileSync(world.path(name)).equals(bytes), `${name} is the compiler's`).toBe(true);
}
