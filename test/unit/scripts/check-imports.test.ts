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

  it('objects to each import that goes the wrong way', () => {
    const others = ['util/b.ts', 'system/b.ts', 'compilers/b.ts', 'storage/b.ts', 'daemon/b.ts', 'cli/b.ts'];
    const { status, problems } = check({
      ...Object.fromEntries(others.map((name) => [name, ''])),
      'util/direction.ts': "import '../system/b.ts';",
      'storage/types.ts': "import type { X } from '../compilers/b.ts';",
      'compilers/re-export.ts': "export * from '../storage/b.ts';",
      'client/waits.ts': "await import('../daemon/b.ts');",
      'daemon/one-file-is-allowed.ts': "import '../cli/b.ts';",
      'client/package.ts': "import { z } from 'zod/mini';",
      'util/scoped.ts': "import x from '@a/b/c';",
      'util/outside.ts': "import '../../test/x.ts';",
      'util/missing.ts': "import './gone.ts';",
      'misc/unknown.ts': "import '../util/b.ts';",
    });
    expect(status).toBe(1);
    expect(problems).toEqual([
      expect.stringMatching(/^src\/client\/package.ts: zod\/mini: client may not use the package/),
      expect.stringMatching(/^src\/client\/waits.ts: .*: client may not use daemon/),
      expect.stringMatching(/^src\/compilers\/re-export.ts: .*: compilers may not use storage/),
      expect.stringMatching(/^src\/daemon\/one-file-is-allowed.ts: .*: daemon may not use cli/),
      expect.stringMatching(/^src\/misc\/unknown.ts: .*: folder misc is not in the table/),
      expect.stringMatching(/^src\/storage\/types.ts: .*: storage may not use compilers/),
      expect.stringMatching(/^src\/util\/direction.ts: .*: util may not use system/),
      expect.stringMatching(/^src\/util\/missing.ts: .*: is not there/),
      expect.stringMatching(/^src\/util\/outside.ts: .*: lies outside src/),
      expect.stringMatching(/^src\/util\/scoped.ts: .*: util may not use the package/),
    ]);
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
