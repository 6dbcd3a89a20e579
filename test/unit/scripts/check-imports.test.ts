import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../rig/clients.ts';

describe('check-imports', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'imports-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Checks a tree that consists of these files of src/. */
  const check = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'src', name)), { recursive: true });
      writeFileSync(join(root, 'src', name), text);
    }
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/check-imports.mjs'), root]);
    return { status, problems: stderr.toString().split('\n').filter(Boolean) };
  };

  it('accepts what goes the right way', () => {
    const files = {
      'util/a.ts': "import { sep } from 'node:path';\nexport const a = sep;\n",
      'system/b.ts': "import { a } from '../util/a.ts';\nexport const b = a;\n",
      'compile/c.ts': "import type { b } from '../system/b.ts';\nexport type C = typeof b;\n",
      'cli/d.ts': "import { s } from '../client/socket-path.ts';\nimport { Command } from 'commander';\n",
      'client/socket-path.ts': 'export const s = 1;\n',
    };
    expect(check(files)).toEqual({ status: 0, problems: [] });
  });

  it.each([
    ['a wrong direction', 'util/a.ts', "import '../system/b.ts';", 'util may not use system'],
    [
      'an import of types alone',
      'storage/a.ts',
      "import type { X } from '../compilers/b.ts';",
      'storage may not use compilers',
    ],
    ['a re-export', 'compilers/a.ts', "export * from '../storage/b.ts';", 'compilers may not use storage'],
    ['an import that waits', 'client/a.ts', "await import('../daemon/b.ts');", 'client may not use daemon'],
    [
      'another file of a folder of which one is allowed',
      'daemon/a.ts',
      "import '../cli/b.ts';",
      'daemon may not use cli',
    ],
    ['a package', 'client/a.ts', "import { z } from 'zod/mini';", 'client may not use the package'],
    ['a scoped package', 'util/a.ts', "import x from '@a/b/c';", 'util may not use the package'],
    ['what lies outside', 'util/a.ts', "import '../../test/x.ts';", 'lies outside src'],
    ['what is not there', 'util/a.ts', "import './gone.ts';", 'is not there'],
    ['a folder that nobody knows', 'misc/a.ts', "import '../util/b.ts';", 'folder misc is not in the table'],
  ])('objects to %s', (_, file, text, reason) => {
    const others = {
      'util/b.ts': '',
      'system/b.ts': '',
      'compilers/b.ts': '',
      'storage/b.ts': '',
      'daemon/b.ts': '',
      'cli/b.ts': '',
    };
    const { status, problems } = check({ ...others, [file]: text });
    expect(status).toBe(1);
    expect(problems).toEqual([expect.stringContaining(reason)]);
    expect(problems[0]).toContain(`src/${file}: `);
  });

  it('finds a cycle, of types too', () => {
    const { status, problems } = check({
      'util/a.ts': "import type { B } from './b.ts';\n",
      'util/b.ts': "import type { C } from './c.ts';\n",
      'util/c.ts': "import type { A } from './a.ts';\n",
    });
    expect(status).toBe(1);
    expect(problems).toEqual(['cycle: util/a.ts -> util/b.ts -> util/c.ts -> util/a.ts']);
  });
});
