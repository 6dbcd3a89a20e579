import type { Row, Trial, VariableRow } from './rows.ts';

/** Counts one outcome of the compiles so far. */
const count = (line: string, number: number): RegExp => new RegExp(`^${line} +${number}$`, 'm');
const statistics = (command: string, prints: RegExp): Trial => ({ command: `${command}; $S --show-stats`, prints });

const TWICE = '$S gcc -c x.c && rm x.o && ';
const REMOTE: Pick<VariableRow, 'standing' | 'note' | 'reader'> = {
  standing: 'not yet',
  note: 'there are no remote storages; statistics say so',
  reader: 'daemon',
};
const remotes = (prefix: string, names: string): readonly VariableRow[] =>
  names.split(' ').map((name) => ({ name: `SCCACHE_${prefix}${name}`, ...REMOTE }));
const DISTRIBUTION: Pick<VariableRow, 'standing' | 'note' | 'reader'> = {
  standing: 'not yet',
  note: 'nothing is compiled on other machines; statistics say so',
  reader: 'daemon',
};

/** The variables of sccache 0.19.0. */
export const VARIABLE_ROWS: readonly (VariableRow & Row)[] = [
  {
    name: 'SCCACHE_DIR',
    standing: 'same',
    note: '',
    reader: 'daemon',
    trial: { command: 'SCCACHE_DIR=/tmp/elsewhere $S -s', prints: /^Cache location +Local disk: "\/tmp\/elsewhere"$/m },
  },
  {
    name: 'SCCACHE_CACHE_SIZE',
    standing: 'better',
    note: 'what is no size is said, not passed over',
    reader: 'daemon',
    trial: {
      command: 'SCCACHE_CACHE_SIZE=3g $S -s; SCCACHE_CACHE_SIZE=3x $S -s',
      prints: /^Max cache size +3 GiB\n[\s\S]*^Warning +SCCACHE_CACHE_SIZE is '3x'.*10G is used$/m,
    },
  },
  {
    name: 'SCCACHE_LOCAL_RW_MODE',
    standing: 'better',
    note: 'a wrong word is said, not passed over',
    reader: 'daemon',
    trial: {
      command:
        'export SCCACHE_LOCAL_RW_MODE=read_only; $S gcc -c x.c; $S --show-adv-stats; $S --stop-server; SCCACHE_LOCAL_RW_MODE=x $S -s',
      prints: /^Effective cache mode +ReadOnly$[\s\S]*^Warning +SCCACHE_LOCAL_RW_MODE is 'x'/m,
    },
  },
  {
    name: 'SCCACHE_DIRECT',
    standing: 'better',
    note: 'shown as there; results are found by what was read in either case, headers that appear earlier included',
    reader: 'daemon',
    trial: {
      command: 'SCCACHE_DIRECT=OFF $S -s; SCCACHE_DIRECT=maybe $S -s',
      prints:
        /^Use direct\/preprocessor mode\? +no$[\s\S]*sccache: error: SCCACHE_DIRECT must be 'true', 'on', '1', 'false', 'off' or '0'\.$/m,
    },
  },
  {
    name: 'SCCACHE_BASEDIRS',
    standing: 'better',
    note: 'for Rust too; a request’s own comes before the daemon’s; values of `-D` are left alone',
    reader: 'request',
    trial: {
      command: 'SCCACHE_BASEDIRS=/b//:/a/x/.. $S -s; SCCACHE_BASEDIRS=b $S -s',
      prints: /^Base directories +\/b\/, \/a\/$[\s\S]*sccache: error: Basedir path must be absolute: /m,
    },
  },
  {
    name: 'SCCACHE_IDLE_TIMEOUT',
    standing: 'better',
    note: 'a compile under way keeps the daemon; what is no number is said',
    reader: 'daemon',
    trial: {
      command: 'SCCACHE_IDLE_TIMEOUT=x $S -s',
      prints: /^Warning +SCCACHE_IDLE_TIMEOUT is 'x', .*; 600 is used$/m,
    },
  },
  {
    name: 'SCCACHE_SERVER_PORT',
    standing: 'better',
    note: 'names a Unix socket that only its user can reach; no port is opened',
    reader: 'call',
    trial: {
      command: 'SCCACHE_SERVER_PORT=4711 $S --start-server; SCCACHE_SERVER_PORT=4711 $S --stop-server',
      prints: /^sccache: Listening on address \S+\/4711\.sock$/m,
    },
  },
  {
    name: 'SCCACHE_SERVER_UDS',
    standing: 'better',
    note: 'a path; names of Linux’s abstract sockets, which everybody can reach, are refused',
    reader: 'call',
    trial: {
      command: 'SCCACHE_SERVER_UDS=$PWD/s $S --start-server; SCCACHE_SERVER_UDS=$PWD/s $S --stop-server',
      prints: /^sccache: Listening on address \S+\/s$/m,
    },
  },
  {
    name: 'SCCACHE_CONF',
    standing: 'better',
    note: 'mistakes with file, line, key and what is allowed; a file that cannot be read is said',
    reader: 'daemon',
    trial: {
      command: 'printf "[cache.disk]\\nsize = \\"3x\\"\\n" > c; SCCACHE_CONF=c $S -s; SCCACHE_CONF=$PWD/none $S -s',
      prints:
        /c:2: 'cache\.disk\.size': must be a number of bytes, or text such as '7g'\n[\s\S]*^Warning +SCCACHE_CONF is /m,
    },
  },
  {
    name: 'SCCACHE_NO_DAEMON',
    standing: 'same',
    note: '',
    reader: 'daemon',
    trial: {
      command:
        'SCCACHE_NO_DAEMON=1 $S --start-server & until $S gcc -c x.c && $S -s | grep -q "requests  *[1-9]"; do :; done; $S --stop-server > out; wait && cat out',
      prints: count('Compile requests executed', 1),
    },
  },
  {
    name: 'SCCACHE_START_SERVER',
    standing: 'better',
    note: 'alone, starts a daemon; commands and compiles beside it are carried out',
    reader: 'call',
    trial: { command: 'SCCACHE_START_SERVER=1 $S; $S --stop-server', prints: /^sccache: Listening on address /m },
  },
  {
    name: 'SCCACHE_ERROR_LOG',
    standing: 'better',
    note: 'a file that cannot be written is said, and the daemon starts',
    reader: 'daemon',
    trial: {
      command: 'SCCACHE_ERROR_LOG=/nowhere/x $S gcc -c x.c; $S -s; $S --stop-server',
      prints:
        /^Compile requests executed +1$[\s\S]*^Warning +SCCACHE_ERROR_LOG is '\/nowhere\/x': nothing is logged: ENOENT/m,
    },
  },
  {
    name: 'SCCACHE_LOG',
    standing: 'better',
    note: 'lines of JSON; of a filter by module its level counts',
    reader: 'daemon',
    trial: {
      command:
        'SCCACHE_LOG=sccache=debug SCCACHE_ERROR_LOG=log $S gcc -c x.c; $S -s > /dev/null; $S --stop-server > /dev/null; cat log',
      prints: /"topic":"miss"/,
    },
  },
  {
    name: 'SCCACHE_RECACHE',
    standing: 'same',
    note: '',
    reader: 'request',
    trial: statistics(`${TWICE}SCCACHE_RECACHE= $S gcc -c x.c`, count('Forced recaches', 1)),
  },
  {
    name: 'SCCACHE_NO_CACHE',
    standing: 'same',
    note: '',
    reader: 'request',
    trial: statistics(
      `${TWICE}SCCACHE_NO_CACHE= SCCACHE_RECACHE=1 $S gcc -c x.c`,
      /^Cache misses +1$[\s\S]*^Compilations +2$/m,
    ),
  },
  {
    name: 'SCCACHE_EXTRAFILES',
    standing: 'better',
    note: 'for Rust too',
    reader: 'request',
    trial: statistics(
      'export SCCACHE_EXTRAFILES=e; touch e; $S gcc -c x.c; echo >> e; $S gcc -c x.c',
      count('Cache misses', 2),
    ),
  },
  {
    name: 'SCCACHE_C_CUSTOM_CACHE_BUSTER',
    standing: 'better',
    note: 'for Rust too',
    reader: 'request',
    trial: statistics(`${TWICE}SCCACHE_C_CUSTOM_CACHE_BUSTER=x $S gcc -c x.c`, count('Cache misses', 2)),
  },
  {
    name: 'SCCACHE_CLIENT_SIDE',
    standing: 'better',
    note: 'needless: compilers run and outputs are written by the caller’s own process, at the speed of the daemon',
    reader: 'call',
    trial: {
      command: 'SCCACHE_CLIENT_SIDE=maybe $S -s',
      prints: /^sccache: error: SCCACHE_CLIENT_SIDE must be 'true', /,
    },
  },
  {
    name: 'SCCACHE_SKIP_CACHE_CHECK',
    standing: 'same',
    note: 'there is no remote storage to check',
    reader: 'daemon',
    trial: {
      command: 'SCCACHE_SKIP_CACHE_CHECK=maybe $S -s',
      prints: /^sccache: error: SCCACHE_SKIP_CACHE_CHECK must be 'true', /,
    },
  },
  {
    name: 'SCCACHE_IGNORE_SERVER_IO_ERROR',
    standing: 'better',
    note: 'needless: whatever goes wrong, the compiler runs',
    reader: 'call',
  },
  {
    name: 'SCCACHE_MAX_FRAME_LENGTH',
    standing: 'better',
    note: 'needless: outputs of any size are stored',
    reader: 'daemon',
  },
  {
    name: 'SCCACHE_LOG_MILLIS',
    standing: 'better',
    note: 'needless: the log always has milliseconds',
    reader: 'daemon',
  },
  {
    name: 'SCCACHE_STARTUP_NOTIFY',
    standing: 'refused',
    note: 'between the original’s own processes; ours tell each other by a pipe',
    reader: 'daemon',
  },
  {
    name: 'SCCACHE_ALLOW_CORE_DUMPS',
    standing: 'refused',
    note: 'the daemon has the limits of the shell that starts it (`ulimit -c`); statistics say so',
    reader: 'daemon',
  },
  {
    name: 'SCCACHE_CACHE_ZSTD_LEVEL',
    standing: 'refused',
    note: 'what is in use is kept as it came, the rest is compressed in idle time with level 3; statistics say so',
    reader: 'daemon',
  },
  {
    name: 'SCCACHE_CACHE_MULTIARCH',
    standing: 'not yet',
    note: 'a compile with several `-arch` is passed through; statistics say so',
    reader: 'daemon',
  },
  { name: 'SCCACHE_CACHED_CONF', ...DISTRIBUTION },
  { name: 'SCCACHE_DIST_CLIENT_CACHE_DIR', ...DISTRIBUTION },
  { name: 'SCCACHE_MULTILEVEL_CHAIN', ...REMOTE, note: 'there is one level; statistics say so' },
  { name: 'SCCACHE_MULTILEVEL_WRITE_ERROR_POLICY', ...REMOTE, note: 'there is one level; statistics say so' },
  ...remotes('', 'BUCKET REGION ENDPOINT'),
  ...remotes('S3_', 'NO_CREDENTIALS USE_SSL SERVER_SIDE_ENCRYPTION SERVER_SIDE_ENCRYPTION_AWS_KMS'),
  ...remotes('S3_', 'SERVER_SIDE_ENCRYPTION_KMS_KEY_ID KEY_PREFIX ENABLE_VIRTUAL_HOST_STYLE RW_MODE'),
  ...remotes('', 'REDIS'),
  ...remotes('REDIS_', 'ENDPOINT CLUSTER_ENDPOINTS DB USERNAME PASSWORD EXPIRATION TTL KEY_PREFIX RW_MODE'),
  ...remotes('', 'MEMCACHED'),
  ...remotes('MEMCACHED_', 'ENDPOINT USERNAME PASSWORD EXPIRATION KEY_PREFIX RW_MODE'),
  ...remotes('GCS_', 'BUCKET KEY_PREFIX KEY_PATH SERVICE_ACCOUNT CREDENTIALS_URL OAUTH_URL RW_MODE'),
  ...remotes('GHA_', 'VERSION ENABLED RW_MODE'),
  ...remotes('AZURE_', 'BLOB_CONTAINER CONNECTION_STRING STORAGE_ACCOUNT ENDPOINT KEY_PREFIX RW_MODE'),
  ...remotes('WEBDAV_', 'ENDPOINT KEY_PREFIX USERNAME PASSWORD TOKEN RW_MODE DISABLE_CREATE_DIR'),
  ...remotes('OSS_', 'BUCKET ENDPOINT KEY_PREFIX NO_CREDENTIALS RW_MODE'),
  ...remotes('COS_', 'BUCKET ENDPOINT KEY_PREFIX RW_MODE'),
];
