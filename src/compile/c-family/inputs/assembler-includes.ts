import type { ParsedArguments } from '../../../compilers/arguments.ts';
import { assemblerMentions } from '../../../compilers/assembler-text.ts';
import type { RunStep } from '../../../protocol/steps.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { joinPath, resolveFrom, withoutDots } from '../../../util/path.ts';
import type { Request } from '../../request.ts';
import type { CompilerKind, Toolchain } from '../toolchain/toolchain.ts';
import { questionStep } from './header-report.ts';

/** What an assembler that makes no list reads besides its own text. */
export interface AssemblerIncludes {
  readonly paths: readonly ByteString[];
  /** Places that are searched in vain. */
  readonly absent: readonly ByteString[];
}

/** A run that shows the text that a compile gives to the assembler; undefined when that is the source itself. */
export function assemblyStep(request: Request, parsed: ParsedArguments, kind: CompilerKind): RunStep | undefined {
  if (parsed.language === 'assembler') return undefined;
  if (parsed.language === 'assembler-with-cpp') return questionStep(request, parsed, [], ['-E']);
  // clang's own assembler would have carried out the directives in what it shows.
  const raw = kind === 'clang' ? ['-fno-integrated-as'] : [];
  // With -gsplit-dwarf clang leaves a file beside the text, an empty one.
  return questionStep(request, parsed, [], ['-S', '-o', '-', '-fno-lto', '-g0', ...raw]);
}

/**
 * The files that an assembler reads for `.include` and `.incbin`: looked for in the caller's directory and in all of the
 * search path, whose order is the assembler's own; so everything there of such a name counts.
 *
 * @returns undefined when a name cannot be told, or is that of a stream.
 */
export function assemblerIncludes(
  text: ByteString,
  request: Request,
  parsed: ParsedArguments,
  toolchain: Toolchain,
  files: SourceFiles,
): AssemblerIncludes | undefined {
  const directories = searchedDirectories(parsed, toolchain);
  const paths = new Set<ByteString>();
  const absent = new Set<ByteString>();
  const texts = [text];
  for (const assembly of texts) {
    const { included, copied, obscure } = assemblerMentions(assembly);
    if (obscure) return undefined;
    for (const name of [...included, ...copied]) {
      for (const directory of directories) {
        const path = withoutDots(joinPath(directory, name));
        const contents = files.read(resolveFrom(request.cwd, path));
        if (contents === undefined && isStream(path, request, files)) return undefined;
        if (contents === undefined) absent.add(path);
        else if (!paths.has(path)) {
          paths.add(path);
          if (included.includes(name)) texts.push(fromBuffer(contents.bytes));
        }
      }
    }
  }
  return { paths: [...paths], absent: [...absent] };
}

/**
 * The other places where files that the assembler listed were searched, or would have been: found by all the names that
 * each may have been called by, because the list does not have them.
 */
export function searchedBeside(
  listed: readonly ByteString[],
  request: Request,
  parsed: ParsedArguments,
  toolchain: Toolchain,
  files: SourceFiles,
): AssemblerIncludes {
  const directories = searchedDirectories(parsed, toolchain).map(withoutDots);
  const paths = new Set<ByteString>();
  const absent = new Set<ByteString>();
  for (const path of listed.map(withoutDots)) {
    for (const directory of directories) {
      if (directory !== '' && !path.startsWith(`${directory}/`)) continue;
      const name = directory === '' ? path : path.slice(directory.length + 1);
      for (const other of directories) {
        const candidate = withoutDots(joinPath(other, name));
        const exists = files.stat(resolveFrom(request.cwd, candidate))?.kind === 'file';
        (exists ? paths : absent).add(candidate);
      }
    }
  }
  return { paths: [...paths], absent: [...absent] };
}

/** What is read from a fifo or from a descriptor of the caller (`/dev/stdin`) is another each time. */
export function isStream(path: ByteString, { cwd }: Request, files: SourceFiles): boolean {
  return /^\/(?:proc\/|dev\/(?:stdin$|fd\/))/.test(path) || files.stat(resolveFrom(cwd, path))?.kind === 'other';
}

/** The caller's directory comes first; the order of the others is the assembler's own. */
function searchedDirectories(parsed: ParsedArguments, { search }: Toolchain): readonly ByteString[] {
  return ['', ...search.missing, ...search.quote, ...search.angle, ...ownDirectories(parsed)];
}

/** Directories that are given to the assembler alone: `-Wa,-Idir`, `-Wa,-I,dir`. */
function ownDirectories({ keyArguments }: ParsedArguments): readonly ByteString[] {
  return keyArguments.flatMap((argument, index) => {
    if (!argument.startsWith('-Wa,-I')) return [];
    const joined = argument.slice('-Wa,-I'.length);
    return [joined === '' ? (keyArguments[index + 1] ?? '').slice('-Wa,'.length) : joined];
  });
}
