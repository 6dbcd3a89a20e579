import type { ByteString } from '../../util/bytes.ts';
import { baseName, directoryOf, joinPath } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Refusal } from '../arguments.ts';
import { type CrateType, EMIT_KINDS, type EmitKind, type RustArguments } from './arguments.ts';

/** A file that rustc leaves behind. */
export interface RustOutput {
  /** `link rlib`, `metadata`, `asm` …: each once in a compile. */
  readonly role: string;
  readonly path: ByteString;
  readonly kind: EmitKind | 'debug-package' | 'printed';
  /** What the linker writes gets the executable bits. */
  readonly linked: boolean;
  /** True when rustc may leave it out. */
  readonly optional: boolean;
}

/** All that rustc leaves behind. */
export interface RustOutputs {
  readonly files: readonly RustOutput[];
  /** Where those lie that no option gives another place. */
  readonly directory: ByteString;
  /** The targets in dep-info, in order. */
  readonly listed: readonly ByteString[];
  /** How many types of the crate are made. */
  readonly types: number;
  /** Where rustc's temporary directories stay with `-C save-temps`; undefined without it. */
  readonly temporaries: ByteString | undefined;
  /** What the names of files begin with that are called after units of code. */
  readonly unitStem: ByteString;
  /** The same with the directory, where such files stay; undefined: no option asks for that. */
  readonly unitPrefix: ByteString | undefined;
}

/** The name and types of a crate, from the command line and, where that is silent, from its source. */
export interface CrateIdentity {
  readonly name: ByteString;
  /** What outputs are called after that are no libraries: a dash in the source's name stays in it. */
  readonly stem: ByteString;
  readonly types: readonly CrateType[];
  /** The name stands in the command line or in the source; else it is the source's own. */
  readonly named: boolean;
}

const EXTENSIONS: Record<Exclude<EmitKind, 'link' | 'metadata'>, string> = {
  asm: '.s',
  'dep-info': '.d',
  'llvm-bc': '.bc',
  'llvm-ir': '.ll',
  mir: '.mir',
  obj: '.o',
  'thin-link-bitcode': '.indexing.o',
};

/** The kinds that come as one file, or as one for each unit of code. */
export const BY_UNIT: ReadonlySet<string> = new Set<EmitKind>([
  'asm',
  'llvm-bc',
  'llvm-ir',
  'obj',
  'thin-link-bitcode',
]);

/** Crate types that only a linker can make. */
export function isLinked(type: CrateType): boolean {
  return type === 'bin' || type === 'dylib' || type === 'cdylib' || type === 'proc-macro';
}

/** How the outputs of one command line are called (rustc_session `config.rs`, `OutputFilenames`). */
interface Names {
  readonly directory: ByteString;
  /** Without directory; of what is no library. */
  readonly stem: ByteString;
  /** Of libraries. */
  readonly library: ByteString;
  /** `-o`, where there is one output that it can be. */
  readonly single: ByteString | undefined;
  readonly metadata: ByteString;
}

function namesOf(parsed: RustArguments, crate: CrateIdentity): Names {
  const { outputFile, extraFilename, outputDirectory: directory } = parsed;
  const library = `lib${crate.name}${extraFilename}`;
  if (outputFile === undefined) {
    const metadata = `${library}.rmeta`;
    return { directory, stem: withoutExtension(crate.stem + extraFilename), library, metadata, single: undefined };
  }
  // With several kinds of output rustc adapts the name to each, and warns.
  const unnamed = [...parsed.emits.values()].filter((path) => path === undefined).length;
  const stem = withoutExtension(baseName(outputFile)) + extraFilename;
  return {
    directory: directoryOf(outputFile),
    stem: withoutExtension(stem),
    library,
    metadata: crate.named ? `${library}.rmeta` : `lib${stem}.rmeta`,
    single: unnamed <= 1 ? outputFile : undefined,
  };
}

/**
 * All outputs of a compile: the names that rustc makes of crate name, type and target.
 *
 * @param host the compiler's own target
 */
export function rustOutputs(parsed: RustArguments, crate: CrateIdentity, host: string): Result<RustOutputs, Refusal> {
  const names = namesOf(parsed, crate);
  const files: RustOutput[] = [];
  const listed: ByteString[] = [];
  for (const kind of EMIT_KINDS) {
    if (!parsed.emits.has(kind)) continue;
    const named = parsed.emits.get(kind) ?? names.single;
    const toStandardOutput = named === '-';
    if (kind === 'link') {
      const linked = linkOutputs(parsed, crate, names, named, host);
      if (!linked.ok) return linked;
      files.push(...linked.value.files);
      listed.push(...linked.value.listed);
      continue;
    }
    const usual = kind === 'metadata' ? names.metadata : names.stem + EXTENSIONS[kind];
    const path = named ?? joinPath(names.directory, usual);
    if (!toStandardOutput) listed.push(path);
    if (toStandardOutput) continue;
    const optional = parsed.codegenUnits !== 1 && BY_UNIT.has(kind);
    files.push({ role: kind, path, kind, linked: false, optional });
  }
  for (const [index, path] of parsed.printedFiles.entries()) {
    files.push({ role: `printed ${index}`, path, kind: 'printed', linked: false, optional: true });
  }
  const leavesUnits = parsed.leavesUnits || (parsed.codegenUnits !== 1 && files.some(({ optional }) => optional));
  const unitStem = `${names.stem}.`;
  const unitPrefix = leavesUnits ? joinPath(names.directory, unitStem) : undefined;
  const temporaries = parsed.savesTemporaries ? names.directory : undefined;
  return success({
    files,
    directory: names.directory,
    listed,
    unitStem,
    unitPrefix,
    temporaries,
    types: crate.types.length,
  });
}

function linkOutputs(
  parsed: RustArguments,
  crate: CrateIdentity,
  names: Names,
  named: ByteString | undefined,
  host: string,
): Result<Pick<RustOutputs, 'files' | 'listed'>, Refusal> {
  // Each is written over the one before, and which is the last is none of our business.
  if (named !== undefined && crate.types.length > 1) return refused('-o');
  if (named === '-') return refused('-o');
  const files: RustOutput[] = [];
  const listed: ByteString[] = [];
  const program = joinPath(names.directory, names.stem);
  for (const type of crate.types) {
    const name = linkName(type, names, parsed.target ?? host);
    if (name === undefined) return refused(`crate-type (${type}) for ${parsed.target ?? host}`);
    const usual = joinPath(names.directory, name);
    const path = named ?? usual;
    const linked = isLinked(type);
    files.push({ role: `link ${type}`, path, kind: 'link', linked, optional: false });
    if (linked && parsed.packsDebugInformation) {
      const role = `debug information of ${type}`;
      files.push({ role, path: `${path}.dwp`, kind: 'debug-package', linked: false, optional: true });
    }
    // Of `link=PATH` dep-info knows only where it is a program.
    listed.push(type === 'bin' ? path : usual);
  }
  return success({ files, listed: parsed.outputFile === undefined ? listed : [named ?? program] });
}

function refused(reason: string): { readonly ok: false; readonly error: Refusal } {
  return failure({ kind: 'cannot-cache', reason });
}

/** undefined where the target's conventions are not known here: a target specification may say anything. */
function linkName(type: CrateType, { library, stem }: Names, target: string): ByteString | undefined {
  if (type === 'lib' || type === 'rlib') return `${library}.rlib`;
  const linux = /^[a-z0-9_]+-[a-z]+-linux-(?:gnu|musl)[a-z0-9]*$/.test(target);
  if (!linux) return undefined;
  if (type === 'staticlib') return `${library}.a`;
  return type === 'bin' ? stem : `${library}.so`;
}

/** As Rust's `Path::with_extension("")` does it: a dot at the beginning is part of the name. */
export function withoutExtension(name: ByteString): ByteString {
  return name.replace(/(.)\.[^.]*$/s, '$1');
}
