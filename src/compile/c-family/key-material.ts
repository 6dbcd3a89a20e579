import type { ParsedArguments, PrefixMap } from '../../compilers/arguments.ts';
import { keyEnvironment } from '../../compilers/c-family/environment.ts';
import { isHeader, isModule } from '../../compilers/c-family/languages.ts';
import type { FileRecords } from '../../key/file-records.ts';
import { VARIABLE } from '../../key/section-differences.ts';
import { SectionHash } from '../../key/section-hash.ts';
import type { KeyText } from '../../key/sections.ts';
import type { ByteString } from '../../util/bytes.ts';
import { directoryOf, resolveFrom } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Reason } from '../outcome.ts';
import type { Request } from '../request.ts';
import type { Toolchain } from './toolchain/toolchain.ts';

/** Raise it when the same sections would mean another result. */
const KEY_VERSION = '1';

/** Stage two: the key under which a compile's manifest is found. */
export interface KeyMaterial {
  /** 64 hexadecimal digits. */
  readonly manifestKey: string;
  readonly sourceDigest: string;
  readonly text: KeyText;
}

/**
 * Everything that decides the result, except the headers that the source will turn out to read.
 *
 * @param showsColour whether the compiler will write colours by itself; undefined when we make it write them always
 */
export function keyMaterial(
  request: Request,
  parsed: ParsedArguments,
  toolchain: Toolchain,
  showsColour: boolean | undefined,
  records: FileRecords,
): Result<KeyMaterial, Reason> {
  const sourceDigest = records.digest(resolveFrom(request.cwd, parsed.input));
  if (sourceDigest === undefined) return failure('source-unreadable');
  const key = keySections(request, parsed, toolchain, showsColour, records);
  if (!key.ok) return key;
  key.value.add('source', sourceDigest, parsed.input);
  return success({ manifestKey: key.value.digest(), sourceDigest, text: key.value.text });
}

/** The same without the source's contents, for whoever has another word for them. */
export function keySections(
  request: Request,
  parsed: ParsedArguments,
  toolchain: Toolchain,
  showsColour: boolean | undefined,
  records: FileRecords,
): Result<SectionHash, Reason> {
  const key = new SectionHash()
    .add('version', KEY_VERSION)
    .add('compiler', toolchain.identity, toolchain.description)
    .add('expanded command', toolchain.expandedCommand)
    .add('mode', parsed.standardOutput ? `${parsed.mode} on standard output` : parsed.mode)
    .add('language', parsed.language)
    .add('dependency file', parsed.dependencyFile?.variable ?? parsed.dependencyFile?.kind ?? 'none')
    .add('colour', showsColour === undefined ? 'forced' : String(showsColour));
  for (const name of keyEnvironment(toolchain.kind)) {
    const value = request.environment.get(name);
    if (value !== undefined) key.add(`${VARIABLE}${name}`, countedValue(name, value, parsed));
  }
  addDirectory(key, request, parsed, toolchain);
  if (toolchain.directoryFacts.length > 0) key.addAll('search directories', toolchain.directoryFacts);
  key.addAll('output options', parsed.outputArguments);
  for (const path of parsed.inputFiles) {
    const digest = records.digest(resolveFrom(request.cwd, path));
    if (digest === undefined) return failure('option-file-unreadable');
    key.add('option file', digest, path);
  }
  for (const path of parsed.optionalInputFiles) {
    key.add('option file', records.digest(resolveFrom(request.cwd, path)) ?? 'missing', path);
  }
  for (const path of extraFiles(request))
    key.add('extra file', records.digest(resolveFrom(request.cwd, path)) ?? 'missing', path);
  return success(key.add('source path', parsed.input));
}

/**
 * The time in `SOURCE_DATE_EPOCH` decides nothing but what time macros expand to, which is a circumstance of the results that use them,
 * and what gcc notes in the interface of a module. What is no time is an error.
 */
function countedValue(name: string, value: ByteString, parsed: ParsedArguments): ByteString {
  const isTime = name === 'SOURCE_DATE_EPOCH' && /^\d{1,11}$/.test(value);
  return isTime && !parsed.gccModules ? '<a time>' : value;
}

/** The arguments, and the caller's directory where the output may name it. */
function addDirectory(key: SectionHash, request: Request, parsed: ParsedArguments, toolchain: Toolchain): void {
  const directory = request.logicalDirectory;
  const maps = parsed.prefixMaps.filter((map) => covers(map, directory));
  if (recordsWholeCommand(parsed)) {
    key.addAll('arguments', parsed.keyArguments);
  } else {
    // A map of the caller's directory makes the recorded one equal in each checkout: then the old name is not part of
    // the result. All else that is recorded is spelled in arguments and header paths, which are in the keys as they are.
    const isMap = ({ from, to }: PrefixMap, argument: ByteString): boolean =>
      argument.endsWith(`-prefix-map=${from}=${to}`);
    const shared = (argument: ByteString): ByteString => {
      const map = maps.find((candidate) => isMap(candidate, argument));
      return map
        ? argument.replace(`=${map.from}=`, `=<directory but ${directory.slice(map.from.length)}>=`)
        : argument;
    };
    key.addAll('arguments', parsed.keyArguments.map(shared));
    // But the map may be of other names as well: of a directory that another checkout shares with this one.
    const { quote, angle } = toolchain.search;
    const words = parsed.keyArguments.filter((argument) => !maps.some((map) => isMap(map, argument)));
    const names = [...words, ...quote, ...angle, parsed.input];
    for (const map of maps) {
      key.addAll(
        'mapped names',
        names.filter((name) => name.includes(map.from)),
      );
    }
  }
  if (parsed.embedsDirectory) {
    const named = parsed.keyArguments.some((argument) => argument.startsWith('-fdebug-compilation-dir'));
    const debugMaps = maps.filter(({ applies }) => applies === 'debug' || applies === 'file');
    if (!named) for (const recorded of mapped(debugMaps, directory)) key.add('debug directory', recorded);
    const options = [...parsed.keyArguments, ...parsed.outputArguments];
    const precompiles = isModule(parsed.language) || isHeader(parsed.language);
    // clang's assembler maps the unit's directory, but not the first of the line table.
    const assembles = toolchain.kind === 'clang' && parsed.language.startsWith('assembler');
    if (precompiles || assembles || options.some((argument) => EMBEDS_BEYOND_DEBUG.test(argument)))
      key.add('directory', directory);
    if (recordsWholeCommand(parsed)) key.add('program', request.program);
  }
  if (parsed.embedsOutputPath) {
    const output = parsed.outputs[0]?.path ?? '';
    key.add('output path', output).add('output directory', resolveFrom(directory, directoryOf(output)));
  }
}

/** Options by which an object names the directory elsewhere than in its debug information. Their own maps are not followed. */
const EMBEDS_BEYOND_DEBUG =
  /^(?:-fprofile|-ftest-coverage|--coverage|-fcoverage|-flto|-fplugin|-fsanitize|-Wa,|-Xassembler|-MJ|-?-save-temps|-fmodule|-fprebuilt-module-path)/;

/** The parser appends the whole command line behind an empty word where it becomes part of the object. */
function recordsWholeCommand(parsed: ParsedArguments): boolean {
  return parsed.keyArguments.includes('');
}

function covers(map: PrefixMap, directory: ByteString): boolean {
  return directory === map.from || directory.startsWith(map.from.endsWith('/') ? map.from : `${map.from}/`);
}

/**
 * What the compiler may record as the directory. Of two maps gcc takes the last, clang the first in the alphabet, which
 * is the shortest: where all are the same behind the mapped part, so is the one that it takes.
 */
function mapped(maps: readonly PrefixMap[], directory: ByteString): readonly ByteString[] {
  if (maps.length === 0) return [directory];
  return maps.map((map) => `${map.to}\0${directory.slice(map.from.length)}`);
}

function extraFiles(request: Request): readonly ByteString[] {
  return (request.environment.get('SCCACHE_EXTRAFILES') ?? '').split(':').filter((path) => path !== '');
}
