import { mkdir, open, rename, stat } from 'node:fs/promises';

/** Files that several processes append to. Nothing here throws: who cannot write goes on without. */
export interface AppendingFiles {
  /** Appends in one system call, creating the file for its owner; undefined when it cannot. */
  append(path: string, text: string): Promise<{ readonly size: number; readonly inode: number } | undefined>;
  /** Creates a directory and its parents; false when it cannot. */
  makeDirectory(path: string): Promise<boolean>;
  /** Renames a file unless another one has taken its name since. */
  renameIfStill(path: string, inode: number, to: string): Promise<void>;
}

/** The real file system. */
export class RealAppendingFiles implements AppendingFiles {
  async append(path: string, text: string): Promise<{ size: number; inode: number } | undefined> {
    try {
      const file = await open(path, 'a', 0o600);
      try {
        await file.write(text);
        const { size, ino } = await file.stat();
        return { size, inode: ino };
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }

  async makeDirectory(path: string): Promise<boolean> {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      return true;
    } catch {
      return false;
    }
  }

  async renameIfStill(path: string, inode: number, to: string): Promise<void> {
    try {
      if ((await stat(path)).ino === inode) await rename(path, to);
    } catch {
      // Somebody cleared the directory, or it became read-only.
    }
  }
}
