import { expect, it } from 'vitest';
import { plainDirectories } from '../../../src/config/base-directories.ts';

it('base directories are plain and each is there once', () => {
  expect(plainDirectories(['/a//b/./c/../d/', '/a/b/d', '/e', '/', '/\xe9/'])).toEqual(['/a/b/d', '/e', '/', '/\xe9']);
});
