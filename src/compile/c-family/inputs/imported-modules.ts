import type { ParsedArguments } from '../../../compilers/arguments.ts';
import type { RunStep } from '../../../protocol/steps.ts';
import { type ByteString, fromBuffer } from '../../../util/bytes.ts';
import { joinPath } from '../../../util/path.ts';
import type { Conversation } from '../../conversation.ts';
import type { Request } from '../../request.ts';

/** Module files that a compile read, and names that it searched for them in vain. */
export interface ImportedModules {
  readonly paths: readonly ByteString[];
  readonly absent: readonly ByteString[];
}

/** `into` names the module that imports, where it is not the source itself. */
const REMARK = /^(?:.*: )?remark: importing module '([^']*)'(?: into '[^']*')? from '(.*)' \[-Rmodule-import\]$/gm;

/**
 * The module files of a compile by clang. It reads those that its options and directories lead to, and in turn what these
 * were made from, by the paths that are written in them: only the compiler can say which, so it is asked once more.
 *
 * @returns undefined when it does not say
 */
export async function importedModules(
  request: Request,
  parsed: ParsedArguments,
  conversation: Conversation,
): Promise<ImportedModules | undefined> {
  const ran = await conversation.run(importsStep(request, parsed));
  if (ran?.kind !== 'exit' || ran.value !== 0 || ran.stderr.kind !== 'bytes') return undefined;
  const paths = new Set<ByteString>();
  const absent = new Set<ByteString>();
  for (const [, name = '', path = ''] of fromBuffer(ran.stderr.bytes).matchAll(REMARK)) {
    paths.add(path);
    // A partition's file has a dash for the colon. Where an option named the file, a name too many does no harm.
    const file = `${name.replace(':', '-')}.pcm`;
    const candidates = (parsed.moduleDirectories ?? []).map((directory) => joinPath(directory, file));
    const found = candidates.findIndex((candidate) => path.endsWith(candidate));
    for (const candidate of candidates.slice(0, Math.max(found, 0))) absent.add(candidate);
  }
  return { paths: [...paths], absent: [...absent].filter((path) => !paths.has(path)) };
}

/** The same compile as far as it reads anything, with a remark for each module file. */
function importsStep(request: Request, parsed: ParsedArguments): RunStep {
  const added = ['-fsyntax-only', '-Rmodule-import', '-fno-color-diagnostics', '-w'];
  const language = parsed.language === 'pcm' ? [] : ['-x', parsed.language];
  return {
    step: 'run',
    stdout: 'capture',
    stderr: 'capture',
    program: request.program,
    argv: [request.argv[0] ?? '', ...parsed.keyArguments, ...added, ...language, parsed.input],
    set: [],
    unset: [],
    stdin: '/dev/null',
  };
}
