import { extname } from 'node:path';
import { parse as parseToml, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { failure, type Result, success } from '../util/result.ts';
import { parseCacheSize } from './cache-size.ts';
import type { ConfigProblem, FileSettings } from './config.ts';
import { CONFIG_SCHEMA, type ConfigFile, REMOTE_SECTIONS } from './config-schema.ts';
import { lineOf } from './key-lines.ts';

/**
 * What a configuration file says: JSON where its name ends in `.json`, else TOML. A mistake names file, line, key and what is allowed.
 *
 * This module brings a parser and a schema library along (45 ms to load): to be imported only where there is a file.
 */
export function readConfigFile(path: string, text: string): Result<FileSettings, ConfigProblem> {
  const format = extname(path) === '.json' ? 'json' : 'toml';
  const problem = (line: number | undefined, detail: string): Result<never, ConfigProblem> => {
    const place = line === undefined ? path : `${path}:${line}`;
    return failure({
      variable: 'SCCACHE_CONF',
      message: `Failed to load ${format} config file from ${place}: ${detail}`,
    });
  };
  let value: unknown;
  try {
    value = format === 'json' ? JSON.parse(text) : parseToml(text);
  } catch (error) {
    if (error instanceof TomlError) return problem(error.line, error.message.split('\n')[0] ?? 'not TOML');
    return problem(undefined, error instanceof Error ? error.message : String(error));
  }
  const checked = CONFIG_SCHEMA.safeParse(value, { reportInput: true });
  if (checked.success) return success(settingsOf(checked.data));
  const [issue] = checked.error.issues;
  if (issue === undefined) return problem(undefined, 'not a configuration');
  const key = keyOf(issue);
  return problem(lineOf(key, text, format), `'${key.join('.')}': ${allowed(issue)}`);
}

/** The key that is meant: of an unknown one the key itself, not the table around it. */
function keyOf(issue: z.core.$ZodIssue): readonly string[] {
  const path = issue.path.map(String);
  return issue.code === 'unrecognized_keys' ? [...path, ...issue.keys.slice(0, 1)] : path;
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'there is no such key';
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`;
    case 'invalid_type':
      return issue.input === undefined ? `is missing (${issue.expected})` : `must be a value of type ${issue.expected}`;
    default:
      return `must be ${issue.message}`;
  }
}

function settingsOf(file: ConfigFile): FileSettings {
  const { disk } = file.cache ?? {};
  const size = disk?.size === undefined ? undefined : parseCacheSize(String(disk.size));
  const mode = disk?.preprocessor_cache_mode;
  return {
    cacheDirectory: disk?.dir,
    cacheLimitBytes: size,
    readOnly: disk?.rw_mode === undefined ? undefined : disk.rw_mode === 'READ_ONLY',
    // A section without the switch turns it off, as in sccache.
    directMode: mode && (mode.use_preprocessor_cache_mode ?? false),
    baseDirectories: file.basedirs,
    unused: unusedKeys(file),
  };
}

/** Keys that are understood and have no effect here. What `client_side_mode` asks for is so in any case. */
function unusedKeys(file: ConfigFile): readonly string[] {
  const sections = Object.keys(file.cache ?? {}).filter(
    (name) => REMOTE_SECTIONS.includes(name) || name === 'multilevel',
  );
  return [
    ...sections.map((name) => `cache.${name}`),
    ...Object.keys(file).filter((name) => ['dist', 'server_startup_timeout_ms'].includes(name)),
  ];
}
