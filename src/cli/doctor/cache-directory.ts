import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { sizeText } from '../quantities.ts';
import { type Finding, type Patient, problemText } from './finding.ts';

/** `statfs` numbers of file systems that are worth a name (linux/magic.h). */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x9123683e, 'btrfs'],
  [0x58465342, 'xfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
]);
const NETWORK = ['NFS', 'CIFS', 'SMB'];

/** Less than this, and a build fills the disk before anything is evicted. */
const LITTLE_SPACE_BYTES = 1024 ** 3;
/** A file system's clock may lag by its granularity: 2 s with FAT. */
const MOST_SKEW_MS = 3_000;

/** Whether the cache can be written, what it lies on, how much room there is, and whose clock it goes by. */
export function checkCacheDirectory({ config }: Patient): Finding[] {
  const what = 'cache';
  const directory = config.cacheDirectory;
  if (config.readOnly) return [{ mark: 'note', what, found: `${directory}, read-only (SCCACHE_LOCAL_RW_MODE)` }];
  let probe: string;
  try {
    makeDirectories(join(directory, 'tmp'));
    probe = mkdtempSync(join(directory, 'tmp/doctor-'));
  } catch (problem) {
    const remedy = 'set SCCACHE_DIR to a directory in which you can write';
    return [{ mark: 'bad', what, found: `cannot be written: ${problemText(problem)}`, remedy }];
  }
  try {
    return [checkPlace(directory, probe), checkSpace(directory, config.cacheLimitBytes), checkClock(probe)];
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

function checkPlace(directory: string, probe: string): Finding {
  const type = statfsSync(probe).type;
  const name = FILE_SYSTEMS.get(type) ?? `file system 0x${type.toString(16)}`;
  const found = `${directory}, ${name}, ${canReflink(probe) ? 'with' : 'without'} reflinks`;
  if (!NETWORK.includes(name)) return { mark: 'good', what: 'cache', found };
  const remedy = 'set SCCACHE_DIR to a local disk: every hit waits for the network';
  return { mark: 'note', what: 'cache', found, remedy };
}

function canReflink(directory: string): boolean {
  const [from, to] = [join(directory, 'from'), join(directory, 'to')];
  try {
    writeFileSync(from, 'x'.repeat(4096));
    copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}

function checkSpace(directory: string, limitBytes: number): Finding {
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const found = `${sizeText(free)} free, limit ${sizeText(limitBytes)}`;
  if (free >= LITTLE_SPACE_BYTES) return { mark: 'good', what: 'space', found };
  const remedy = 'free some space, or set SCCACHE_CACHE_SIZE to less';
  return { mark: 'bad', what: 'space', found: `only ${found}`, remedy };
}

function checkClock(probe: string): Finding {
  const file = join(probe, 'clock');
  writeFileSync(file, '');
  const skewMs = statSync(file).mtimeMs - Date.now();
  const seconds = `${Math.abs(skewMs / 1000).toFixed(1)} s`;
  if (Math.abs(skewMs) <= MOST_SKEW_MS)
    return { mark: 'good', what: 'clock', found: 'that of the file system is ours' };
  const found = `that of the file system is ${seconds} ${skewMs > 0 ? 'ahead' : 'behind'}: files seem to change while they are compiled`;
  return {
    mark: 'bad',
    what: 'clock',
    found,
    remedy: 'let both machines follow a time server (timedatectl set-ntp true)',
  };
}

/** One by one: where nobody can create anything (/proc), Node 20 never comes back from a recursive mkdir. */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
