import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Layout, sourceForm } from '../../src/key/source-form.ts';
import { World } from '../rig/world.ts';

/** Parts of the generated function, line by line. */
const PARTS = [
  ['g ();'],
  ['n += 2;'],
  ['if (n)', 'g ();'],
  ['if (n)', 'g ();', 'else', 'n -= 2;'],
  ['for (; n; n--)', 'g ();'],
  ['while (n > 3)', '{', 'n -= 2;', '}'],
  ['if (n > 2) {', 'g ();', '}'],
  ['#if 1', 'g ();', '#endif'],
];
const COMMENTS = ['/* c */', '// c', '/* a\n b */', '/*\n  d\n*/', '// longer than that', ''];
const INDENTATIONS = ['', '  ', '    ', '\t'];

type Line = readonly [indentation: string, statement: string, comment: string];
const decoration = fc.tuple(fc.constantFrom(...INDENTATIONS), fc.constantFrom(...COMMENTS));
const part: fc.Arbitrary<readonly Line[]> = fc
  .tuple(fc.constantFrom(...PARTS), fc.array(decoration, { minLength: 4, maxLength: 4 }))
  .map(([statements, decorations]) =>
    statements.map((statement, index) => [decorations[index]?.[0] ?? '', statement, decorations[index]?.[1] ?? '']),
  );

/** A function of random lines, and the same with some of them edited. */
const edited = fc
  .record({
    lines: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.flat()),
    edits: fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('comment', 'indent', 'insert', 'remove', 'blanks'), decoration),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  })
  .map(({ lines, edits }) => [lines, edits.reduce(edit, lines)] as const);

function edit(
  lines: readonly Line[],
  [at, what, [indentation, comment]]: readonly [number, string, readonly [string, string]],
): readonly Line[] {
  const index = at % lines.length;
  const [oldIndentation, statement, oldComment] = lines[index] ?? ['', '', ''];
  const put = (...changed: Line[]): Line[] => [...lines.slice(0, index), ...changed, ...lines.slice(index + 1)];
  if (what === 'insert') return put([oldIndentation, statement, oldComment], [indentation, '', comment]);
  if (what === 'remove' && statement === '' && lines.length > 1) return put();
  if (what === 'blanks' && !statement.startsWith('#')) {
    return put([
      oldIndentation,
      statement.includes(' ') ? statement.replaceAll(' ', '') : statement.replace('(', ' ( '),
      oldComment,
    ]);
  }
  if (what === 'indent') return put([indentation, statement, oldComment]);
  return put([oldIndentation, statement, comment]);
}

function program(lines: readonly Line[]): string {
  const body = lines.map(
    ([indentation, statement, comment]) => `${indentation}${statement}${comment && ` ${comment}`}\n`,
  );
  return `extern void g (void);\nint f (int n)\n{\n${body.join('')}  return n;\n}\n`;
}

/** What the compiler makes of a text: its object's bytes, or nothing but its failure; messages by their number. */
async function made(world: World, command: string, text: string): Promise<{ object: string; messages: number }> {
  world.write({ 'a.c': text });
  const { code, stderr } = await world.run(`${command} -c a.c -o a.o`);
  return { object: code === 0 ? readFileSync(world.path('a.o'), 'latin1') : 'failed', messages: stderr.length };
}

/**
 * The claim that `source-form.ts` makes, put to the compilers: where a text was compiled without a message, a text of the same form is
 * too, and the object is the same.
 */
describe('texts of one form', () => {
  let world: World;
  beforeAll(() => {
    world = new World();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  it.each<[string, Layout, 'numbered' | 'unnumbered' | 'tight']>([
    ['gcc -O0 -Wall -Wextra', 'kept', 'unnumbered'],
    ['clang -O0 -Wall -Wextra', 'kept', 'unnumbered'],
    ['gcc -O0', 'free', 'unnumbered'],
    ['clang -O1', 'loops', 'unnumbered'],
    ['gcc -O0', 'free', 'tight'],
    ['clang -O1 -Wall', 'guarded', 'tight'],
    ['gcc -g -O1 -Wall', 'kept', 'numbered'],
  ])('are one to %s', { timeout: 240_000 }, async (command, layout, form) => {
    const seed = Number(process.env['SCCACHE_TEST_SEED'] ?? 20_260_101);
    const runs = Number(process.env['SCCACHE_TEST_RUNS'] ?? 25);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(edited, async ([before, after]) => {
        const [one, other] = [program(before), program(after)];
        fc.pre(one !== other && sourceForm(one, layout)?.[form] === sourceForm(other, layout)?.[form]);
        const first = await made(world, command, one);
        fc.pre(first.messages === 0);
        expect(await made(world, command, other)).toEqual(first);
        compared += 1;
      }),
      { seed, numRuns: runs, maxSkipsPerRun: 1000 },
    );
    expect(compared).toBe(runs);
  });
});
