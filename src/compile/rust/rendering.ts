import type { RustArguments } from '../../compilers/rustc/arguments.ts';
import type { Inputs } from '../../key/manifest.ts';
import type { ByteString } from '../../util/bytes.ts';
import type { Request } from '../request.ts';
import { hasMessages } from './messages.ts';
import type { RustToolchain } from './toolchain.ts';

/** How rustc's messages look for one caller. */
export interface Rendering {
  /** All that decides it. A result without messages serves any other as well. */
  readonly form: ByteString;
  /** By which rustc is told on a miss what it would see of the terminal, but for the pipes to us. */
  readonly arguments: readonly ByteString[];
}

/** Variables by which human-readable messages get colours or none, whoever reads them. */
const COLOUR_ENVIRONMENT = ['NO_COLOR', 'CLICOLOR', 'CLICOLOR_FORCE'];

/** The name of the aspect. */
export const LOOK_OF_MESSAGES = 'look of messages';

/** `--diagnostic-width` is stable since 1.66; older compilers also ask in other ways whether there are colours. */
const OLDEST_TOLD = 66;

/**
 * rustc asks the first of standard output, input and error that is a terminal, else `/dev/tty`, for its width, to which it cuts
 * quoted lines, also in JSON (termize); and, for human-readable messages, standard error for colours.
 *
 * @returns undefined where colours on a terminal hang on more than its being one
 */
export function renderingOf(
  { environment, terminals, columns }: Request,
  { messageForm, jsonMessages }: RustArguments,
  { description }: Pick<RustToolchain, 'description'>,
): Rendering | undefined {
  const added: ByteString[] = [];
  const width = messageForm.width ?? (columns > 0 ? String(columns) : '');
  if (messageForm.width === undefined && columns > 0) added.push(`--diagnostic-width=${columns}`);
  let colour = messageForm.colour ?? 'auto';
  if (!jsonMessages && colour === 'auto') {
    const said = COLOUR_ENVIRONMENT.map((name) => environment.get(name) ?? '');
    if (!terminals.stderr) colour = said.join(' ');
    else {
      if (said.some((value) => value !== '') || /^(?:dumb)?$/.test(environment.get('TERM') ?? '')) return undefined;
      if (messageForm.colour !== undefined) return undefined; // it cannot be said twice
      colour = 'always';
      added.push('--color=always');
    }
  }
  if (added.length > 0 && minorVersion(description) < OLDEST_TOLD) return undefined;
  const { errorFormat = 'human', json } = messageForm;
  return { form: [errorFormat, ...json, colour, width, linksOf(environment)].join(' '), arguments: added };
}

/** The inputs of a result, whose messages, where it has any, are right for callers that get to see them in the same way. */
export function renderedInputs(inputs: Inputs, stderr: Buffer, form: ByteString): Inputs {
  if (!hasMessages(stderr)) return inputs;
  return {
    ...inputs,
    circumstances: [...inputs.circumstances, { kind: 'aspect', path: LOOK_OF_MESSAGES, value: form }],
  };
}

function minorVersion(description: ByteString): number {
  return Number(/^(?:rustc|clippy) \d+\.(\d+)/.exec(description)?.[1] ?? 0);
}

/** Codes of messages are links for these, where unstable features are allowed (rustc_session `TerminalUrl`). */
function linksOf(environment: Request['environment']): ByteString {
  const capable = environment.get('COLORTERM') === 'truecolor' && environment.get('TERM') === 'xterm-256color';
  return capable ? 'links' : '';
}
