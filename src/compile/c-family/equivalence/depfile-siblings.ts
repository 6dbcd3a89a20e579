import type { DependencyFile, ParsedArguments } from '../../../compilers/arguments.ts';
import { isHeader, isPreprocessed } from '../../../compilers/c-family/languages.ts';
import { parseMakeDependencies, withoutLeadingDots } from '../../../compilers/dependency-file.ts';
import type { ManifestResult } from '../../../key/manifest.ts';
import type { StoredFile, StoredResult } from '../../../storage/storage.ts';
import type { ByteString } from '../../../util/bytes.ts';
import type { EquivalentResult } from '../../compilation.ts';
import type { Request } from '../../request.ts';
import { surroundingsOf } from '../../request.ts';
import type { CompileServices } from '../../services.ts';
import { DEPENDENCY_LIST, encodeList } from '../hit.ts';
import { keyMaterial } from '../key-material.ts';
import type { Messages } from '../messages.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';

/**
 * The role under which an entry notes how many of its inputs gcc listed as headers: the list of a compile without a
 * dependency file is the one that `-MD` would have written.
 */
export const HEADER_COUNT = 'header-count';

type Kind = DependencyFile['kind'] | undefined;

/** A compile that asks for less can take what one that asks for more has left; what `-MMD` leaves out nobody else tells. */
function siblingsOf({ kind }: Toolchain, { dependencyFile, gccModules, language }: ParsedArguments): readonly Kind[] {
  // A precompiled header by gcc keeps what it lists.
  if (gccModules || isPreprocessed(language) || isHeader(language)) return [];
  if (dependencyFile === undefined) return ['MD', 'MMD'];
  if (dependencyFile.variable !== undefined) return [];
  return kind === 'gcc' && dependencyFile.kind === 'MD' ? [undefined] : [];
}

/** The result of the same compile with another dependency file, or none. */
export async function findSibling(
  request: Request,
  parsed: ParsedArguments,
  toolchain: Toolchain,
  messages: Messages,
  services: CompileServices,
): Promise<EquivalentResult | undefined> {
  const seen = surroundingsOf(request, services.wallClock());
  for (const kind of siblingsOf(toolchain, parsed)) {
    const dependencyFile = kind && { kind, path: '', targets: [], phony: false };
    const key = keyMaterial(request, { ...parsed, dependencyFile }, toolchain, messages.showsColour, services.records);
    const found = key.ok ? await services.manifests.find(key.value.manifestKey, seen) : undefined;
    if (found === undefined) continue;
    const translate = kind === undefined ? withList(found, parsed.input) : undefined;
    return { found, translate, searchedAnew: false };
  }
  return undefined;
}

/** Adds the list for the dependency file; undefined where the result does not tell it. */
function withList({ paths }: ManifestResult, source: ByteString): EquivalentResult['translate'] {
  return (result: StoredResult) => {
    const counted = result.files.find(({ role }) => role === HEADER_COUNT);
    if (counted?.content.kind !== 'inline') return undefined;
    const headers = paths.slice(0, Number(counted.content.bytes.toString('latin1')));
    const bytes = encodeList([withoutLeadingDots(source), ...headers]);
    const files = result.files.filter((file) => file !== counted);
    return { ...result, files: [...files, { role: DEPENDENCY_LIST, mode: 0o666, content: { kind: 'inline', bytes } }] };
  };
}

/** Names that are written as they are. */
const PLAIN = /^[\w./+-]+$/;

/** What gcc's list says, where it is certain what a dependency file would have. */
export function headerCount(
  text: Buffer | undefined,
  headers: readonly ByteString[],
  source: ByteString,
): StoredFile[] {
  const listed = text && parseMakeDependencies(text)?.dependencies;
  const isCertain =
    listed?.length === headers.length &&
    PLAIN.test(source) &&
    headers.every((header, index) => header === listed[index] && PLAIN.test(header));
  if (!isCertain) return [];
  const bytes = Buffer.from(String(headers.length), 'latin1');
  return [{ role: HEADER_COUNT, mode: 0o666, content: { kind: 'inline', bytes } }];
}
