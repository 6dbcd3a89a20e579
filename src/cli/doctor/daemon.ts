import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { locateSocket } from '../../client/socket-path.ts';
import { connectDaemon } from '../../client/start-daemon.ts';
import { COMPARE_SETTINGS } from '../control.ts';
import type { Finding, Patient } from './finding.ts';

const STOP = 'sccache --stop-server';
/** More than the client's own. */
const PATIENCE_MS = 15_000;

/** The socket's directory, whether a daemon listens, and whether it has the settings that this shell has. */
export async function checkDaemon(patient: Patient): Promise<Finding[]> {
  const { environment } = patient;
  const socket = locateSocket(environment, true);
  if (!socket.ok) {
    const remedy = 'rm -r that directory if it is not yours to keep, or set SCCACHE_SERVER_UDS';
    return [{ mark: 'bad', what: 'socket', found: `${socket.error}: every compile runs without the cache`, remedy }];
  }
  const findings: Finding[] = [{ mark: 'good', what: 'socket', found: socket.value }];
  const connection = await connectDaemon(socket.value);
  connection?.destroy();
  if (connection === undefined)
    return [...findings, { mark: 'note', what: 'daemon', found: 'none runs: the next compile starts one' }];

  const differing = differingSettings(patient);
  if (differing === undefined) {
    const found = 'listens, but does not answer: it may be of another build, and end by itself';
    return [...findings, { mark: 'bad', what: 'daemon', found, remedy: STOP }];
  }
  if (differing.length === 0)
    return [...findings, { mark: 'good', what: 'daemon', found: 'runs, with the settings of this shell' }];
  const found = `runs with other settings than this shell: ${differing.join(', ')}`;
  return [
    ...findings,
    { mark: 'bad', what: 'daemon', found, remedy: `${STOP}  # the next compile starts one with these settings` },
  ];
}

/** By the client, as everybody asks; undefined when there is no answer. */
function differingSettings({ distribution, environment }: Patient): readonly string[] | undefined {
  try {
    const text = execFileSync(join(distribution, 'sccache'), [COMPARE_SETTINGS], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PATIENCE_MS,
    });
    return text.split('\n').filter((line) => line !== '');
  } catch {
    return undefined;
  }
}
