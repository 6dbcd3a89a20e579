import type { ByteString } from '../../util/bytes.ts';
import type { ParsedArguments } from '../arguments.ts';
import type { CompilerKind, ParseOptions } from './draft.ts';
import { parseArguments } from './parse.ts';

const KINDS: readonly CompilerKind[] = ['gcc', 'clang'];

/** More in one call are no build's; each is a round trip. */
const MOST_SOURCES = 100;

/**
 * Splits a command line with several sources into one for each, where together they mean the same: each can be cached
 * by itself, by either compiler (which one it is may not be known yet), and no two write to one file.
 *
 * @param argv without the compiler itself
 * @returns undefined where that is not so
 */
export function splitSources(options: ParseOptions, argv: readonly ByteString[]): ByteString[][] | undefined {
  if (argv.some((word) => word.startsWith('@'))) return undefined;
  // The position of each source: taking any other word away makes an option miss its value, or changes what is compiled.
  const sources = argv.flatMap((word, index) => (isSource(word) ? [index] : []));
  if (sources.length < 2 || sources.length > MOST_SOURCES) return undefined;
  const commands = sources.map((kept) => argv.filter((_word, index) => index === kept || !sources.includes(index)));
  for (const kind of KINDS) {
    const parsed = commands.flatMap((command) => {
      const result = parseArguments(kind, options, command);
      return result.ok ? [result.value] : [];
    });
    const inputs = parsed.map(({ input }) => input);
    if (inputs.length !== sources.length || inputs.some((input, at) => input !== argv[sources[at] ?? -1]))
      return undefined;
    if (parsed.some(isOneOfAll) || !areDistinct(parsed.flatMap(pathsWritten))) return undefined;
  }
  return commands;
}

function isSource(word: ByteString): boolean {
  return /^[^-].*\.(?:c|i|cc|cp|cpp|cxx|c\+\+|C|ii|m|mi|mm|mii|s|S)$/s.test(word);
}

/**
 * Whether what is left behind shows that there are other sources. The parser appends the whole command line behind an empty
 * word where it becomes part of the object; gcc names dependency files after the first source as well without `-c` or `-S`.
 */
function isOneOfAll(parsed: ParsedArguments): boolean {
  const { keyArguments, standardOutput, mode, dependencyFile, gccModules } = parsed;
  // One may import what another makes.
  if (gccModules) return true;
  return keyArguments.includes('') || standardOutput || (mode === 'syntax' && dependencyFile !== undefined);
}

function pathsWritten({ outputs, dependencyFile, dumpPrefix }: ParsedArguments): ByteString[] {
  return [...outputs.map(({ path }) => path), dependencyFile?.path, dumpPrefix].filter((path) => path !== undefined);
}

function areDistinct(paths: readonly ByteString[]): boolean {
  return new Set(paths).size === paths.length;
}
