import type { ParsedArguments } from '../compilers/arguments.ts';
import { type ByteString, fromBuffer, toBuffer } from '../util/bytes.ts';
import type { Request } from './request.ts';
import type { CompilerKind } from './toolchain.ts';

/** How a compile's messages are made and shown. */
export interface Messages {
  /** The option that makes the compiler write colours whoever listens, so that one entry serves terminal and pipe. */
  readonly colourOption: ByteString | undefined;
  /** Whether the compiler decides by what it is connected to: then what it decides is part of the key. */
  readonly showsColour: boolean | undefined;
  /** Take the colours out again for this caller. */
  readonly plain: boolean;
}

const COLOUR_OPTION = { gcc: '-fdiagnostics-color=always', clang: '-fcolor-diagnostics' } as const;

/** Select graphic rendition, and 'erase to the end of the line', which gcc writes behind each. */
const ESCAPES = /\x1b\[[0-9;]*[mK]/g;

/**
 * Colours are forced unless the command line decides about them; or records them in the object, which `-flto` and
 * clang's `-grecord-command-line` do, but gcc's `-g` and `-frecord-gcc-switches` do not; or the compiler takes the option for
 * a mistake, as clang does with assembly.
 */
export function messagesFor(kind: CompilerKind, request: Request, parsed: ParsedArguments): Messages {
  const type = request.environment.get('TERM');
  const capable = request.terminals.stderr && type !== undefined && type !== '' && type !== 'dumb';
  if (parsed.colour !== 'auto') return { colourOption: undefined, showsColour: undefined, plain: false };
  if (!takesColourOption(kind, parsed)) return { colourOption: undefined, showsColour: capable, plain: false };
  return { colourOption: COLOUR_OPTION[kind], showsColour: undefined, plain: !capable };
}

function takesColourOption(kind: CompilerKind, parsed: ParsedArguments): boolean {
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
