#!/usr/bin/env node
/**
 * Checks which folder of `src/` imports which: the directions that docs/architecture.md gives, the packages that each
 * folder may use, and that no imports form a cycle (those of types count).
 *
 *   node scripts/check-imports.mjs [ROOT]
 *
 * Prints one line for each import that is wrong and ends with exit code 1 if there was one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Folder → the folders (or single files) of `src/` and the packages it may import. What stands below in the table may
 * import what stands above it, never the other way round.
 */
const ALLOWED = {
  util: { folders: [], packages: [] },
  system: { folders: ['util'], packages: [] },
  protocol: { folders: ['util', 'system'], packages: [] },
  config: { folders: ['util', 'system'], packages: ['zod', 'smol-toml'] },
  stats: { folders: ['util', 'system', 'key/difference.ts'], packages: ['zod'] },
  jobserver: { folders: ['util', 'system'], packages: [] },
  key: { folders: ['util', 'system'], packages: ['xxhash-wasm'] },
  storage: { folders: ['util', 'system'], packages: ['xxhash-wasm', 'tar-stream', '@bokuweb/zstd-wasm'] },
  compilers: { folders: ['util', 'system'], packages: [] },
  compile: {
    folders: ['util', 'system', 'protocol', 'config', 'key', 'storage', 'compilers', 'stats', 'jobserver'],
    packages: ['xxhash-wasm'],
  },
  client: { folders: ['util', 'protocol', 'system/claims.ts'], packages: [] },
  cli: {
    folders: [
      'util',
      'system',
      'protocol',
      'config',
      'stats',
      'key',
      'storage',
      'client/start-daemon.ts',
      'client/socket-path.ts',
    ],
    packages: ['commander', 'execa'],
  },
  daemon: {
    folders: [
      'util',
      'system',
      'protocol',
      'config',
      'key',
      'storage',
      'compilers',
      'stats',
      'jobserver',
      'compile',
      'cli/control.ts',
    ],
    packages: ['pino', 'xxhash-wasm', 'zod'],
  },
};

/** All TypeScript files below a directory, as paths relative to it. */
function sourceFiles(directory) {
  return readdirSync(directory, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** What a file imports, in any form: `import`, `import type`, `export … from`, `import()`. */
function importsOf(path) {
  return ts.preProcessFile(readFileSync(path, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Why `file` may not import `specifier`; undefined when it may. */
function objection(src, file, specifier) {
  const folder = file.split('/')[0];
  const rule = Object.hasOwn(ALLOWED, folder) ? ALLOWED[folder] : undefined;
  if (!rule) return `folder ${folder} is not in the table of scripts/check-imports.mjs`;
  if (specifier.startsWith('node:')) return undefined;
  if (!specifier.startsWith('.')) {
    return rule.packages.includes(packageName(specifier)) ? undefined : `${folder} may not use the package`;
  }
  const target = relative(src, resolve(src, dirname(file), specifier));
  // The version that the programs tell is the package's.
  if (target === '../package.json' && folder === 'config') return undefined;
  if (target.startsWith('..')) return 'lies outside src';
  if (!existsSync(join(src, target))) return 'is not there';
  const other = target.split('/')[0];
  if (other === folder || rule.folders.includes(other) || rule.folders.includes(target)) return undefined;
  return `${folder} may not use ${other}`;
}

/** The first cycle that is found from each file, as a list of files. */
function cycles(graph) {
  const found = [];
  const state = new Map();
  const path = [];
  const visit = (file) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

function check(root) {
  const src = join(root, 'src');
  const problems = [];
  const graph = new Map();
  for (const file of sourceFiles(src)) {
    const targets = [];
    for (const specifier of importsOf(join(src, file))) {
      const reason = objection(src, file, specifier);
      if (reason) problems.push(`src/${file}: ${specifier}: ${reason}`);
      if (specifier.startsWith('.')) targets.push(relative(src, resolve(src, dirname(file), specifier)));
    }
    graph.set(file, targets);
  }
  for (const cycle of cycles(graph)) problems.push(`cycle: ${cycle.join(' -> ')}`);
  return { problems, files: graph.size };
}

const root = resolve(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));
const { problems, files } = check(root);
for (const problem of problems) console.error(problem);
console.log(`imports of ${files} files: ${problems.length === 0 ? 'good' : `${problems.length} wrong`}`);
process.exitCode = problems.length === 0 ? 0 : 1;
