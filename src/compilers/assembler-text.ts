import type { ByteString } from '../util/bytes.ts';

/** Files that a text for the assembler names. */
export interface AssemblerMentions {
  /** Read as assembly too (`.include`), or only copied (`.incbin`). */
  readonly included: readonly ByteString[];
  readonly copied: readonly ByteString[];
  /** A name is a macro's argument, or has escapes in it. */
  readonly obscure: boolean;
}

/** At the beginning of a statement, a directive of which a macro's argument is a part: `.\\name`, `.inc\\kind`. */
const COMPOSED = /(?:^|[;:\n])[ \t]*\.(?:i(?:n(?:c(?:b(?:in?)?|l(?:ud?)?)?)?)?)?\\[\w(]/i;

/** Reads `.include "NAME"` and `.incbin "NAME"…` in assembly, in comments too. */
export function assemblerMentions(text: ByteString): AssemblerMentions {
  const included: ByteString[] = [];
  const copied: ByteString[] = [];
  let obscure = COMPOSED.test(text);
  for (const [, directive, name] of text.matchAll(/\.(include|incbin)\b[ \t]*(?:"([^"\\\n]*)")?/gi)) {
    if (name === undefined) obscure = true;
    else (directive?.toLowerCase() === 'include' ? included : copied).push(name);
  }
  return { included, copied, obscure };
}
