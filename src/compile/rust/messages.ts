import type { RustOutput } from '../../compilers/rustc/outputs.ts';
import { type ByteString, fromBuffer, fromText, toBuffer, toText } from '../../util/bytes.ts';

/** A line by which rustc tells that it has written a file: `--json=artifacts`, which cargo waits for. */
const ARTIFACT = /^(\{"\$message_type":"artifact","artifact":)("(?:[^"\\]|\\.)*")(,"emit":"[a-z-]+"\})$/gm;

/** Whether rustc said more than which files it has written. */
export function hasMessages(stderr: Buffer): boolean {
  return fromBuffer(stderr).replace(ARTIFACT, '').trim() !== '';
}

/** A bare name that may be a word like any other: what rustc says when it succeeds names no output so. */
const WORD = /^[A-Za-z_]\w*$/;

/**
 * Messages in which each artifact is named by its role, so that they can be shown for outputs in another directory.
 *
 * @param sources may begin like an output: `x/a.rs` and `x/a`
 * @returns undefined where they name an output elsewhere as well, or an artifact that is no output
 */
export function withRoles(
  messages: Buffer,
  outputs: readonly RustOutput[],
  sources: readonly ByteString[],
): Buffer | undefined {
  const roles = new Map(outputs.map(({ role, path }) => [quoted(path), role]));
  let foreign = false;
  const text = fromBuffer(messages).replace(ARTIFACT, (_line, before: string, path: string, behind: string) => {
    const role = roles.get(path);
    foreign ||= role === undefined;
    return `${before}${JSON.stringify(role ?? '')}${behind}`;
  });
  const rest = sources.reduce((left, source) => left.replaceAll(source, ''), text);
  // In quotes a bare name is a file.
  const names = (path: ByteString): boolean => rest.includes(path.includes('/') ? path : `\`${path}\``);
  // What is printed into a file is announced, under the name that the key has.
  const named = outputs.some(({ path, kind }) => kind !== 'printed' && !WORD.test(path) && names(path));
  return foreign || named ? undefined : toBuffer(text);
}

/** The reverse, for the outputs of this command line. */
export function withPaths(messages: Buffer, outputs: readonly RustOutput[]): Buffer {
  if (messages.length === 0) return messages;
  const paths = new Map(outputs.map(({ role, path }) => [JSON.stringify(role), quoted(path)]));
  return toBuffer(
    fromBuffer(messages).replace(
      ARTIFACT,
      (line, before: string, role: string, behind: string) => `${before}${paths.get(role) ?? line}${behind}`,
    ),
  );
}

/** As rustc writes a path into JSON. */
function quoted(path: ByteString): ByteString {
  return fromText(JSON.stringify(toText(path)));
}
