import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_OPTIONS } from '../../src/cli/options.ts';
import { VARIABLES } from '../../src/config/variables.ts';
import { COUNTER_ROWS, FACT_ROWS, SCENARIO, SOME_TIME } from '../rig/compatibility/counters.ts';
import { KEY_ROWS } from '../rig/compatibility/keys.ts';
import { OPTIONS } from '../rig/compatibility/options.ts';
import { type KeyRow, type RecordedRun, type Row, tableLine } from '../rig/compatibility/rows.ts';
import { VARIABLE_ROWS } from '../rig/compatibility/variables.ts';
import { type CommandOptions, World } from '../rig/world.ts';

/** The binary of sccache 0.19.0, where there is one: then what was recorded from it is compared with it again. */
const ORIGINAL = process.env['SCCACHE_ORIGINAL'];
/** The original puts its socket where it is told; its own port may be taken. */
const away = (world: World) => ({ SCCACHE_SERVER_UDS: `${world.runtime}/s`, SCCACHE_ERROR_LOG: undefined });

const RUNS = OPTIONS.flatMap(({ name, runs }) => runs.map((run) => ({ name, ...run })));

async function expectRun(
  world: World,
  program: string,
  run: RecordedRun,
  env: CommandOptions['env'] = {},
): Promise<void> {
  const { code, stdout, stderr } = await world.run(`${program} ${run.words}`, { env });
  expect(code, `${stdout}${stderr}`).toBe(run.code);
  if (run.stdout !== undefined) expect(stdout.toString()).toBe(run.stdout);
  if (run.stderr === '') expect(stderr.toString()).toBe('');
  else if (run.stderr !== undefined) expect(stderr.toString().slice(0, run.stderr.length)).toBe(run.stderr);
}

it.each<[string, readonly Row[]]>([
  ['Options', OPTIONS],
  ['Variables', VARIABLE_ROWS],
  ['Configuration keys', KEY_ROWS],
  ['Counters', COUNTER_ROWS],
  ['Facts', FACT_ROWS],
])('the document has the table that is tried here: %s', (title, rows) => {
  const document = readFileSync('docs/compatibility.md', 'utf8');
  const section = document.split('\n## ').find((part) => part.startsWith(`${title}\n`)) ?? '';
  expect(section.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows.map(tableLine));
});

describe('options of sccache 0.19.0', () => {
  it('are all in the table of options', () => {
    const own = ALL_OPTIONS.map(([name]) => `--${name}`);
    expect(own).toEqual(expect.arrayContaining(OPTIONS.map(({ name }) => name)));
  });

  it.each(RUNS)('$words', async (run) => {
    await using world = new World();
    await expectRun(world, world.sccache, run);
  });

  it('--debug-preprocessor-cache shows what a compile read', async () => {
    await using world = new World();
    world.write({ 'x.c': '#include "a.h"\nint x = A;\n', 'a.h': '#define A 1\n' });
    expect(await world.succeed(`${world.sccache} --debug-preprocessor-cache`)).toBe('');
    await world.succeed(`${world.sccache} gcc -c x.c -o x.o`);
    await world.stopDaemon();
    const shown = await world.succeed(`${world.sccache} --debug-preprocessor-cache`);
    expect(shown).toMatch(/^={25}\nShowing preprocessor entry file .*\.m\nresult [0-9a-f]{64}\n/);
    expect(shown).toMatch(/\n {2}read {3}[0-9a-f]{64} a\.h\n/);
    expect(shown.match(/Showing/g)).toHaveLength(1);
  });
});

describe('--version is read as that of sccache', () => {
  let world: World;
  beforeAll(() => {
    world = new World();
    world.write({
      'find.cmake':
        'execute_process(COMMAND $ENV{S} --version OUTPUT_VARIABLE out)\n' +
        `string(REGEX MATCH "sccache ([0-9]+\\\\.[0-9]+\\\\.[0-9]+)" _ "\${out}")\nmessage("\${CMAKE_MATCH_1}")\n`,
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  it.each([
    ['awk', `$S --version | awk '{print $2}'`],
    ['cut', '$S --version | cut -d" " -f2'],
    ['the first number of its kind', `$S --version | grep -oE '[0-9]+\\.[0-9]+\\.[0-9]+' | head -n1`],
    ['CMake', 'cmake -P find.cmake 2>&1'],
    [
      'a script of the GitHub action',
      `node -e 'console.log(String(require("child_process").execFileSync(process.env.S, ["--version"])).split(" ")[1])'`,
    ],
  ])('by %s', async (_who, command) => {
    expect(await world.succeed(command, { env: { S: world.sccache } })).toBe('0.19.0\n');
  });
});

describe('variables of sccache 0.19.0', () => {
  let world: World;
  /** What statistics say when all of them are set that nobody reads. */
  let said: string;
  const idle = VARIABLE_ROWS.filter(({ trial }) => trial === undefined);
  beforeAll(async () => {
    world = new World();
    world.write({ 'x.c': 'int x;\n' });
    said = await world.succeed(`${world.sccache} --show-stats`, {
      env: Object.fromEntries(idle.map(({ name }) => [name, '1'])),
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  it('are all known, and what else is known is our own', () => {
    const own = [...VARIABLES.keys()].filter((name) => !VARIABLE_ROWS.some((row) => row.name === name));
    expect(own.sort()).toEqual([
      ...['SCCACHE_CLIENT_TIMEOUT_MS', 'SCCACHE_GHA_CACHE_URL', 'SCCACHE_GHA_RUNTIME_TOKEN'],
      ...['SCCACHE_INCREMENTAL', 'SCCACHE_INNER'],
      ...['SCCACHE_NODE', 'SCCACHE_PATH', 'SCCACHE_SESSION', 'SCCACHE_STARTUP_TIMEOUT_MS', 'SCCACHE_TERMINATE_ON_MISS'],
      ...['SCCACHE_VERIFY', 'SCCACHE_WORKERS'],
    ]);
    expect(VARIABLE_ROWS.filter(({ name }) => !VARIABLES.has(name))).toEqual([]);
  });

  it('that the program reads are all known', () => {
    const texts = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|c)$/.test(name))
      .map((name) => readFileSync(join('src', name), 'utf8'));
    const read = texts.flatMap((text) => text.match(/(?<=["'/^])SCCACHE_[A-Z_]+(?=["'=])/g) ?? []);
    expect(read).toEqual(expect.arrayContaining(['SCCACHE_DIR', 'SCCACHE_VERIFY', 'SCCACHE_SERVER_UDS']));
    expect([...new Set(read)].filter((name) => !VARIABLES.has(name))).toEqual([]);
  });

  it.each(idle)('$name: $note', ({ name, standing, note }) => {
    const warned = said.includes(`  ${name} has no effect: `);
    expect(warned).toBe(note.endsWith('statistics say so'));
    expect(standing).not.toBe('same');
  });

  it.each(VARIABLE_ROWS.flatMap(({ name, trial }) => (trial ? [{ name, ...trial }] : [])))(
    '$name: $command',
    async ({ command, prints }) => {
      await using own = new World();
      own.write({ 'x.c': 'int x;\n' });
      const script = command.replaceAll('$S', own.sccache);
      const { stdout, stderr } = await own.run(`{ ${script}; } 2>&1`, { env: { SCCACHE_ERROR_LOG: undefined } });
      expect(stderr.toString()).toBe('');
      expect(stdout.toString()).toMatch(prints);
    },
  );
});

describe('configuration keys of sccache 0.19.0', () => {
  let world: World;
  beforeAll(() => {
    world = new World();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  const show = async (text: string) => {
    world.write({ config: text });
    return world.succeed(`${world.sccache} --show-stats`, {
      env: { SCCACHE_CONF: world.path('config'), SCCACHE_DIR: undefined },
    });
  };

  it.each(sections())('$section: $keys', async ({ rows }) => {
    const shown = await show(tomlOf(rows));
    for (const { name, standing, note } of rows) {
      const [warned] = /^Warning +configuration key '(\S+)' has no effect here$/m.exec(shown)?.slice(1) ?? [];
      if (standing === 'not yet') expect(name.startsWith(warned ?? '?'), note).toBe(true);
      else expect(warned).toBe(undefined);
    }
  });

  it('of the local cache do what they do there', async () => {
    const shown = await show(tomlOf(KEY_ROWS.filter(({ name }) => /^basedirs|^cache\.disk/.test(name))));
    expect(shown).toMatch(/^Cache location +Local disk: "\/tmp\/elsewhere"$/m);
    expect(shown).toMatch(/^Base directories +\/b\/$/m);
    expect(shown).toMatch(/^Use direct\/preprocessor mode\? +no$/m);
    expect(shown).toMatch(/^Max cache size +7 GiB$/m);
  });
});

/** The rows of one table of the file, or of one key that stands alone. */
function sections(): { section: string; keys: string; rows: readonly KeyRow[] }[] {
  const names = [...new Set(KEY_ROWS.map(({ name }) => sectionOf(name) || name))];
  return names.map((section) => {
    const rows = KEY_ROWS.filter(({ name }) => (sectionOf(name) || name) === section);
    return { section, keys: rows.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)).join(', '), rows };
  });
}

function sectionOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

function tomlOf(rows: readonly KeyRow[]): string {
  return rows.map(({ name, value }) => `${name} = ${value}\n`).join('');
}

describe('counters of sccache 0.19.0', () => {
  /** The statistics as they are printed, with times and places made equal. */
  async function statistics(program: string, env: CommandOptions['env'] = {}) {
    await using world = new World();
    const shell = `S='${program === '' ? world.sccache : program}'\n`;
    await world.succeed(shell + SCENARIO, { env });
    const json = await world.succeed(`${shell} $S --show-stats --stats-format json`, { env });
    const texts = [];
    for (const option of ['--show-stats', '--show-adv-stats', '--stop-server']) {
      texts.push(await world.succeed(`${shell} $S ${option}`, { env }));
    }
    const report: { stats: Record<string, unknown> } & Record<string, unknown> = JSON.parse(
      json.replaceAll(world.cache, 'CACHE').replaceAll(/"secs":\d+,"nanos":[1-9]\d*/g, '"secs":0,"nanos":1'),
    );
    // How much room an entry takes is each one's own.
    if (Number(report['cache_size']) > 0) report['cache_size'] = SOME_TIME;
    return { report, shapes: texts.map((text) => shapeOf(text)) };
  }
  const expectRecorded = ({ report }: Awaited<ReturnType<typeof statistics>>) => {
    const { stats, ...facts } = report;
    expect(Object.keys(stats)).toEqual(COUNTER_ROWS.map(({ name }) => name));
    expect(stats).toEqual(Object.fromEntries(COUNTER_ROWS.map(({ name, recorded }) => [name, recorded])));
    expect(Object.keys(facts)).toEqual(FACT_ROWS.map(({ name }) => name));
    expect(facts).toEqual(Object.fromEntries(FACT_ROWS.map(({ name, recorded }) => [name, recorded])));
  };

  it('have its keys, its order and its values, and its lines', async () => {
    const ours = await statistics('');
    expectRecorded(ours);
    const [plain, advanced, stopped] = ours.shapes;
    expect(plain).toBe(SHAPE);
    expect(stopped).toBe(`Stopping sccache server...\n${SHAPE}`);
    expect(advanced?.startsWith(ADVANCED_SHAPE), advanced).toBe(true);
  });

  it.runIf(ORIGINAL !== undefined)('are recorded from the original as it is', async () => {
    await using world = new World();
    const theirs = await statistics(ORIGINAL ?? '', away(world));
    expectRecorded(theirs);
    expect(theirs.shapes).toEqual([SHAPE, ADVANCED_SHAPE, `Stopping sccache server...\n${SHAPE}`]);
  });
});

/** A text of statistics without what differs from run to run: times, sizes, the width of a column. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/^(Average .*?) +\d+\.\d{3} s$/gm, '$1 N s')
    .replaceAll(/^(Cache size) +\d+ \S+$/gm, '$1 N')
    .replaceAll(/^(Cache location) .*$/gm, '$1 PLACE')
    .replaceAll(/ {2,}/g, '  ');
}

/** Recorded from sccache 0.19.0 after the scenario. */
const SHAPE = `\
Compile requests  9
Compile requests executed  6
Cache hits  1
Cache hits (C/C++)  1
Cache misses  3
Cache misses (C/C++)  3
Cache hits rate  25.00 %
Cache hits rate (C/C++)  25.00 %
Cache timeouts  0
Cache read errors  0
Forced recaches  1
Cache write errors  0
Cache errors  0
Compilations  4
Compilation failures  1
Non-cacheable compilations  0
Non-cacheable calls  1
Non-compilation calls  1
Unsupported compiler calls  1
Average cache write N s
Average compiler N s
Average cache read hit N s
Failed distributed compilations  0

Non-cacheable reasons:
-E  1

Cache location PLACE
Base directories  (none)
Use direct/preprocessor mode?  yes
Version (client)  0.19.0
Cache size N
Max cache size  10 GiB
`;
const ADVANCED_SHAPE = SHAPE.replace('Cache hits (C/C++)', 'Cache hits (c [gcc])')
  .replace('Cache misses (C/C++)  3', 'Cache misses (c [gcc])  2\nCache misses (c++ [gcc])  1')
  .replace(
    'Cache hits rate (C/C++)  25.00 %',
    'Cache hits rate (c [gcc])  33.33 %\nCache hits rate (c++ [gcc])  0.00 %',
  )
  .replace('Base directories', 'Effective cache mode  ReadWrite\nBase directories');

describe.runIf(ORIGINAL !== undefined)('the original does what was recorded of it', () => {
  it('is there', () => expect(existsSync(ORIGINAL ?? '')).toBe(true));

  it.each(RUNS)('$words', async (run) => {
    await using world = new World();
    await expectRun(world, ORIGINAL ?? '', run, away(world));
  });
});
