import type { KeyRow } from './rows.ts';

const REMOTE = {
  standing: 'not yet',
  note: 'checked; there are no remote storages, and statistics say so',
} as const;
const DISTRIBUTION = {
  standing: 'not yet',
  note: 'checked; nothing is compiled on other machines, and statistics say so',
} as const;
const PREPROCESSOR = {
  standing: 'refused',
  note: 'checked: digests are compared, not times alone, and what a compile reads is always found out',
} as const;

const section = (name: string, keys: Readonly<Record<string, string>>): readonly KeyRow[] =>
  Object.entries(keys).map(([key, value]) => ({
    name: `cache.${name}.${key}`,
    ...REMOTE,
    value,
    besides: Object.entries(keys)
      .filter(([other]) => other !== key && !(name === 'redis' && other === 'expiration'))
      .map(([other, its]) => `${other} = ${its}`)
      .join('\n'),
  }));

/** The keys of sccache 0.19.0's configuration file. */
export const KEY_ROWS: readonly KeyRow[] = [
  { name: 'cache.disk.dir', standing: 'same', note: '', value: '"/tmp/elsewhere"' },
  { name: 'cache.disk.size', standing: 'same', note: '', value: '"7g"' },
  { name: 'cache.disk.rw_mode', standing: 'same', note: '', value: '"READ_ONLY"' },
  {
    name: 'cache.disk.preprocessor_cache_mode.use_preprocessor_cache_mode',
    standing: 'better',
    note: 'shown as there; see `SCCACHE_DIRECT`',
    value: 'false',
  },
  ...[
    'file_stat_matches',
    'use_ctime_for_stat',
    'ignore_time_macros',
    'skip_system_headers',
    'hash_working_directory',
  ].map((name): KeyRow => ({ name: `cache.disk.preprocessor_cache_mode.${name}`, ...PREPROCESSOR, value: 'true' })),
  { name: 'basedirs', standing: 'better', note: 'see `SCCACHE_BASEDIRS`', value: '["/b"]' },
  {
    name: 'server_startup_timeout_ms',
    standing: 'not yet',
    note: 'checked; clients read no file: `SCCACHE_STARTUP_TIMEOUT_MS`',
    value: '1000',
  },
  { name: 'client_side_mode', standing: 'better', note: 'needless, see `SCCACHE_CLIENT_SIDE`', value: 'true' },
  ...section('s3', {
    bucket: '"b"',
    no_credentials: 'false',
    region: '"r"',
    endpoint: '"e"',
    use_ssl: 'true',
    key_prefix: '"k"',
    server_side_encryption: 'true',
    server_side_encryption_aws_kms: 'true',
    server_side_encryption_kms_key_id: '"i"',
    enable_virtual_host_style: 'true',
    rw_mode: '"READ_ONLY"',
  }),
  ...section('redis', {
    endpoint: '"e"',
    cluster_endpoints: '"c"',
    url: '"u"',
    username: '"n"',
    password: '"p"',
    db: '1',
    ttl: '1',
    expiration: '1',
    key_prefix: '"k"',
    rw_mode: '"READ_ONLY"',
  }),
  ...section('memcached', {
    url: '"u"',
    username: '"n"',
    password: '"p"',
    expiration: '1',
    key_prefix: '"k"',
    rw_mode: '"READ_ONLY"',
  }),
  ...section('gcs', {
    bucket: '"b"',
    key_prefix: '"k"',
    rw_mode: '"READ_ONLY"',
    cred_path: '"p"',
    service_account: '"s"',
    credential_url: '"u"',
  }),
  ...section('gha', { enabled: 'true', version: '"v"', rw_mode: '"READ_ONLY"' }),
  ...section('azure', {
    container: '"c"',
    key_prefix: '"k"',
    connection_string: '"s"',
    storage_account: '"a"',
    endpoint: '"e"',
    rw_mode: '"READ_ONLY"',
  }),
  ...section('webdav', {
    endpoint: '"e"',
    key_prefix: '"k"',
    username: '"n"',
    password: '"p"',
    token: '"t"',
    disable_create_dir: 'true',
    rw_mode: '"READ_ONLY"',
  }),
  ...section('oss', {
    bucket: '"b"',
    no_credentials: 'false',
    endpoint: '"e"',
    key_prefix: '"k"',
    rw_mode: '"READ_ONLY"',
  }),
  ...section('cos', { bucket: '"b"', endpoint: '"e"', key_prefix: '"k"', rw_mode: '"READ_ONLY"' }),
  ...section('multilevel', { chain: '["disk"]', write_error_policy: '"l0"' }),
  { name: 'dist.scheduler_url', ...DISTRIBUTION, value: '"http://localhost:1"' },
  { name: 'dist.cache_dir', ...DISTRIBUTION, value: '"/d"' },
  { name: 'dist.toolchain_cache_size', ...DISTRIBUTION, value: '1' },
  { name: 'dist.rewrite_includes_only', ...DISTRIBUTION, value: 'true' },
  { name: 'dist.auth', ...DISTRIBUTION, value: '{ type = "token", token = "t" }' },
  { name: 'dist.toolchains', ...DISTRIBUTION, value: '[{ type = "no_dist", compiler_executable = "/cc" }]' },
];
