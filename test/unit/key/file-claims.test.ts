import { mkdtempSync, renameSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileClaims } from '../../../src/key/file-claims.ts';
import { FileRecords } from '../../../src/key/file-records.ts';
import type { Inputs } from '../../../src/key/manifest.ts';
import { claimList, claimMissing, claimNothing, claimsHold, claimWithoutNames } from '../../../src/system/claims.ts';
import { RealSourceFiles } from '../../../src/system/source-files.ts';

/** An hour on: nothing is so young that its stamp could deceive. */
const later = (): number => Date.now() + 3_600_000;

describe('FileClaims', () => {
  let directory: string;
  let records: FileRecords;
  let claims: FileClaims;
  let inputs: Inputs;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'claims-'));
    for (const name of ['a.h', 'b.h']) writeFileSync(join(directory, name), name);
    records = new FileRecords(new RealSourceFiles(), later);
    claims = new FileClaims(records);
    inputs = {
      paths: ['a.h', join(directory, 'b.h')],
      digests: [digest('a.h'), digest('b.h')],
      absent: [],
      circumstances: [],
    };
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const digest = (name: string): string => records.digest(join(directory, name)) ?? 'none';

  it('holds for what did not change, and is made once', () => {
    const list = claims.of(inputs, directory);
    expect(list).toMatchObject({ count: 2 });
    expect(list && claimsHold(list)).toBe(true);
    expect(claims.of(inputs, directory)).toBe(list);
  });

  it.each([
    ['new contents', () => writeFileSync(join(directory, 'b.h'), 'c.h')],
    ['another time', () => utimesSync(join(directory, 'a.h'), 1, 1)],
    ['another file', () => renameSync(join(directory, 'a.h'), join(directory, 'b.h'))],
    ['no file', () => unlinkSync(join(directory, 'a.h'))],
  ])('does not hold for %s', (_, change) => {
    const list = claims.of(inputs, directory);
    change();
    expect(list && claimsHold(list)).toBe(false);
  });

  it('is made anew when something else is remembered', () => {
    const old = claims.of(inputs, directory);
    utimesSync(join(directory, 'a.h'), 1, 1);
    digest('a.h');
    const list = claims.of(inputs, directory);
    expect(list).not.toBe(old);
    expect(list && claimsHold(list)).toBe(true);
  });

  it('claims nothing of contents that were replaced, of unknown files, or of those that may still change unseen', () => {
    writeFileSync(join(directory, 'a.h'), 'other');
    digest('a.h');
    expect(claims.of(inputs, directory)).toBeUndefined();
    expect(new FileClaims(new FileRecords(new RealSourceFiles(), later)).of(inputs, directory)).toBeUndefined();
    const young = new FileRecords(new RealSourceFiles(), () => 0);
    for (const path of ['a.h', 'b.h']) young.digest(join(directory, path));
    expect(new FileClaims(young).of({ ...inputs, digests: [digest('a.h'), digest('b.h')] }, directory)).toBeUndefined();
  });

  it('takes paths from the directory at hand', () => {
    expect(claims.of(inputs, '/elsewhere')).toBeUndefined();
  });
});

describe('claimMissing', () => {
  it('holds as long as no regular file is there', () => {
    const directory = mkdtempSync(join(tmpdir(), 'claims-'));
    const list = claimList([claimMissing(join(directory, 'x.h')), claimMissing(directory)]);
    expect(claimsHold(list)).toBe(true);
    writeFileSync(join(directory, 'x.h'), '');
    expect(claimsHold(list)).toBe(false);
    rmSync(directory, { recursive: true });
  });
});

describe('claimNothing', () => {
  it('holds as long as neither a file nor a directory is there', () => {
    const directory = mkdtempSync(join(tmpdir(), 'claims-'));
    expect(claimsHold(claimList([claimNothing(join(directory, 'x'))]))).toBe(true);
    expect(claimsHold(claimList([claimNothing(directory)]))).toBe(false);
    rmSync(directory, { recursive: true });
  });
});

describe('claimWithoutNames', () => {
  it.each([
    { appears: 'b.h', holds: false },
    { appears: 'B.H', holds: false },
    { appears: 'bb.h', holds: true },
    { appears: 'c', holds: false },
    { appears: 'b\u0131.h', holds: false },
  ])('holds as long as no entry has one of the names: $appears', ({ appears, holds }) => {
    const directory = mkdtempSync(join(tmpdir(), 'claims-'));
    const list = claimList([claimWithoutNames(directory, new Set(['c', 'b.h', 'a.h']))]);
    expect(claimsHold(list)).toBe(true);
    writeFileSync(join(directory, appears), '');
    expect(claimsHold(list)).toBe(holds);
    rmSync(directory, { recursive: true });
    expect(claimsHold(list)).toBe(false);
  });
});
