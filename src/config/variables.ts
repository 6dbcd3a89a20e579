/** What becomes of a variable that somebody sets. */
export type VariableUse =
  /** It is read. `help` is its line in the help, where it stands there. */
  | { readonly use: 'read'; readonly help?: string }
  /** What it asks for is so in any case: nobody has to be told. */
  | { readonly use: 'needless' }
  /** It asks for something that is not there. */
  | { readonly use: 'none'; readonly lacking: string };

const READ: VariableUse = { use: 'read' };
const NEEDLESS: VariableUse = { use: 'needless' };
const NO_REMOTE: VariableUse = { use: 'none', lacking: 'there is no remote storage yet' };
const NO_LEVELS: VariableUse = { use: 'none', lacking: 'there is one level of storage' };
const NO_DISTRIBUTION: VariableUse = { use: 'none', lacking: 'nothing is compiled on other machines yet' };

/** Remote storages of sccache and what is behind their prefix. */
const REMOTE_VARIABLES: Readonly<Record<string, string>> = {
  SCCACHE_: 'BUCKET REGION ENDPOINT MEMCACHED REDIS',
  SCCACHE_S3_:
    'NO_CREDENTIALS USE_SSL SERVER_SIDE_ENCRYPTION SERVER_SIDE_ENCRYPTION_AWS_KMS SERVER_SIDE_ENCRYPTION_KMS_KEY_ID KEY_PREFIX ENABLE_VIRTUAL_HOST_STYLE RW_MODE',
  SCCACHE_REDIS_: 'ENDPOINT CLUSTER_ENDPOINTS DB USERNAME PASSWORD EXPIRATION TTL KEY_PREFIX RW_MODE',
  SCCACHE_MEMCACHED_: 'ENDPOINT USERNAME PASSWORD EXPIRATION KEY_PREFIX RW_MODE',
  SCCACHE_GCS_: 'BUCKET KEY_PREFIX KEY_PATH SERVICE_ACCOUNT CREDENTIALS_URL OAUTH_URL RW_MODE',
  SCCACHE_GHA_: 'VERSION ENABLED RW_MODE CACHE_URL RUNTIME_TOKEN',
  SCCACHE_AZURE_: 'BLOB_CONTAINER CONNECTION_STRING STORAGE_ACCOUNT ENDPOINT KEY_PREFIX RW_MODE',
  SCCACHE_WEBDAV_: 'ENDPOINT KEY_PREFIX USERNAME PASSWORD TOKEN RW_MODE DISABLE_CREATE_DIR',
  SCCACHE_OSS_: 'BUCKET ENDPOINT KEY_PREFIX NO_CREDENTIALS RW_MODE',
  SCCACHE_COS_: 'BUCKET ENDPOINT KEY_PREFIX RW_MODE',
};

const REMOTES = Object.entries(REMOTE_VARIABLES).flatMap(([prefix, names]) =>
  names.split(' ').map((name): [string, VariableUse] => [prefix + name, NO_REMOTE]),
);

/** All variables that begin with `SCCACHE_`: sccache's, and our own. */
export const VARIABLES: ReadonlyMap<string, VariableUse> = new Map<string, VariableUse>([
  ['SCCACHE_DIR', { use: 'read', help: 'where the cache is [default: ~/.cache/sccache]' }],
  ['SCCACHE_CACHE_SIZE', { use: 'read', help: 'its limit, such as 20G [default: 10G]' }],
  ['SCCACHE_RECACHE', { use: 'read', help: 'set: compile anew and replace what is cached' }],
  ['SCCACHE_NO_CACHE', { use: 'read', help: 'set: compile without the cache' }],
  ['SCCACHE_TERMINATE_ON_MISS', { use: 'read', help: 'set: a miss is an error that says why' }],
  ['SCCACHE_VERIFY', { use: 'read', help: '1, or a share such as 0.01: on hits compile as well, and compare' }],
  ['SCCACHE_BASEDIRS', { use: 'read', help: 'directories whose place does not matter, with colons between' }],
  ['SCCACHE_SESSION', { use: 'read', help: 'a name for the build: --show-stats --session NAME counts it alone' }],
  ['SCCACHE_LOCAL_RW_MODE', { use: 'read', help: 'READ_ONLY: store nothing [default: READ_WRITE]' }],
  ['SCCACHE_IDLE_TIMEOUT', { use: 'read', help: 'seconds until an idle daemon ends, 0 for never [default: 600]' }],
  ['SCCACHE_SERVER_UDS', { use: 'read', help: "path of the daemon's socket" }],
  [
    'SCCACHE_SERVER_PORT',
    { use: 'read', help: "name of the daemon's socket, to keep two daemons apart [default: 4226]" },
  ],
  ['SCCACHE_CONF', { use: 'read', help: 'path of the configuration file' }],
  ['SCCACHE_LOG', { use: 'read', help: 'error, warn, info or debug: what the daemon writes to SCCACHE_ERROR_LOG' }],
  ['SCCACHE_ERROR_LOG', { use: 'read', help: "file of the daemon's log" }],
  ['SCCACHE_DIRECT', READ],
  ['SCCACHE_NO_DAEMON', READ],
  ['SCCACHE_START_SERVER', READ],
  ['SCCACHE_EXTRAFILES', READ],
  ['SCCACHE_C_CUSTOM_CACHE_BUSTER', READ],
  ['SCCACHE_INCREMENTAL', READ],
  ['SCCACHE_WORKERS', READ],
  ['SCCACHE_STARTUP_TIMEOUT_MS', READ],
  ['SCCACHE_CLIENT_TIMEOUT_MS', READ],
  ['SCCACHE_NODE', READ],
  ['SCCACHE_INNER', READ],
  ['SCCACHE_CLIENT_SIDE', NEEDLESS],
  ['SCCACHE_IGNORE_SERVER_IO_ERROR', NEEDLESS],
  ['SCCACHE_MAX_FRAME_LENGTH', NEEDLESS],
  ['SCCACHE_LOG_MILLIS', NEEDLESS],
  ['SCCACHE_SKIP_CACHE_CHECK', NEEDLESS],
  ['SCCACHE_STARTUP_NOTIFY', NEEDLESS],
  ['SCCACHE_PATH', NEEDLESS], // what the GitHub action tells of itself
  ['SCCACHE_ALLOW_CORE_DUMPS', { use: 'none', lacking: 'the daemon has the limits of the shell that starts it' }],
  ['SCCACHE_CACHE_ZSTD_LEVEL', { use: 'none', lacking: 'what is in use is not compressed, and the rest with level 3' }],
  ['SCCACHE_CACHE_MULTIARCH', { use: 'none', lacking: 'a compile with several -arch is not cached yet' }],
  ['SCCACHE_MULTILEVEL_CHAIN', NO_LEVELS],
  ['SCCACHE_MULTILEVEL_WRITE_ERROR_POLICY', NO_LEVELS],
  ['SCCACHE_CACHED_CONF', NO_DISTRIBUTION],
  ['SCCACHE_DIST_CLIENT_CACHE_DIR', NO_DISTRIBUTION],
  ...REMOTES,
]);

/** The variables that the help explains. */
export const EXPLAINED: readonly (readonly [name: string, meaning: string])[] = [...VARIABLES].flatMap(([name, row]) =>
  row.use === 'read' && row.help !== undefined ? [[name, row.help] as const] : [],
);

/** More wrong letters than this, and it is another word. */
const MOST_WRONG_LETTERS = 2;

/**
 * What is to be said of variables that have no effect, and of those that there are none of (a slip of the pen). Empty is as good as
 * not set.
 */
export function setWithoutEffect(environment: Readonly<Record<string, string | undefined>>): {
  readonly idle: readonly string[];
  readonly unknown: readonly string[];
} {
  const idle: string[] = [];
  const unknown: string[] = [];
  for (const name of Object.keys(environment).sort()) {
    if (!name.startsWith('SCCACHE_') || environment[name] === '') continue;
    const row = VARIABLES.get(name);
    if (row === undefined) unknown.push(`there is no variable ${name}${suggestionFor(name)}`);
    else if (row.use === 'none') idle.push(`${name} has no effect: ${row.lacking}`);
  }
  return { idle, unknown };
}

function suggestionFor(name: string): string {
  const near = [...VARIABLES.keys()].find((known) => wrongLetters(name, known) <= MOST_WRONG_LETTERS);
  return near === undefined ? '' : `; is ${near} meant?`;
}

/** How many letters have to be typed, taken away or replaced to make one word of the other. */
function wrongLetters(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
