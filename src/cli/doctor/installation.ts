import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { OWN_VERSION, VERSION } from '../../config/version.ts';
import type { Finding, Patient } from './finding.ts';

/** What `package.json` asks for. */
const OLDEST_NODE = [20, 19] as const;

/** Node, the client, and whether PATH leads to it. */
export function checkInstallation({ distribution, environment }: Patient): Finding[] {
  return [
    checkNode(),
    checkClient(join(distribution, 'sccache')),
    checkPath(join(distribution, 'sccache'), environment),
  ];
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const found = `Node ${process.versions.node}, sccache ${VERSION} (sccache-ts ${OWN_VERSION})`;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor))
    return { mark: 'good', what: 'version', found };
  const remedy = `install Node ${OLDEST_NODE.join('.')} or newer`;
  return { mark: 'bad', what: 'version', found: `${found}: this Node is too old`, remedy };
}

function checkClient(path: string): Finding {
  if (!existsSync(path)) {
    return {
      mark: 'bad',
      what: 'client',
      found: `${path} is missing`,
      remedy: 'npm run build, or install the package again',
    };
  }
  if (isNative(path)) return { mark: 'good', what: 'client', found: `native, ${path}` };
  const found = `in TypeScript, ${path}: each call waits for Node to start`;
  return { mark: 'note', what: 'client', found, remedy: 'install a C compiler, then: npm rebuild -g sccache-ts' };
}

function isNative(path: string): boolean {
  const start = Buffer.alloc(2);
  const file = openSync(path, 'r');
  readSync(file, start);
  closeSync(file);
  return start.toString('latin1') !== '#!';
}

function checkPath(client: string, environment: NodeJS.ProcessEnv): Finding {
  const what = 'PATH';
  const found = (environment['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory || '.', 'sccache'))
    .find((path) => existsSync(path));
  if (found === undefined) {
    const remedy = `export PATH=${join(client, '..')}:$PATH`;
    return { mark: 'note', what, found: 'no sccache in PATH: call it by its whole path', remedy };
  }
  if (sameFile(found, client)) return { mark: 'good', what, found: `sccache is ${found}` };
  return { mark: 'note', what, found: `sccache is ${found}, another installation than this one` };
}

function sameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}
