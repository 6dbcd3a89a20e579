import type { ParsedArguments } from '../../../compilers/arguments.ts';
import type { VerboseOutput } from '../../../compilers/search-directories.ts';
import type { SearchDirectories } from '../../../key/search-walk.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { joinPath } from '../../../util/path.ts';
import { programPrefixes } from './program-search.ts';
import type { CompilerKind } from './toolchain.ts';

/** Where headers are searched, by what the compiler says and what it does not say. */
export function searchDirectories(
  { quoteDirectories, angleDirectories, frameworkDirectories, ignoredDirectories }: VerboseOutput,
  { probeArguments }: ParsedArguments,
  kind: CompilerKind,
): SearchDirectories {
  const ignored = ignoredDirectories.flatMap(({ path, reason }) => (reason === 'nonexistent' ? [path] : []));
  // gcc passes `include` in a directory of -B on when it is there, else it does not mention it; nor does clang its own.
  const beside =
    kind === 'gcc' ? programPrefixes(probeArguments).flatMap(includeBeside) : resourceIncludes(probeArguments);
  const missing = [...ignored, ...beside.filter((path) => !angleDirectories.includes(path))];
  const mayBeFrameworks = probeArguments.some((word) => /^-(?:F|iframework)/.test(word)) ? missing : [];
  return {
    quote: quoteDirectories,
    angle: angleDirectories,
    missing,
    frameworks: [...frameworkDirectories, ...mayBeFrameworks],
  };
}

function resourceIncludes(probeArguments: readonly ByteString[]): ByteString[] {
  const option = '-resource-dir=';
  const directories = probeArguments.filter((word) => word.startsWith(option)).map((word) => word.slice(option.length));
  return directories.map((directory) => joinPath(directory, 'include'));
}

/** A prefix that is no directory is put before the name as it is. */
function includeBeside(prefix: ByteString): ByteString[] {
  return [...new Set([joinPath(prefix, 'include'), `${prefix}include`])];
}
