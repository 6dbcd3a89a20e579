import type { RustArguments } from '../../../compilers/rustc/arguments.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { baseName, joinPath, resolveFrom } from '../../../util/path.ts';
import { failure, type Result, success } from '../../../util/result.ts';
import type { Reason } from '../../outcome.ts';
import type { Request } from '../../request.ts';
import type { CompileServices } from '../../services.ts';
import { type Scripted, scriptsAmong } from '../scripts.ts';
import type { RustToolchain } from '../toolchain.ts';
import { expandedWords, linkerWords, prefixedPrograms } from './link-search.ts';

/** How a crate is linked. */
export interface Linking {
  /** The programs, and the files that its arguments name, each with the digest of its contents. */
  readonly programs: readonly { readonly path: ByteString; readonly digest: string }[];
  /** What the program goes by if it is a script. */
  readonly scripted: Scripted;
  /** `driver`: a C compiler, which takes `-Wl,`; `linker`: `ld` and its like. */
  readonly called: 'driver' | 'linker';
}

/** rustc guesses the flavour from the same names, where `-C linker-flavor` does not say (rustc_target `infer_linker_hints`). */
const DRIVER = /^(?:[a-z0-9_]+-[a-z0-9_-]+-)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+)(?:-[0-9.]+)?$/;
const LINKER = /^(?:(?:[a-z0-9_]+-[a-z0-9_-]+-)?ld(?:\.(?:bfd|lld))?|(?:rust-)?lld)$/;

/** The flavours of GNU's way to link, old names and new ones. */
const FLAVOURS: ReadonlyMap<ByteString, Linking['called']> = new Map([
  ['gcc', 'driver'],
  ['gnu-cc', 'driver'],
  ['gnu-lld-cc', 'driver'],
  ['ld', 'linker'],
  ['ld.lld', 'linker'],
  ['gnu', 'linker'],
  ['gnu-lld', 'linker'],
]);

/** A linker's file names this option where it has it: GNU ld 2.35, lld 12 and mold do, gold does not. */
const DEPENDENCY_OPTION = 'dependency-file';

/** Arguments by which a linker writes something else, or is another than we think. */
const SIDE_EFFECTS =
  /-Map\b|--dependency-file|--out-implib|--cref|-plugin|--reproduce|--trace|--print-|-save-temps|-dumpdir|-specs|-wrapper|--emit-relocs-to|-flto|--time-trace|--why-/;

/** Variables that a linker and its driver read. */
export const LINK_ENVIRONMENT = [
  'LIBRARY_PATH',
  'LD_RUN_PATH',
  'LD_LIBRARY_PATH',
  'LDEMULATION',
  'COMPILER_PATH',
  'GCC_EXEC_PREFIX',
  'LLD_VERSION',
  'LLD_REPRODUCE',
  'SOURCE_DATE_EPOCH',
  'CCC_OVERRIDE_OPTIONS',
  'COLLECT_NO_DEMANGLE',
  'GNUTARGET',
];

/** Finds the programs that will link a crate, and checks that the linker can tell what it reads. */
export function linkingOf(
  request: Request,
  parsed: RustArguments,
  toolchain: RustToolchain,
  services: CompileServices,
): Result<Linking, Reason> {
  const { records, files, binaryMentions } = services;
  const target = parsed.target ?? toolchain.host;
  // Another target's default linker is in its specification.
  if (target !== toolchain.host && parsed.linker === undefined) return failure('linker-not-understood');
  const named = argumentFiles(request, parsed, files);
  if (named === undefined) return failure('linker-not-understood');
  const program = findProgram(request, parsed.linker ?? defaultProgram(parsed), toolchain, files);
  const called = program === undefined ? undefined : wayOfCalling(program, parsed, files);
  if (program === undefined || called === undefined) return failure('linker-not-understood');
  const linkers = called === 'linker' ? [program] : linkersBehind(request, parsed, toolchain, files);
  if (linkers.length === 0) return failure('linker-not-understood');
  for (const linker of linkers) {
    if (!binaryMentions.mentioned(linker, [DEPENDENCY_OPTION])?.length) return failure('linker-cannot-list');
  }
  // gcc's own program between the driver and the linker.
  const between = prefixedPrograms(request, parsed, new Set(['collect2']), files);
  const programs: { path: ByteString; digest: string }[] = [];
  for (const path of new Set([program, ...linkers, ...between, ...named])) {
    const digest = records.digest(resolveFrom(request.cwd, path));
    if (digest === undefined) return failure('linker-not-understood');
    programs.push({ path, digest });
  }
  const scripted = scriptsAmong([program, ...between], request, services);
  return scripted === undefined ? failure('linker-not-understood') : success({ programs, called, scripted });
}

/** What rustc calls unless `-C linker` says. */
function defaultProgram({ linkerFlavor }: RustArguments): ByteString {
  if (linkerFlavor === 'ld.lld' || linkerFlavor === 'gnu-lld') return 'lld';
  return FLAVOURS.get(linkerFlavor ?? 'gcc') === 'linker' ? 'ld' : 'cc';
}

/** undefined: not told by option or name. A script of another name is called as `cc` would be. */
function wayOfCalling(
  program: ByteString,
  { linkerFlavor }: RustArguments,
  files: SourceFiles,
): Linking['called'] | undefined {
  if (linkerFlavor !== undefined) return FLAVOURS.get(linkerFlavor);
  const name = baseName(program);
  if (LINKER.test(name)) return 'linker';
  if (DRIVER.test(name)) return 'driver';
  return files.read(program)?.bytes.subarray(0, 2).toString() === '#!' ? 'driver' : undefined;
}

/** Files that link arguments name, which a linker may read without listing them; undefined when it would write others. */
function argumentFiles(
  { cwd }: Request,
  { linkArguments }: RustArguments,
  files: SourceFiles,
): readonly ByteString[] | undefined {
  const given = linkerWords(linkArguments);
  const named = given.flatMap((word) => (word.startsWith('@') ? [word.slice(1)] : []));
  for (const word of expandedWords(cwd, given, files)) {
    if (SIDE_EFFECTS.test(word) || (word.startsWith('@') && !given.includes(word))) return undefined;
    const pieces = [...word.split(/[,=]/), word.replace(/^-[A-Z]/, '')];
    named.push(...pieces.filter((piece) => piece !== '' && files.stat(resolveFrom(cwd, piece))?.kind === 'file'));
  }
  return named;
}

/**
 * The linkers that a driver may call: the one that `-fuse-ld` names, else rustc's own, where it brings one, and `ld`. Which of
 * these two is a matter of target, version and options (`-C linker-features`, `-C link-self-contained`, `-C linker`).
 */
function linkersBehind(
  request: Request,
  parsed: RustArguments,
  toolchain: RustToolchain,
  files: SourceFiles,
): readonly ByteString[] {
  const { linkArguments } = parsed;
  const said = (option: string): ByteString | undefined =>
    linkArguments.findLast((argument) => argument.startsWith(option))?.slice(option.length);
  // clang takes a path as well, and either option.
  const chosen = said('--ld-path=') ?? said('-fuse-ld=');
  const name = chosen === undefined ? 'ld' : /^mold$|\//.test(chosen) ? chosen : `ld.${chosen}`;
  const isFile = (path: ByteString): boolean => files.stat(path)?.kind === 'file';
  const usual = findProgram(request, name, toolchain, files);
  const found = [...prefixedPrograms(request, parsed, new Set([name, 'real-ld', 'collect-ld']), files)];
  if (usual !== undefined) found.push(usual);
  const own = `${ownPrograms(toolchain)}/rust-lld`;
  if (isFile(own) && (chosen === undefined || chosen === 'lld')) found.push(own);
  return found;
}

/** Where rustc's own linker is, which it finds before others. */
function ownPrograms({ sysroot, host }: RustToolchain): ByteString {
  return `${sysroot}/lib/rustlib/${host}/bin`;
}

function findProgram(
  request: Request,
  name: ByteString,
  toolchain: RustToolchain,
  files: SourceFiles,
): ByteString | undefined {
  if (name.includes('/')) return resolveFrom(request.cwd, name);
  for (const directory of [ownPrograms(toolchain), ...(request.environment.get('PATH') ?? '').split(':')]) {
    const candidate = resolveFrom(request.cwd, joinPath(directory, name));
    if (files.stat(candidate)?.kind === 'file') return candidate;
  }
  return undefined;
}

/** What a linker is told: leaves no trace in what is linked, with and without `-g`, by GNU ld and lld. */
export function listingArgument({ called }: Linking, file: ByteString): ByteString {
  return `${called === 'driver' ? '-Wl,' : ''}--${DEPENDENCY_OPTION}=${file}`;
}

/** A link argument in the command that rustc shows of a link that failed (Rust's `Debug` of it), as a message has it. */
export function shownArgument(argument: ByteString, jsonMessages: boolean): ByteString {
  const shown = ` "${argument.replace(/["\\]/g, '\\$&')}"`;
  return jsonMessages ? JSON.stringify(shown).slice(1, -1) : shown;
}
