import type { ParsedArguments } from '../../../compilers/arguments.ts';
import { type ModuleRules, readModuleRules } from '../../../compilers/gcc/module-rules.ts';
import { scanSource } from '../../../key/source-scan.ts';
import type { StoredResult } from '../../../storage/storage.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { resolveFrom } from '../../../util/path.ts';
import type { Conversation } from '../../conversation.ts';
import type { Request } from '../../request.ts';
import type { NamedOutput } from '../../unnamed-outputs.ts';
import { type HeaderReport, questionStep } from './header-report.ts';

/** The role of a compiled interface in an entry is this and its path. */
const INTERFACE = 'cmi ';

/** What decided the result of a compile that imports modules. */
export interface GccImports {
  /** The files of the modules, those too that other modules import. */
  readonly paths: readonly ByteString[];
  /** Where the file of a header unit would have been taken for an included header. */
  readonly absent: readonly ByteString[];
}

/** What the compiler's list says about modules; undefined where there is none or it is not understood. */
export function moduleRules(
  request: Request,
  report: HeaderReport,
  dependencyText: Buffer | undefined,
  files: SourceFiles,
): ModuleRules | undefined {
  const text = dependencyText ?? files.read(resolveFrom(request.cwd, report.file))?.bytes;
  return text && readModuleRules(text);
}

/** The interface that a compile has written. */
export function writtenInterface(
  { mode }: ParsedArguments,
  rules: ModuleRules | undefined,
): readonly NamedOutput<typeof INTERFACE>[] {
  if (rules?.written === undefined || mode === 'syntax') return [];
  return [{ role: `${INTERFACE}${rules.written}`, path: rules.written, optional: false }];
}

/** Those in an entry. */
export function keptInterfaces(roles: readonly string[]): readonly NamedOutput<typeof INTERFACE>[] {
  return roles
    .filter((role) => role.startsWith(INTERFACE))
    .map((role) => role.slice(INTERFACE.length))
    .map((path) => ({ role: `${INTERFACE}${path}`, path, optional: false }));
}

/** gcc writes beside the interface and renames; what is there of an earlier run that broke off goes with that. */
export function leavesTemporary(request: Request, { files: stored }: StoredResult, files: SourceFiles): boolean {
  return keptInterfaces(stored.map(({ role }) => role)).some(
    ({ path }) => files.stat(resolveFrom(request.cwd, `${path}~`)) !== undefined,
  );
}

/** The headers of header units: the compiler opens them where it finds them, and takes what was made of them. */
export function headerUnits(rules: ModuleRules | undefined): readonly ByteString[] {
  return rules?.imports.filter((name) => /^\.{0,2}\//.test(name)) ?? [];
}

/**
 * The modules that gcc reads, which are more than the source names: it is asked once more, and writes nothing then.
 *
 * @returns undefined when it does not say
 */
export async function gccImports(
  request: Request,
  parsed: ParsedArguments,
  rules: ModuleRules,
  headers: readonly ByteString[],
  conversation: Conversation,
  files: SourceFiles,
): Promise<GccImports | undefined> {
  const absent = headers.map(interfaceOfHeader);
  if (rules.imports.length === 0) return { paths: [], absent };
  // Notes in another format are not taken back by a later option.
  const keyArguments = parsed.keyArguments.filter((word) => !word.startsWith('-fdiagnostics-format='));
  const added = ['-fsyntax-only', '-flang-info-module-cmi'];
  const question = questionStep(request, { ...parsed, keyArguments }, [], added);
  const ran = await conversation.run({ ...question, set: ['LC_ALL=C'], unset: ['LANGUAGE'] });
  if (ran?.kind !== 'exit' || ran.value !== 0 || ran.stderr.kind !== 'bytes') return undefined;
  const read = [...fromBuffer(ran.stderr.bytes).matchAll(/^.*: note: reading CMI '(.*)'$/gm)];
  const paths = [...new Set(read.map(([, path = '']) => path))];
  const textOf = (path: ByteString): ByteString | undefined => {
    const contents = files.read(resolveFrom(request.cwd, path));
    return contents && fromBuffer(contents.bytes);
  };
  const asksForTbb = [parsed.input, ...headers].some((path) => textOf(path)?.includes(PROBING_MACRO) ?? true);
  const hidden = paths.some((path) => saysMore(textOf(path), OF_SYSTEM.test(path) && !asksForTbb));
  if (hidden || paths.length < new Set(rules.imports).size) return undefined;
  return { paths, absent: absent.filter((path) => !paths.includes(path)) };
}

/** gcc's resolver (`GetCMIName`): absolute names below a dot, relative ones below a comma, and two for a parent. */
function interfaceOfHeader(header: ByteString): ByteString {
  const path = header.replace(/^(?:\.\/)+/, '').replace(/(?<=^|\/)\.\.(?=\/)/g, ',,');
  return `gcm.cache/${header.startsWith('/') ? '.' : ',/'}${path}.gcm`;
}

/** Interfaces of the system's headers, which have one macro that asks for a header (c++config.h), used in `pstl` only. */
const OF_SYSTEM = /^gcm\.cache\/\.\/usr\//;
const PROBING_MACRO = '_GLIBCXX_USE_TBB_PAR_BACKEND';

/** Macros of header units and text for the assembler count where they are used, and are not in the sources that are searched. */
function saysMore(interfaceText: ByteString | undefined, mayProbe: boolean): boolean {
  if (interfaceText === undefined) return true;
  const names = interfaceText.replace(/[^!-~]+|["']/g, '\n');
  const { timeMacros, timePieces, assemblerIncludes } = scanSource(names);
  const probes = !mayProbe && names.includes('__has_include');
  return timeMacros || (timePieces.name && timePieces.around) || assemblerIncludes || probes;
}

/** What precedes a message, or stands above it, with the file that is shown. */
const SHOWN = /^(?:In file included from |[ ]+from )?([^\s:][^:\n]*):\d+/gm;

/** Whether messages are about files only that were read as text: of others, modules tell the names and the compiler shows lines. */
export function showsOnly(messages: ByteString, texts: readonly ByteString[]): boolean {
  const plain = messages.replaceAll(/\x1b\[[\d;]*[mK]/g, '');
  const known = new Set(texts);
  return [...plain.matchAll(SHOWN)].every(([, name = '']) => known.has(name));
}
