import type { ParsedArguments } from '../../../compilers/arguments.ts';
import { type EquivalentArguments, equivalentArguments } from '../../../compilers/c-family/equivalent-arguments.ts';
import { baseDirectoriesFor } from '../../../config/base-directories.ts';
import { type Checkout, checkoutOf } from '../../../key/checkout.ts';
import type { SearchRoute } from '../../../key/search-routes.ts';
import type { LastLine, Layout } from '../../../key/source-form.ts';
import type { ByteString } from '../../../util/bytes.ts';
import { baseName, resolveFrom } from '../../../util/path.ts';
import type { Request } from '../../request.ts';
import type { CompileServices } from '../../services.ts';
import { type KeyMaterial, keySections } from '../key-material.ts';
import type { Messages } from '../messages.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';

/** The parts of a compilation that the second look needs. */
export interface EquivalenceParts {
  readonly request: Request;
  readonly parsed: ParsedArguments;
  readonly toolchain: Toolchain;
  readonly messages: Messages;
  readonly key: KeyMaterial;
}

/** What equivalent compiles have in common. */
export interface Terms {
  readonly key: string;
  readonly layout: Layout;
  readonly lastLine: LastLine;
  readonly options: EquivalentArguments;
  readonly checkout: Checkout | undefined;
  readonly route: SearchRoute;
  /** A prefix map takes the checkout's name out of what `__FILE__` gives, and out of debug information. */
  readonly maps: { readonly macro: boolean; readonly debug: boolean };
}

/** Variables by which options reach the compiler. */
const OPTION_VARIABLES = ['CCC_OVERRIDE_OPTIONS', 'CCC_ADD_ARGS', 'QA_OVERRIDE_GCC3_OPTIONS', 'GCC_COMPARE_DEBUG'];

/** The terms of a compile; undefined where something in it is not known well enough to tell what comes to the same. */
export function termsOf(parts: EquivalenceParts, services: CompileServices): Terms | undefined {
  const { request, parsed, toolchain, messages, key } = parts;
  if (toolchain.addsOptions || OPTION_VARIABLES.some((name) => request.environment.has(name))) return undefined;
  if (toolchain.search.frameworks.length > 0) return undefined; // no route is told through them
  const options = equivalentArguments(toolchain.kind, parsed);
  if (options === undefined) return undefined;
  const layout = layoutFor(options, toolchain.kind);
  const lastLine = lastLineFor(options, toolchain.kind);
  const form = services.forms.of(resolveFrom(request.cwd, parsed.input), key.sourceDigest, layout, lastLine);
  const directories = baseDirectoriesFor(request.environment, services.baseDirectories);
  const { logicalDirectory } = request;
  if (logicalDirectory.startsWith('/proc/')) return undefined; // nothing can be looked for there
  const checkout = checkoutOf(directories, logicalDirectory, resolveFrom(logicalDirectory, parsed.input));
  const abstract = (path: ByteString): ByteString => checkout?.abstract(path) ?? path;
  // Where files are searched is compared by what is found there, and the source's own name by what shows it.
  const counting = {
    ...parsed,
    input: baseName(parsed.input),
    keyArguments: options.words.map((word) => word.replace(PATH_IN_OPTION, (path) => abstract(path))),
  };
  const nowhere = { ...toolchain, search: { quote: [], angle: [], missing: [], frameworks: [] } };
  const sections = keySections(request, counting, nowhere, messages.showsColour, services.records);
  if (!sections.ok) return undefined;
  const source = options.showsSources || form.unnumbered === '' ? key.sourceDigest : form.tight;
  const maps = mapsOf(parsed, checkout);
  const digest = sections.value
    .add('checkout mapped', `${maps.macro} ${maps.debug}`)
    .add(`form, layout ${layout}`, source)
    .digest();
  const own = notSystem(options, (path) => services.files.realPath(resolveFrom(request.cwd, path)));
  const route = { directory: logicalDirectory, source: parsed.input, own, search: toolchain.search };
  return { key: digest, layout, lastLine, options, checkout, route: mapRoute(route, abstract), maps };
}

/** What an option makes a directory of the system is not searched by `-I`. */
function notSystem(
  { searched, system }: EquivalentArguments,
  realPath: (path: ByteString) => ByteString,
): readonly ByteString[] {
  if (system.length === 0) return searched;
  const real = new Set(system.map(realPath));
  return searched.filter((path) => !real.has(realPath(path)));
}

function layoutFor({ debugInformation, readsIndentation }: EquivalentArguments, kind: Toolchain['kind']): Layout {
  if (debugInformation) return 'kept';
  if (readsIndentation) return 'guarded';
  return kind === 'clang' ? 'loops' : 'free';
}

/** clang warns where it is pedantic. */
function lastLineFor({ words, showsSources }: EquivalentArguments, kind: Toolchain['kind']): LastLine {
  const isSilent = !showsSources && !words.some((word) => /pedantic|newline-eof/.test(word));
  return kind === 'gcc' || isSilent ? 'any' : 'complete';
}

function mapsOf({ prefixMaps }: ParsedArguments, checkout: Checkout | undefined): Terms['maps'] {
  const maps = (what: 'macro' | 'debug'): boolean =>
    prefixMaps.some(({ applies, from }) => from === checkout?.directory && (applies === what || applies === 'file'));
  return { macro: maps('macro'), debug: maps('debug') };
}

/** The route with other names for all its paths. */
export function mapRoute(
  { directory, source, own, search }: SearchRoute,
  name: (path: ByteString) => ByteString,
): SearchRoute {
  const { quote, angle, missing } = search;
  return {
    directory,
    source: name(source),
    own: own.map(name),
    search: { quote: quote.map(name), angle: angle.map(name), missing: missing.map(name), frameworks: [] },
  };
}

/** What may be below a checkout under another name. A map of the caller's directory is the key material's to share. */
const PATH_IN_OPTION = /^\/.*$/s;
