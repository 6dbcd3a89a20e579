import type { SearchDirectories } from '../../../key/search-walk.ts';
import type { NamedDirectories } from './directory-facts.ts';
import type { Known } from './known-programs.ts';
import type { CompilerFacts, CompilerKind, Toolchain } from './toolchain.ts';
import type { RememberedCompiler } from './toolchains.ts';

/** One line of JSON, so that what is known outlives a daemon. */
export function encodeRememberedCompiler(compiler: RememberedCompiler): string {
  return JSON.stringify(compiler);
}

/** Undefined when the text is not what `encodeRememberedCompiler` writes. */
export function decodeRememberedCompiler(text: string): RememberedCompiler | undefined {
  const value = parsed(text);
  if (!isRecord(value) || typeof value['id'] !== 'string') return undefined;
  const { what, id, known } = value;
  if (what === 'facts' && isKnown(known, isFacts)) return { what, id, known };
  if (what === 'toolchain' && isKnown(known, isToolchain)) return { what, id, known };
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isKind(value: unknown): value is CompilerKind {
  return value === 'gcc' || value === 'clang';
}

function isKnown<T>(value: unknown, isWhat: (facts: unknown) => facts is T): value is Known<T> {
  if (!isRecord(value) || !Array.isArray(value['programs']) || !isWhat(value['facts'])) return false;
  if (!isStrings(value['absent']) || !Array.isArray(value['listings'])) return false;
  const has = (item: unknown, ...names: string[]): boolean =>
    isRecord(item) && isStrings(names.map((name) => item[name]));
  return (
    value['programs'].every((program) => has(program, 'path', 'digest')) &&
    value['listings'].every((listing) => has(listing, 'path', 'names'))
  );
}

function isFacts(value: unknown): value is CompilerFacts {
  if (!isRecord(value)) return false;
  const { kind, plusplus, version, driver } = value;
  const named = driver === undefined || typeof driver === 'string';
  return isKind(kind) && typeof plusplus === 'boolean' && typeof version === 'string' && named;
}

function isToolchain(value: unknown): value is Toolchain {
  if (!isRecord(value)) return false;
  const { kind, identity, description, search, listsAssemblerInputs, expandedCommand, addsOptions } = value;
  const texts = isStrings([identity, description, expandedCommand]);
  const switches = typeof listsAssemblerInputs === 'boolean' && typeof addsOptions === 'boolean';
  const directories = isNamedDirectories(value['directories']) && isStrings(value['directoryFacts']);
  return isKind(kind) && texts && switches && isSearch(search) && directories;
}

function isNamedDirectories(value: unknown): value is NamedDirectories {
  return isRecord(value) && isStrings(value['all']) && isStrings(value['demanded']);
}

function isSearch(value: unknown): value is SearchDirectories {
  return isRecord(value) && ['quote', 'angle', 'missing', 'frameworks'].every((name) => isStrings(value[name]));
}
