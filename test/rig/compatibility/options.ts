import type { OptionRow } from './rows.ts';

/** The options of sccache 0.19.0. */
export const OPTIONS: readonly OptionRow[] = [
  {
    name: '--show-stats',
    standing: 'better',
    note: 'without a daemon: the counters that the last one left',
    runs: [
      { words: '--show-stats', code: 0 },
      { words: '-s --stats-format json', code: 0 },
      { words: '-s -z', code: 2, stdout: '', stderr: 'error: ' },
      { words: '-s gcc', code: 2, stdout: '', stderr: 'error: ' },
    ],
  },
  {
    name: '--show-adv-stats',
    standing: 'better',
    note: 'also projects, what was saved, how long hits take, and what the cache is full of',
    runs: [{ words: '--show-adv-stats', code: 0 }],
  },
  {
    name: '--start-server',
    standing: 'better',
    note: 'a second daemon on the same Unix socket is refused, as on a port; the original takes the first one’s place',
    runs: [{ words: '--start-server --stop-server', code: 2, stdout: '', stderr: 'error: ' }],
  },
  {
    name: '--debug-preprocessor-cache',
    standing: 'better',
    note: 'shows manifests; an empty cache and a damaged entry are no error',
    runs: [{ words: '--debug-preprocessor-cache --show-stats', code: 2, stdout: '', stderr: 'error: ' }],
  },
  {
    name: '--stop-server',
    standing: 'same',
    note: '',
    runs: [
      {
        words: '--stop-server',
        code: 2,
        stdout: 'Stopping sccache server...\n',
        stderr:
          "sccache: error: couldn't connect to server\nsccache: caused by: No such file or directory (os error 2)\n",
      },
    ],
  },
  {
    name: '--zero-stats',
    standing: 'same',
    note: '',
    runs: [{ words: '--zero-stats --zero-stats', code: 2, stdout: '', stderr: 'error: ' }],
  },
  {
    name: '--dist-auth',
    standing: 'not yet',
    note: 'answers as where no scheduler is set',
    runs: [{ words: '--dist-auth', code: 0, stdout: '', stderr: '' }],
  },
  {
    name: '--dist-status',
    standing: 'not yet',
    note: 'answers as where no scheduler is set, and starts no daemon for it',
    runs: [
      { words: '--dist-status x', code: 2, stdout: '', stderr: 'error: ' },
      { words: '--dist-status --stats-format json', code: 0, stdout: '{"Disabled":"disabled"}\n', stderr: '' },
    ],
  },
  {
    name: '--package-toolchain',
    standing: 'not yet',
    note: 'refused as by a sccache that was built without `dist-client`',
    runs: [
      {
        words: '--package-toolchain gcc',
        code: 2,
        stdout: '',
        stderr: "error: 2 values required for '--package-toolchain <EXE> <OUT>' but 1 was provided\n",
      },
    ],
  },
  {
    name: '--stats-format',
    standing: 'better',
    note: 'also `prometheus` and `markdown`',
    runs: [{ words: '-s --stats-format xml', code: 2, stdout: '', stderr: 'error: ' }],
  },
  {
    name: '--help',
    standing: 'better',
    note: 'more options, and the variables; remote storages are shown as `false`',
    runs: [{ words: '--help', code: 0, stderr: '' }],
  },
  {
    name: '--version',
    standing: 'better',
    note: 'its own version in brackets behind',
    runs: [{ words: '--version', code: 0, stderr: '' }],
  },
];
