import { z } from 'zod';

/** All keys of sccache's configuration file; an unknown one is an error, as there. */

const rwMode = z.enum(['READ_ONLY', 'READ_WRITE']).optional();
const text = z.string();
const texts = z.string().optional();
const count = z.int().min(0);
const sizeError = { error: "a number of bytes, or text such as '7g'" };
const size = z.union([count, z.string().regex(/^\d+[KMGT]?$/i, sizeError)], sizeError);

const disk = z.strictObject({
  dir: z.string().optional(),
  size: size.optional(),
  rw_mode: rwMode,
  preprocessor_cache_mode: z
    .strictObject({
      use_preprocessor_cache_mode: z.boolean().optional(),
      file_stat_matches: z.boolean().optional(),
      use_ctime_for_stat: z.boolean().optional(),
      ignore_time_macros: z.boolean().optional(),
      skip_system_headers: z.boolean().optional(),
      hash_working_directory: z.boolean().optional(),
    })
    .optional(),
});

const remotes = {
  s3: z.strictObject({
    bucket: text,
    no_credentials: z.boolean(),
    region: texts,
    endpoint: texts,
    use_ssl: z.boolean().optional(),
    key_prefix: texts,
    server_side_encryption: z.boolean().optional(),
    server_side_encryption_aws_kms: z.boolean().optional(),
    server_side_encryption_kms_key_id: texts,
    enable_virtual_host_style: z.boolean().optional(),
    rw_mode: rwMode,
  }),
  redis: z.strictObject({
    endpoint: texts,
    cluster_endpoints: texts,
    url: texts,
    username: texts,
    password: texts,
    db: count.optional(),
    ttl: count.optional(),
    expiration: count.optional(),
    key_prefix: texts,
    rw_mode: rwMode,
  }),
  memcached: z.strictObject({
    url: texts,
    endpoint: texts,
    username: texts,
    password: texts,
    expiration: count.optional(),
    key_prefix: texts,
    rw_mode: rwMode,
  }),
  gcs: z.strictObject({
    bucket: text,
    key_prefix: text,
    rw_mode: z.enum(['READ_ONLY', 'READ_WRITE']),
    cred_path: texts,
    service_account: texts,
    credential_url: texts,
  }),
  gha: z.strictObject({ enabled: z.boolean(), version: text, rw_mode: rwMode }),
  azure: z.strictObject({
    container: text,
    key_prefix: text,
    connection_string: texts,
    storage_account: texts,
    endpoint: texts,
    rw_mode: rwMode,
  }),
  webdav: z.strictObject({
    endpoint: text,
    key_prefix: texts,
    username: texts,
    password: texts,
    token: texts,
    disable_create_dir: z.boolean().optional(),
    rw_mode: rwMode,
  }),
  oss: z.strictObject({
    bucket: text,
    no_credentials: z.boolean(),
    endpoint: texts,
    key_prefix: texts,
    rw_mode: rwMode,
  }),
  cos: z.strictObject({ bucket: text, endpoint: texts, key_prefix: texts, rw_mode: rwMode }),
};

const multilevel = z.looseObject({
  chain: z.array(z.string()),
  write_error_policy: z.enum(['ignore', 'l0', 'all']).optional(),
});

const dist = z.strictObject({
  scheduler_url: texts,
  cache_dir: texts,
  toolchain_cache_size: size.optional(),
  rewrite_includes_only: z.boolean().optional(),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('token'), token: text }),
      z.strictObject({
        type: z.literal('oauth2_code_grant_pkce'),
        client_id: text,
        auth_url: text,
        token_url: text,
      }),
      z.strictObject({ type: z.literal('oauth2_implicit'), client_id: text, auth_url: text }),
    ])
    .optional(),
  toolchains: z.array(z.looseObject({ type: z.enum(['no_dist', 'path_override']) })).optional(),
});

const optionalRemotes = z.object(remotes).partial().shape;

export const CONFIG_SCHEMA = z.strictObject({
  server_startup_timeout_ms: count.optional(),
  basedirs: z.array(z.string().startsWith('/', { error: 'an absolute path' })).optional(),
  client_side_mode: z.boolean().optional(),
  cache: z.strictObject({ disk: disk.optional(), ...optionalRemotes, multilevel: multilevel.optional() }).optional(),
  dist: dist.optional(),
});

export type ConfigFile = z.infer<typeof CONFIG_SCHEMA>;

/** Names of the remote storages' sections. */
export const REMOTE_SECTIONS: readonly string[] = Object.keys(remotes);
