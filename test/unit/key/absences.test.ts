import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Absences } from '../../../src/key/absences.ts';
import { claimsHold } from '../../../src/system/claims.ts';
import { type FileStamp, RealSourceFiles } from '../../../src/system/source-files.ts';

/** So many that reading a directory is less work. */
const many = (parent: string): string[] => Array.from({ length: 16 }, (_, index) => `${parent}/${index}.h`);

/** As many in the directory itself. */
const HERE = Array.from({ length: 16 }, (_, index) => `${index}.h`);

/** The real file system, counting what is asked of it. */
class CountingFiles extends RealSourceFiles {
  asked: string[] = [];
  listed: string[] = [];
  /** Of every directory, when it is not the real one. */
  size: number | undefined;
  override stat(path: string): FileStamp | undefined {
    this.asked.push(path);
    const stamp = super.stat(path);
    return stamp && { ...stamp, size: this.size ?? stamp.size };
  }
  override list(path: string): readonly string[] | undefined {
    this.listed.push(path);
    return super.list(path);
  }
  override unchanged(path: string, stamp: FileStamp): boolean {
    this.asked.push(path);
    return super.unchanged(path, stamp);
  }
}

describe('Absences', () => {
  let directory: string;
  let files: CountingFiles;
  let absences: Absences;
  /** An hour on: nothing is so young that its stamp could deceive. */
  const later = (): number => Date.now() + 3_600_000;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'absences-'));
    mkdirSync(join(directory, 'first'));
    files = new CountingFiles();
    absences = new Absences(files, later);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('asks one directory for all names in it once they are known to be missing', () => {
    const names = ['first/a.h', 'first/b.h', 'first/c.h'];
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    files.asked = [];
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    expect(files.asked).toEqual([join(directory, 'first')]);
  });

  it('doubts the names of directories that changed, and no others, until they were asked for', () => {
    mkdirSync(join(directory, 'other'));
    const names = ['first/a.h', 'other/b.h', 'other/none/c.h'];
    const all = absences.doubt(names, directory);
    expect(all.names).toEqual(names);
    expect(absences.doubt(names, directory).names).toEqual(names);
    all.settle();
    expect(absences.doubt(names, directory).names).toEqual([]);
    mkdirSync(join(directory, 'other/none'));
    const some = absences.doubt(names, directory);
    expect(some.names).toEqual(['other/b.h', 'other/none/c.h']);
    some.settle();
    files.size = 1_000_000;
    writeFileSync(join(directory, 'other/none/x.o'), '');
    expect(absences.doubt(names, directory).names).toEqual(['other/none/c.h']);
  });

  it('sees a name that appears', () => {
    const names = ['first/a.h', 'first/b.h'];
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    writeFileSync(join(directory, 'first/b.h'), '');
    expect(absences.firstPresent(names, directory)).toBe('first/b.h');
  });

  it('takes a directory for a name that may be anything', () => {
    const names = ['first/a.gch/', 'first/b.h'];
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    mkdirSync(join(directory, 'first/b.h'));
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    mkdirSync(join(directory, 'first/a.gch'));
    expect(absences.firstPresent(names, directory)).toBe('first/a.gch/');
    rmSync(join(directory, 'first/a.gch'), { recursive: true });
    writeFileSync(join(directory, 'first/a.gch'), '');
    expect(absences.firstPresent(names, directory)).toBe('first/a.gch/');
  });

  it('sees a name that appears with directories that did not exist', () => {
    const names = ['second/deep/a.h'];
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    mkdirSync(join(directory, 'second'));
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    mkdirSync(join(directory, 'second/deep'));
    writeFileSync(join(directory, 'second/deep/a.h'), '');
    expect(absences.firstPresent(names, directory)).toBe('second/deep/a.h');
  });

  it('reads a directory that changed, and asks for no name', () => {
    mkdirSync(join(directory, 'other'));
    const names = ['first/a.h', 'other/none/b.h', ...many('other')];
    absences.firstPresent(names, directory);
    writeFileSync(join(directory, 'other/object.o'), '');
    files.asked = [];
    files.listed = [];
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    expect(files.listed).toEqual([join(directory, 'other')]);
    expect(new Set(files.asked)).toEqual(new Set([join(directory, 'first'), join(directory, 'other')]));
    files.listed = [];
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    expect(files.listed).toEqual([]);
  });

  it.each([
    ['that has few', 'object.o', true, undefined],
    ['that is large', 'object.o', false, 1_000_000],
    ['that has one in capital letters', 'A.H', false, undefined],
    ['that has one with other letters than ASCII', '\u212a.h', false, undefined],
  ])('probes the names of a changed directory %s, and of no other', (_kind, appears, few, size) => {
    mkdirSync(join(directory, 'other'));
    const names = ['first/a.h', 'other/a.h', ...(few ? [] : many('other'))];
    absences.firstPresent(names, directory);
    writeFileSync(join(directory, 'other', appears), '');
    files.asked = [];
    files.size = size;
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    expect(files.asked).not.toContain(join(directory, 'first/a.h'));
    expect(files.asked).toContain(join(directory, 'other/a.h'));
  });

  describe('what is supposed', () => {
    /** Whether it holds, and what was asked here for it. */
    const suppose = (names: readonly string[]) => {
      files.asked = [];
      files.listed = [];
      const { claims } = absences.suppose(names, directory);
      return { holds: claims.every(claimsHold), asked: [...files.asked, ...files.listed] };
    };

    it('asks nothing here: quiet directories are to stay as they are, others to have none of the names', () => {
      const names = ['first/a.h', ...many('none'), ...HERE];
      absences.firstPresent(names, directory);
      expect(suppose(names)).toEqual({ holds: true, asked: [directory] }); // once, for whether it can be listed
      expect(suppose(names)).toEqual({ holds: true, asked: [] });
      writeFileSync(join(directory, 'object.o'), '');
      expect(suppose(names)).toEqual({ holds: true, asked: [] });
      writeFileSync(join(directory, '3.h'), '');
      expect(suppose(names)).toEqual({ holds: false, asked: [] });
    });

    it('takes a directory that has changed for one that will again', () => {
      const names = many('first');
      absences.firstPresent(names, directory);
      expect(suppose(names)).toEqual({ holds: true, asked: [] });
      writeFileSync(join(directory, 'first/x'), '');
      expect(suppose(names)).toEqual({ holds: false, asked: [] });
      expect(absences.firstPresent(names, directory)).toBeUndefined();
      suppose(names);
      writeFileSync(join(directory, 'first/y'), '');
      expect(suppose(names)).toEqual({ holds: true, asked: [] });
    });

    it('asks for names where a directory has one of them, or a link that leads nowhere', () => {
      mkdirSync(join(directory, '3.h'));
      absences.firstPresent(HERE, directory);
      suppose(HERE);
      expect(suppose(HERE)).toEqual({ holds: true, asked: [directory] });
      symlinkSync('nowhere', join(directory, 'link'));
      const behind = many('link');
      absences.firstPresent(behind, directory);
      suppose(behind);
      expect(suppose(behind).holds).toBe(true);
    });
  });

  it('does not trust the stamp of a directory that changed a moment ago', () => {
    const young = new Absences(files, Date.now);
    const names = many('first');
    writeFileSync(join(directory, 'first/x'), '');
    expect(young.firstPresent(names, directory)).toBeUndefined();
    files.listed = [];
    young.firstPresent(names, directory);
    expect(files.listed).toEqual([join(directory, 'first')]);
  });

  it('looks from each directory for itself', () => {
    const names = ['a.h'];
    writeFileSync(join(directory, 'first/a.h'), '');
    utimesSync(join(directory, 'first'), 1, 1);
    expect(absences.firstPresent(names, directory)).toBeUndefined();
    expect(absences.firstPresent(names, join(directory, 'first'))).toBe('a.h');
  });
});
