import type { ByteString } from '../../util/bytes.ts';
import type { Extern, NativeLibrary, PathRemap, SearchPath } from './arguments.ts';

/** The value of `--extern`: `[OPTIONS:]NAME[=PATH]`. */
export function readExtern(value: ByteString): Extern {
  const equals = value.indexOf('=');
  const named = equals < 0 ? value : value.slice(0, equals);
  const colon = named.indexOf(':');
  return {
    options: colon < 0 ? '' : named.slice(0, colon),
    name: named.slice(colon + 1),
    path: equals < 0 ? undefined : value.slice(equals + 1),
  };
}

/** The value of `-l`: `[KIND[:MODIFIERS]=]NAME[:RENAME]`. */
export function readNativeLibrary(value: ByteString): NativeLibrary {
  const equals = value.indexOf('=');
  const [kind = '', modifiers = ''] = equals < 0 ? [] : value.slice(0, equals).split(':');
  const [name = '', rename] = value.slice(equals + 1).split(':');
  return { kind, verbatim: modifiers.split(',').includes('+verbatim'), name: rename ?? name };
}

/** The value of `-L`: `[KIND=]PATH`; undefined when it names no path. */
export function readSearchPath(value: ByteString): SearchPath | undefined {
  const [, kind, path] = /^(?:(dependency|crate|native|framework|all)=)?(.*)$/s.exec(value) ?? [];
  return path === undefined || path === '' ? undefined : { kind: searchKind(kind), path };
}

function searchKind(word: string | undefined): SearchPath['kind'] {
  switch (word) {
    case 'dependency':
    case 'crate':
    case 'native':
    case 'framework':
      return word;
    default:
      return 'all';
  }
}

/**
 * The value of `--remap-path-prefix`; undefined without a `=`. The last one is the one in the middle (rustc_session
 * `config.rs`, `parse_remap_path_prefix`).
 */
export function readRemap(value: ByteString): PathRemap | undefined {
  const equals = value.lastIndexOf('=');
  return equals < 0 ? undefined : { from: value.slice(0, equals), to: value.slice(equals + 1) };
}

/** rustc takes `_` for `-` in the names of `-C` and `-Z` options. */
export function namedOption(option: ByteString): { readonly name: string; readonly value: ByteString | undefined } {
  const equals = option.indexOf('=');
  if (equals < 0) return { name: option.replaceAll('_', '-'), value: undefined };
  return { name: option.slice(0, equals).replaceAll('_', '-'), value: option.slice(equals + 1) };
}

export function isOff(value: ByteString | undefined): boolean {
  return value !== undefined && /^(?:n|no|off|false)$/.test(value);
}

export function isSwitch(value: ByteString): boolean {
  return isOff(value) || /^(?:y|yes|on|true)$/.test(value);
}

/** What spaces separate. */
export function words(value: ByteString | undefined): readonly ByteString[] {
  return (value ?? '').split(' ').filter((word) => word !== '');
}
