import type { ParsedArguments } from '../../compilers/arguments.ts';
import { type ByteString, fromBuffer, toBuffer } from '../../util/bytes.ts';
import type { Request } from '../request.ts';
import type { CompilerKind } from './toolchain/toolchain.ts';

/** How a compile's messages are made and shown. */
export interface Messages {
  /** The option that makes the compiler write colours whoever listens, so that one entry serves terminal and pipe. */
  readonly colourOption: ByteString | undefined;
  /** Where colours are not forced, whether the compiler shows them: part of the key. */
  readonly showsColour: boolean | undefined;
  /** Take the colours out again for this caller. */
  readonly plain: boolean;
  /** gcc may write links into messages for this caller, which it does for a terminal only: it has to say them itself. */
  readonly links: boolean;
}

const COLOUR_OPTION = { gcc: '-fdiagnostics-color=always', clang: '-fcolor-diagnostics' } as const;

/** Select graphic rendition, and 'erase to the end of the line', which gcc writes behind each. */
const ESCAPES = /\x1b\[[0-9;]*[mK]/g;

/**
 * Colours are forced, whatever the command line says of them, unless the compiler records them in the object, which `-flto` and
 * clang's `-grecord-command-line` do, but gcc's `-g` and `-frecord-gcc-switches` do not; or the compiler takes the option for
 * a mistake, as clang does with assembly.
 */
export function messagesFor(kind: CompilerKind, request: Request, parsed: ParsedArguments): Messages {
  const type = request.environment.get('TERM');
  const capable = request.terminals.stderr && type !== undefined && type !== '' && type !== 'dumb';
  const shown = parsed.colour === 'always' || (parsed.colour === 'auto' && capable);
  const links = kind === 'gcc' && capable && mayShowLinks(request, parsed);
  if (!takesColourOption(kind, parsed)) return { colourOption: undefined, showsColour: shown, plain: false, links };
  return { colourOption: COLOUR_OPTION[kind], showsColour: undefined, plain: !shown, links };
}

/** gcc 10 and later knows terminals that it does not write links to (`auto_enable_urls`); these two are sure to be among them. */
function mayShowLinks({ environment }: Request, { keyArguments }: ParsedArguments): boolean {
  const option = keyArguments.findLast((argument) => argument.startsWith('-fdiagnostics-urls='));
  if (option !== undefined && !option.endsWith('=auto')) return false;
  if (['COLORTERM', 'GCC_URLS', 'TERM_URLS'].some((name) => environment.has(name))) return true;
  return !['xterm', 'linux'].includes(environment.get('TERM') ?? '');
}

function takesColourOption(kind: CompilerKind, parsed: ParsedArguments): boolean {
  // There escape sequences may be part of a result, and are not to be taken out.
  if (parsed.standardOutput) return false;
  // Colours are counted as columns where lines are wrapped.
  if (parsed.keyArguments.some((argument) => argument.startsWith('-fmessage-length'))) return false;
  if (kind === 'clang') return !parsed.recordsSwitches && !parsed.language.startsWith('assembler');
  return !parsed.keyArguments.some((argument) => argument.startsWith('-flto') || argument === '-fverbose-asm');
}

/** What this caller gets to see of a stream. */
export function shownMessages(messages: Messages, stream: Buffer): Buffer {
  if (!messages.plain || !stream.includes(0x1b)) return stream;
  return toBuffer(fromBuffer(stream).replace(ESCAPES, ''));
}
