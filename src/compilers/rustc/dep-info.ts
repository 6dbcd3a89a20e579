import { type ByteString, fromBuffer, toBuffer } from '../../util/bytes.ts';

/** A variable that a compile looked at; undefined: it was not set. */
export interface RustVariable {
  readonly name: ByteString;
  readonly value: ByteString | undefined;
}

/** What a dependency file of rustc says. */
export interface RustDependencies {
  /** As they were spelled, each once; the crate's root is first. */
  readonly files: readonly ByteString[];
  readonly variables: readonly RustVariable[];
}

const VARIABLE = '# env-dep:';

/**
 * Reads the file of `--emit=dep-info` (rustc_interface `passes.rs`, `write_out_deps`):
 *
 *   file     = { rule } { phony } [ NL { variable } ]
 *   rule     = target ": " name { " " name } NL NL       a target is not quoted, a name has "\ " for " "
 *   phony    = name ":" NL
 *   variable = "# env-dep:" NAME [ "=" value ] NL        both have \\, \n and \r escaped
 *
 * The names come from the phony rules, one for each file and a line of their own, in which no blank stands behind a colon.
 *
 * @returns undefined for what is no such file
 */
export function parseRustDependencies(bytes: Buffer): RustDependencies | undefined {
  const files: ByteString[] = [];
  const variables: RustVariable[] = [];
  for (const line of fromBuffer(bytes).split('\n')) {
    if (line.startsWith(VARIABLE)) variables.push(readVariable(line.slice(VARIABLE.length)));
    else if (line.startsWith('#'))
      return undefined; // checksums, and what else there may come
    else if (line.endsWith(':') && !line.includes(': ')) files.push(line.slice(0, -1).replaceAll('\\ ', ' '));
  }
  return files.length === 0 ? undefined : { files, variables };
}

function readVariable(text: ByteString): RustVariable {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: unescaped(text), value: undefined };
  return { name: unescaped(text.slice(0, equals)), value: unescaped(text.slice(equals + 1)) };
}

function unescaped(text: ByteString): ByteString {
  return text.replace(/\\([\\nr])/g, (_escape, letter: string) => UNESCAPED[letter] ?? '');
}

function escaped(text: ByteString): ByteString {
  return text.replace(/[\\\n\r]/g, (letter) => ESCAPED[letter] ?? '');
}

const UNESCAPED: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', r: '\r' };
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/** Writes the file as rustc would. Variables are to come in the order in which they were read: rustc sorts them. */
export function renderRustDependencies(targets: readonly ByteString[], { files, variables }: RustDependencies): Buffer {
  const names = files.map((name) => name.replaceAll(' ', '\\ '));
  let text = '';
  for (const target of targets) text += `${target}: ${names.join(' ')}\n\n`;
  for (const name of names) text += `${name}:\n`;
  if (variables.length > 0) text += '\n';
  for (const { name, value } of variables) {
    text += `${VARIABLE}${escaped(name)}${value === undefined ? '' : `=${escaped(value)}`}\n`;
  }
  return toBuffer(text);
}
