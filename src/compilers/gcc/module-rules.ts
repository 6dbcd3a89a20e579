import { type ByteString, fromBuffer, toBuffer } from '../../util/bytes.ts';

/** What a dependency list of gcc's says about modules, and the list without it. */
export interface ModuleRules {
  /** The rules about headers. */
  readonly headers: Buffer;
  /** Modules that the source imports itself; header units by the paths of their headers. */
  readonly imports: readonly ByteString[];
  /** The file of the module that the source is: its compiled interface. */
  readonly written: ByteString | undefined;
}

/** What stands for a module among names of files. */
const MODULE = '.c++m';

/**
 * Takes the rules about modules apart, as libcpp's `make_write` (mkdeps.cc) writes them behind those about headers:
 *
 *     M.o gcm.cache/M.gcm: N.c++m
 *     M.c++m: gcm.cache/M.gcm
 *     .PHONY: M.c++m
 *     gcm.cache/M.gcm:| M.o
 *     CXX_IMPORTS += N.c++m
 *
 * @returns undefined where a name has a blank or another character that make reads as more than itself.
 */
export function readModuleRules(text: Buffer): ModuleRules | undefined {
  const headers: ByteString[] = [];
  const imports: ByteString[] = [];
  let written: ByteString | undefined;
  for (const line of fromBuffer(text).replace(/\\\n/g, ' ').split('\n')) {
    const [target = '', words = ''] = halves(line);
    if (line.startsWith('CXX_IMPORTS +=') || line.startsWith('.PHONY:') || line.includes(':| ')) continue;
    const names = words.split(' ').filter((word) => word !== '');
    const [first = ''] = names;
    if (target.endsWith(MODULE)) written = names.length === 1 ? first : UNCLEAR;
    else if (first.endsWith(MODULE)) imports.push(...names);
    else headers.push(line);
  }
  const unclear = [...imports, written ?? ''].some((name) => /[\\$#]/.test(name));
  if (unclear || imports.some((name) => !name.endsWith(MODULE))) return undefined;
  return {
    headers: toBuffer(headers.join('\n')),
    imports: imports.map((name) => name.slice(0, -MODULE.length)),
    written,
  };
}

/** Such a path is no module's. */
const UNCLEAR = '#';

function halves(line: ByteString): readonly ByteString[] {
  const colon = line.search(/:(?: |$)/);
  return colon < 0 ? [line] : [line.slice(0, colon), line.slice(colon + 1)];
}
