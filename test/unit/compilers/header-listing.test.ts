import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsePrintedHeaders, stripHeaderListing } from '../../../src/compilers/header-listing.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'header-listing-'));
  mkdirSync(path.join(directory, 'h'));
  const files = {
    'h/a.h': 'int h;\n',
    'h/b b.h': '#pragma once\n',
    'h/c.h': '#include "b b.h"\n#warning deep\n',
    'h/p.h': 'int p;\n',
    'a.c': '#include "h/p.h"\n#include "h/a.h"\n#include "h/c.h"\n#warning top\nint f(void) { int x; return x; }\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function run(compiler: string, ...argv: readonly string[]): Buffer {
  const environment = { ...process.env, CC_PRINT_HEADERS: '1', CC_PRINT_HEADERS_FILE: path.join(directory, 'printed') };
  const run = spawnSync(compiler, argv, { cwd: directory, env: environment });
  expect(run.status, run.stderr.toString()).toBe(0);
  return run.stderr;
}

test('without the listing of -H stderr is what it is without -H, late warnings too', () => {
  const bare = run('gcc', '-c', '-O2', '-Wall', 'a.c');
  expect(bare.toString()).toContain('uninitialized');
  const { headers, rest } = stripHeaderListing(run('gcc', '-c', '-O2', '-Wall', '-H', 'a.c'));
  expect(rest.toString()).toBe(bare.toString());
  expect(headers).toEqual(expect.arrayContaining(['h/p.h', 'h/a.h', 'h/c.h', 'h/b b.h']));
});

test('a precompiled header is listed', () => {
  run('gcc', '-x', 'c-header', 'h/p.h', '-o', 'h/p.h.gch');
  const bare = run('gcc', '-c', 'a.c');
  const { headers, rest } = stripHeaderListing(run('gcc', '-c', '-H', 'a.c'));
  expect(headers).toContain('h/p.h.gch');
  expect(rest.toString()).toBe(bare.toString());
});

test("clang's file of headers", () => {
  run('clang', '-c', 'a.c');
  const headers = parsePrintedHeaders(readFileSync(path.join(directory, 'printed')));
  expect(headers).toEqual(['./h/p.h', './h/a.h', './h/c.h', './h/b b.h']);
});
