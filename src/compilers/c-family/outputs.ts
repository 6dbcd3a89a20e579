import type { ByteString } from '../../util/bytes.ts';
import { baseName, directoryOf, joinPath } from '../../util/path.ts';
import type { Language, Output, Refusal } from '../arguments.ts';
import { cannotCache, type Draft } from './draft.ts';
import { isHeader } from './languages.ts';

/** Where the object goes: `-o`, else named after the input in the caller's directory (a precompiled header: beside it). */
export function objectPath(draft: Draft, input: ByteString, language: Language): ByteString {
  if (draft.output !== undefined) return draft.output;
  if (isHeader(language) && !draft.assemble) return `${input}.gch`;
  return `${stem(baseName(input))}.${draft.assemble ? 's' : 'o'}`;
}

/** Without the last extension; as gcc and clang do for outputs named after others. */
export function stem(name: ByteString): ByteString {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(0, dot);
}

/** The path with the extension of its last component replaced, or added where it has none. */
export function withExtension(path: ByteString, extension: string): ByteString {
  return joinPath(directoryOf(path), `${stem(baseName(path))}.${extension}`);
}

/**
 * The object and the files beside it. Refused where their names are not certain: `/dev/null` as the object (gcc then
 * takes the input's name, clang leaves them out), names that begin with a dot (the compilers disagree), and clang's
 * `-S -gsplit-dwarf`, which goes by the input.
 */
export function planOutputs(draft: Draft, object: ByteString): Output[] | Refusal {
  const outputs: Output[] = [{ role: draft.assemble ? 'assembly' : 'object', path: object, optional: false }];
  for (const { role, flag, extension } of draft.sideFiles) {
    if (outputs.some((output) => output.role === role)) continue;
    const path = withExtension(object, extension);
    const byInput = role === 'split-dwarf' && draft.assemble && draft.kind === 'clang';
    const elsewhere = role === 'coverage-notes' && draft.profileDirectory;
    if (object === '/dev/null' || baseName(object).startsWith('.') || byInput || elsewhere) return cannotCache(flag);
    if (outputs.some((output) => output.path === path)) return cannotCache(flag);
    outputs.push({ role, path, optional: true });
  }
  if (draft.diagnosticsFile !== undefined) {
    outputs.push({ role: 'diagnostics', path: draft.diagnosticsFile, optional: false });
  }
  return outputs;
}
