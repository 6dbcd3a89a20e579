import type { ParsedArguments, PrefixMap } from '../compilers/arguments.ts';
import { keyEnvironment } from '../compilers/c-family/environment.ts';
import type { FileRecords } from '../key/file-records.ts';
import { SectionHash } from '../key/section-hash.ts';
import type { ByteString } from '../util/bytes.ts';
import { directoryOf, resolveFrom } from '../util/path.ts';
import { failure, type Result, success } from '../util/result.ts';
import type { Reason } from './outcome.ts';
import type { Request } from './request.ts';
import type { Toolchain } from './toolchain.ts';

/** Raise it when the same sections would mean another result. */
const KEY_VERSION = '1';

/** Stage two: the key under which a compile's manifest is found. */
export interface KeyMaterial {
  /** 64 hexadecimal digits. */
  readonly manifestKey: string;
  readonly sourceDigest: string;
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
  const key = new SectionHash()
    .add('version', KEY_VERSION)
    .add('compiler', toolchain.identity)
    .add('expanded command', toolchain.expandedCommand)
    .add('mode', parsed.mode)
    .add('language', parsed.language)
    .add('dependency file', parsed.dependencyFile?.kind ?? 'none')
    .add('colour', showsColour === undefined ? 'forced' : String(showsColour));
  for (const name of keyEnvironment(toolchain.kind)) {
    const value = request.environment.get(name);
    if (value !== undefined) key.add('environment', `${name}=${value}`);
  }
  addDirectory(key, request, parsed);
  for (const path of parsed.inputFiles) {
    const digest = records.digest(resolveFrom(request.cwd, path));
    if (digest === undefined) return failure('option-file-unreadable');
    key.add('option file', digest);
  }
  for (const path of extraFiles(request))
    key.add('extra file', records.digest(resolveFrom(request.cwd, path)) ?? 'missing');
  key.add('source path', parsed.input).add('source', sourceDigest);
  return success({ manifestKey: key.digest(), sourceDigest });
}

/** The arguments, and the caller's directory where the output may name it. */
function addDirectory(key: SectionHash, request: Request, parsed: ParsedArguments): void {
  const directory = request.logicalDirectory;
  const maps = parsed.prefixMaps.filter((map) => covers(map, directory));
  // Of two maps for one directory gcc takes the last, clang the first in the alphabet: then nothing is shared.
  const ambiguous = new Set(maps.map((map) => map.from)).size > 1;
  if (!parsed.embedsDirectory || ambiguous || recordsWholeCommand(parsed)) {
    key.addAll('arguments', parsed.keyArguments);
  } else {
    // A map of the caller's directory makes the recorded one equal in each checkout: then the old name is not part of
    // the result. All else that is recorded is spelled in arguments and header paths, which are in the keys as they are.
    const shared = (argument: ByteString): ByteString => {
      const map = maps.find((candidate) => argument.endsWith(`-prefix-map=${candidate.from}=${candidate.to}`));
      return map ? argument.replace(`=${map.from}=`, '=<directory>=') : argument;
    };
    key.addAll('arguments', parsed.keyArguments.map(shared));
  }
  if (parsed.embedsDirectory) {
    const named = parsed.keyArguments.some((argument) => argument.startsWith('-fdebug-compilation-dir'));
    const debugMaps = ambiguous ? [] : maps.filter(({ applies }) => applies === 'debug' || applies === 'file');
    if (!named || ambiguous) key.add('debug directory', mapped(debugMaps, directory));
    if (parsed.keyArguments.some((argument) => EMBEDS_BEYOND_DEBUG.test(argument))) key.add('directory', directory);
  }
  if (parsed.embedsOutputPath) {
    const output = parsed.outputs[0]?.path ?? '';
    key.add('output path', output).add('output directory', resolveFrom(directory, directoryOf(output)));
  }
}

/** Options by which an object names the directory elsewhere than in its debug information. Their own maps are not followed. */
const EMBEDS_BEYOND_DEBUG =
  /^(?:-fprofile|-ftest-coverage|--coverage|-fcoverage|-flto|-fplugin|-fsanitize|-Wa,|-Xassembler)/;

/** The parser appends the whole command line behind an empty word where it becomes part of the object. */
function recordsWholeCommand(parsed: ParsedArguments): boolean {
  return parsed.keyArguments.includes('');
}

function covers(map: PrefixMap, directory: ByteString): boolean {
  return directory === map.from || directory.startsWith(map.from.endsWith('/') ? map.from : `${map.from}/`);
}

/** The directory as the compiler records it. */
function mapped(maps: readonly PrefixMap[], directory: ByteString): ByteString {
  const map = maps.at(-1);
  return map ? `${map.to}\0${directory.slice(map.from.length)}` : directory;
}

function extraFiles(request: Request): readonly ByteString[] {
  return (request.environment.get('SCCACHE_EXTRAFILES') ?? '').split(':').filter((path) => path !== '');
}
