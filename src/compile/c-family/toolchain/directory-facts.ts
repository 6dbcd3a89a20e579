import type { ParsedArguments } from '../../../compilers/arguments.ts';
import type { VerboseOutput } from '../../../compilers/search-directories.ts';
import type { SearchDirectories } from '../../../key/search-walk.ts';
import type { SourceFiles } from '../../../system/source-files.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { resolveFrom, withoutDots } from '../../../util/path.ts';
import type { Request } from '../../request.ts';

/** Names of directories, as one compile has them. */
export interface NamedDirectories {
  /** All that it searches, also those that are one with another or missing. */
  readonly all: readonly ByteString[];
  /** Those that it warns of when they are missing. */
  readonly demanded: readonly ByteString[];
}

/**
 * What is odd about them, one fact each; nearly always nothing is. Of directories that are one behind links (by device and inode)
 * compilers search in one of the two places only. gcc says of a file that it is no directory, and can be asked to warn of what is missing.
 */
export function directoryFacts(
  { all, demanded }: NamedDirectories,
  { cwd }: Request,
  files: SourceFiles,
): readonly ByteString[] {
  const first = new Map<string, ByteString>();
  const facts: ByteString[] = [];
  for (const path of all) {
    const directory = files.directory(resolveFrom(cwd, path));
    if (directory === undefined) {
      if (demanded.includes(path)) facts.push(`${path} is missing`);
      continue;
    }
    if (directory === 'no directory') {
      facts.push(`${path} is no directory`);
      continue;
    }
    const identity = `${directory.device} ${directory.inode}`;
    const earlier = first.get(identity);
    if (earlier === undefined) first.set(identity, path);
    else facts.push(`${path} is ${earlier}`);
  }
  return facts;
}

const WARNS_OF_MISSING = /^-W(?:error=)?missing-include-dirs$/;

/** clang calls a directory by the first of its names wherever it lists it: the others are in the command. */
export function namedDirectories(
  parsed: ParsedArguments,
  { quote, angle, missing }: SearchDirectories,
  { ignoredDirectories }: VerboseOutput,
): NamedDirectories {
  const listed = [...quote, ...angle, ...missing, ...ignoredDirectories.map(({ path }) => path)];
  const named = inCommand(parsed);
  const warns = parsed.probeArguments.some((word) => WARNS_OF_MISSING.test(word));
  // In one order, wherever in the list a directory stood when the compiler was asked: the facts are part of keys.
  const all = [...new Set([...listed, ...named].map(plainName))].sort();
  return { all, demanded: warns ? named : [] };
}

/** Options whose value is a word of its own, as the parser spells them. */
const SEPARATED = /^-(?:iquote|idirafter|(?:[a-z+-]+-)?isystem(?:-after)?)$/;

function inCommand({ probeArguments }: ParsedArguments): readonly ByteString[] {
  const named = probeArguments.flatMap((word, index) => {
    if (SEPARATED.test(probeArguments[index - 1] ?? '')) return [word];
    return word.startsWith('-I') && word.length > 2 ? [word.slice(2)] : [];
  });
  return named.map(plainName);
}

/** Compilers leave slashes at the end out when they list a directory. */
function plainName(path: ByteString): ByteString {
  return withoutDots(path).replace(/(?<=.)\/+$/, '');
}
