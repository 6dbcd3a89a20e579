import type { ByteString } from '../../util/bytes.ts';
import { baseName, directoryOf, joinPath, resolveFrom } from '../../util/path.ts';
import type { Output, OutputRole, Refusal } from '../arguments.ts';
import { cannotCache, type Draft, type SideFile } from './draft.ts';
import { isHeader, isModule, isPreprocessed, preprocessedExtension } from './languages.ts';
import type { Source } from './source.ts';

/** Names under which a process finds its own streams: what is written there goes to no file that could be kept. */
const STREAM = /^(?:-|\/dev\/(?:std(?:out|err)|fd\/.*|tty)|\/proc\/self\/fd\/.*)$/s;

export function isStream(path: ByteString): boolean {
  return STREAM.test(path);
}

/** Where the object goes: `-o`, else named after the input in the caller's directory (a precompiled header: beside it). */
export function objectPath(draft: Draft, { path, language }: Source): ByteString {
  if (draft.output !== undefined) return draft.output;
  if (isHeader(language) && !draft.assemble) return `${path}.gch`;
  return `${stem(baseName(path))}.${objectExtension(draft)}`;
}

function objectExtension(draft: Draft): string {
  if (draft.precompile) return 'pcm';
  if (draft.assemble) return draft.emitsLlvm ? 'll' : 's';
  return draft.emitsLlvm ? 'bc' : 'o';
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

/** The object and the files beside it; refused where their names are not certain. */
export function planOutputs(draft: Draft, source: Source, object: ByteString): Output[] | Refusal {
  if (draft.dumpName !== undefined && namesMore(draft)) return cannotCache(draft.dumpName);
  const outputs: Output[] = draft.namedFiles.map(({ role, path }) => ({ role, path, optional: true }));
  const onlyInterface = draft.gccModules !== undefined && (draft.moduleOnly || isHeader(source.language));
  if (!draft.syntaxOnly && object !== '-' && !onlyInterface) {
    const role = draft.precompile ? 'module' : draft.assemble ? 'assembly' : 'object';
    outputs.unshift({ role, path: object, optional: object === '/dev/null' });
  }
  for (const file of draft.sideFiles) {
    if (outputs.some((output) => output.role === file.role)) continue;
    if (!hasCertainName(draft, file, object)) return cannotCache(file.flag);
    outputs.push({ role: file.role, path: sidePath(draft, file, source, object), optional: true });
    if (file.role === 'coverage-notes' && draft.profileDirectory) outputs.push(mangledNotes(draft, object));
  }
  const temporaries = keptTemporaries(draft, source, object);
  if (!Array.isArray(temporaries)) return temporaries;
  outputs.push(...temporaries);
  const paths = new Set(outputs.map((output) => output.path));
  return paths.size === outputs.length ? outputs : cannotCache('two outputs of one name');
}

/** Whether a file that is named after the object, or by `-dumpbase`, is written or read. */
function namesMore({ sideFiles, dumps, savesTemporaries, profileUses, dependency }: Draft): boolean {
  const listed = dependency.some(({ flag }) => flag === 'MD' || flag === 'MMD');
  const named = dependency.some(({ flag }) => flag === 'MF');
  const more = dumps !== undefined || savesTemporaries !== undefined || (listed && !named);
  return more || sideFiles.length > 0 || profileUses.length > 0;
}

/**
 * `/dev/null` as the object (gcc then takes the input's name, clang leaves the files out), and names that begin with a dot
 * (the compilers disagree).
 */
function hasCertainName(draft: Draft, file: SideFile, object: ByteString): boolean {
  return isOrdinary(draft, object) && !(isNamedAfterInput(draft, file) && draft.namesCompilationDirectory);
}

/**
 * clang's split debug information, unless both `-c` and `-o` are given. Then a compilation directory on the command
 * line is put before its name, without a slash.
 */
function isNamedAfterInput(draft: Draft, { role }: SideFile): boolean {
  return role === 'split-dwarf' && draft.kind === 'clang' && !(draft.compile && draft.output !== undefined);
}

function sidePath(draft: Draft, file: SideFile, { path }: Source, object: ByteString): ByteString {
  if (isNamedAfterInput(draft, file)) return `${stem(baseName(path))}.${file.extension}`;
  return withExtension(object, file.extension);
}

function isOrdinary(draft: Draft, object: ByteString): boolean {
  return !draft.syntaxOnly && object !== '/dev/null' && object !== '-' && !baseName(object).startsWith('.');
}

/** gcc before 11 names the notes after the object's whole path where profiles have a directory of their own. */
function mangledNotes(draft: Draft, object: ByteString): Output {
  const whole = resolveFrom(draft.options.cwd, withExtension(object, 'gcno'));
  return { role: 'mangled-coverage-notes', path: whole.replaceAll('/', '#'), optional: true };
}

/**
 * What `-save-temps` keeps. gcc names it after the object; clang after the input, in the caller's directory, or with
 * `=obj` beside the object. gcc before 11 took the input's name as well: its compiles then lack an output that was
 * certain to be there, and are left to it.
 */
function keptTemporaries(draft: Draft, { path, language }: Source, object: ByteString): Output[] | Refusal {
  const { savesTemporaries: saves } = draft;
  if (saves === undefined) return [];
  const isAssembler = language.startsWith('assembler');
  const uncertain =
    isHeader(language) ||
    isModule(language) ||
    isAssembler ||
    draft.emitsLlvm ||
    draft.linkTimeOptimisation ||
    draft.dumps;
  if (uncertain || !isOrdinary(draft, object) || saves.replace(/^--/, '-') === '-save-temps=cwd') {
    return cannotCache(saves);
  }
  const name = `${stem(baseName(path))}.`;
  const base =
    draft.kind === 'gcc'
      ? withExtension(object, '')
      : saves.endsWith('=obj')
        ? joinPath(directoryOf(object), name)
        : name;
  const kept: { role: OutputRole; extension: string }[] = [];
  if (!isPreprocessed(language)) {
    kept.push({ role: 'preprocessed', extension: preprocessedExtension(language) });
    if (draft.kind === 'clang') kept.push({ role: 'bitcode', extension: 'bc' });
  }
  if (!draft.assemble) kept.push({ role: 'temporary-assembly', extension: 's' });
  return kept.map(({ role, extension }) => ({ role, path: base + extension, optional: false }));
}

/** The common part of the names of gcc's dumps, such as `out/b.c` of `out/b.c.252t.optimized` for `-o out/b.o`. */
export function planDumps(draft: Draft, { path, language }: Source, object: ByteString): DumpPlan {
  if (draft.dumps === undefined) return { prefix: undefined };
  const dot = baseName(path).lastIndexOf('.');
  if (dot < 0 || isHeader(language) || !isOrdinary(draft, object)) return cannotCache(draft.dumps);
  return { prefix: withExtension(object, baseName(path).slice(dot + 1)) };
}

export type DumpPlan = { readonly prefix: ByteString | undefined } | Refusal;
