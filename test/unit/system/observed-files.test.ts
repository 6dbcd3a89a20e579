import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimsHold } from '../../../src/system/claims.ts';
import { ObservedFiles } from '../../../src/system/observed-files.ts';
import { type FileStamp, RealSourceFiles } from '../../../src/system/source-files.ts';

describe('ObservedFiles', () => {
  let directory: string;
  let files: ObservedFiles;
  let file: string;
  let stamp: FileStamp;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'observed-'));
    file = join(directory, 'file');
    writeFileSync(file, 'one');
    settle();
    files = new ObservedFiles(new RealSourceFiles());
    const found = files.stat(file);
    if (found === undefined) throw new Error('a file that was written has a stamp');
    stamp = found;
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** Waits until a change leaves another stamp for certain. */
  function settle(): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
  }

  /** Whether what was asked has the same answers still, after a change. */
  function holdAfter(ask: () => void, change: () => void): boolean | undefined {
    const observation = files.observe();
    ask();
    const claims = observation.claims();
    change();
    return claims && claimsHold(claims);
  }
  const nothing = (): void => {};
  const rewrite = (): void => writeFileSync(file, 'two!');

  it.each([
    { question: 'stat', ask: () => files.stat(file) },
    { question: 'unchanged', ask: () => files.unchanged(file, stamp) },
    { question: 'read', ask: () => files.read(file) },
    { question: 'stampedDigest', ask: () => files.stampedDigest(file) },
  ])('claims the stamp of a file by $question', ({ ask }) => {
    expect(holdAfter(ask, nothing)).toBe(true);
    expect(holdAfter(ask, rewrite)).toBe(false);
  });

  it('claims that a name is missing, and that a directory is as it was', () => {
    const missing = join(directory, 'missing');
    expect(holdAfter(() => files.stat(missing), nothing)).toBe(true);
    expect(
      holdAfter(
        () => files.stat(missing),
        () => mkdirSync(missing),
      ),
    ).toBe(false);
    const ask = (): unknown => files.stat(directory);
    expect(holdAfter(ask, () => writeFileSync(join(directory, 'more'), ''))).toBe(false);
  });

  it('claims which directory it is, whatever appears in it', () => {
    const ask = (): unknown => files.directory(directory);
    expect(holdAfter(ask, () => writeFileSync(join(directory, 'more'), ''))).toBe(true);
    expect(
      holdAfter(ask, () => {
        renameSync(directory, `${directory}-old`);
        mkdirSync(directory);
        rmSync(`${directory}-old`, { recursive: true });
      }),
    ).toBe(false);
    const missing = join(directory, 'missing');
    expect(holdAfter(() => files.directory(missing), nothing)).toBe(true);
    expect(
      holdAfter(
        () => files.directory(missing),
        () => mkdirSync(missing),
      ),
    ).toBe(false);
  });

  it('claims where links lead, and that what was to be read is missing', () => {
    const link = join(directory, 'link');
    symlinkSync('file', link);
    const turn = (): void => {
      rmSync(link);
      symlinkSync('other', link);
    };
    writeFileSync(join(directory, 'other'), '');
    expect(holdAfter(() => files.realPath(link), nothing)).toBe(true);
    expect(holdAfter(() => files.realPath(link), turn)).toBe(false);
    const missing = join(directory, 'missing');
    expect(holdAfter(() => files.read(missing), nothing)).toBe(true);
    expect(
      holdAfter(
        () => files.read(missing),
        () => writeFileSync(missing, ''),
      ),
    ).toBe(false);
  });

  it.each([
    { why: 'a piece was read', ask: () => files.piece(file, 0, 1) },
    { why: 'a directory was listed', ask: () => files.list(directory) },
    { why: 'a name was asked to be a link', ask: () => files.isLink(file) },
    { why: 'a file was another one than expected', ask: () => files.unchanged(file, { ...stamp, inode: 0 }) },
    { why: 'it is about a process', ask: () => files.stat('/proc/self/exe') },
    {
      why: 'contents were read that may change without a new stamp',
      ask: () => {
        rewrite();
        files.read(file);
      },
    },
    { why: 'what was to be read is no file', ask: () => files.read(directory) },
    {
      why: 'a link goes round in circles, which is neither there nor missing',
      ask: () => {
        symlinkSync('circle', join(directory, 'circle'));
        files.stat(join(directory, 'circle'));
      },
    },
    {
      why: 'a file changed between two questions',
      ask: () => {
        files.stat(file);
        rewrite();
        files.stat(file);
      },
    },
  ])('claims nothing where $why', ({ ask }) => {
    expect(holdAfter(ask, nothing)).toBeUndefined();
  });

  it('claims nothing when told so, or when another observation began', () => {
    const spoilt = files.observe();
    spoilt.spoil();
    expect(spoilt.claims()).toBeUndefined();
    const first = files.observe();
    const second = files.observe();
    expect(first.claims()).toBeUndefined();
    expect(second.claims()).toBeDefined();
  });

  it('is no part of an observation what was asked before and after it', () => {
    files.list(directory);
    const observation = files.observe();
    expect(observation.claims()?.count).toBe(0);
    files.stat(file);
    expect(observation.claims()).toBeUndefined();
  });
});
