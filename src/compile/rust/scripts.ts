import type { ByteString } from '../../util/bytes.ts';
import type { KnownPrograms, ProgramDigest } from '../c-family/toolchain/known-programs.ts';
import type { WrapperScripts } from '../c-family/toolchain/wrapper-scripts.ts';
import type { Request } from '../request.ts';

/** What scripts go by that stand where a compiler or a linker is expected. */
export interface Scripted {
  /** The scripts, and the files that they may call or read. */
  readonly files: readonly ProgramDigest[];
  /** Variables with their values. */
  readonly settings: readonly ByteString[];
  /** Under what it is remembered what they do. */
  readonly id: string;
}

/** What the scripts among some programs (absolute paths) go by; undefined when that cannot be told. */
export function scriptsAmong(
  programs: readonly ByteString[],
  request: Request,
  { wrapperScripts, knownPrograms }: { readonly wrapperScripts: WrapperScripts; readonly knownPrograms: KnownPrograms },
): Scripted | undefined {
  const files: ByteString[] = [];
  const settings: ByteString[] = [];
  let id = '';
  for (const program of programs) {
    const wrapping = wrapperScripts.wrapping(program, request);
    if (wrapping === 'obscure') return undefined;
    files.push(...wrapping.files);
    settings.push(...wrapping.settings);
    id += wrapping.id;
  }
  return { files: knownPrograms.digests(files), settings, id };
}
