import type { ParsedArguments } from '../../compilers/arguments.ts';
import type { ByteString } from '../../util/bytes.ts';

/** The macros that a command line defines, as `NAME` or `NAME=BODY`. */
export function definitions({ keyArguments }: ParsedArguments): readonly ByteString[] {
  return keyArguments.flatMap((argument) => /^-(?:Wp,-|Xclang=-)?D(.+)$/s.exec(argument)?.[1] ?? []);
}
