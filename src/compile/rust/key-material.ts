import type { RustArguments } from '../../compilers/rustc/arguments.ts';
import { type CrateIdentity, isLinked } from '../../compilers/rustc/outputs.ts';
import type { FileRecords } from '../../key/file-records.ts';
import { VARIABLE } from '../../key/section-differences.ts';
import { SectionHash } from '../../key/section-hash.ts';
import type { KeyText } from '../../key/sections.ts';
import type { SourceFiles } from '../../system/source-files.ts';
import { type ByteString, fromBuffer } from '../../util/bytes.ts';
import { baseName, joinPath, resolveFrom } from '../../util/path.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Reason } from '../outcome.ts';
import type { Request } from '../request.ts';
import { LINK_ENVIRONMENT, type Linking } from './inputs/linking.ts';
import type { Placement } from './placement.ts';
import type { Scripted } from './scripts.ts';
import type { RustToolchain } from './toolchain.ts';

/** Raise it when the same sections would mean another result. */
const KEY_VERSION = '2';

/** The key under which a crate's manifest is found. */
export interface RustKey {
  readonly manifestKey: string;
  readonly sourceDigest: string;
  readonly text: KeyText;
}

/** Variables that rustc reads by itself and does not list in dep-info. */
const ENVIRONMENT = [
  'RUSTC_BOOTSTRAP',
  'RUSTC_LOG',
  'RUSTC_LOG_COLOR',
  'RUSTC_FORCE_RUSTC_VERSION',
  'RUSTC_OVERRIDE_VERSION_STRING',
  'RUST_TARGET_PATH',
  'RUST_MIN_STACK',
  // Whether cargo called decides what some messages advise.
  'CARGO_CRATE_NAME',
  'LD_PRELOAD',
];

/** Variables of cargo that tell how it runs, not what it compiles. */
const NOT_OF_THE_PACKAGE =
  /^CARGO_(?:MAKEFLAGS$|REGISTR|BUILD_|ENCODED_|TERM_|NET_|HTTP_|PROFILE_|INCREMENTAL$|TARGET_DIR$|HOME$|LOG|CACHE_|ALIAS_|UNSTABLE_)/;

/**
 * Where cargo has a crate's outputs in its new layout. It sets `LD_LIBRARY_PATH` to that of any crate below, another each time; no
 * linker or compiler has its own libraries there.
 */
const OUTPUTS_OF_ONE_CRATE = /\/build\/[\w-]+\/[0-9a-f]{16}\/out$/;

/** What a crate's file is called. */
const CRATE_FILE = /^lib.*\.(?:rlib|rmeta|so|dylib)$/s;

/** What compiles. */
export interface RustCompiler {
  readonly toolchain: RustToolchain;
  readonly scripted: Scripted;
  /** Clippy, or what may be a script around it. */
  readonly clippy: boolean;
}

/** Everything that decides the result, except the files and variables that only the compile will tell. */
export function rustKey(
  request: Request,
  parsed: RustArguments,
  crate: CrateIdentity,
  { toolchain, scripted, clippy }: RustCompiler,
  linking: Linking | undefined,
  placement: Placement,
  records: FileRecords,
  files: SourceFiles,
): Result<RustKey, Reason> {
  const digestOf = (path: ByteString): string | undefined => records.digest(resolveFrom(request.cwd, path));
  const sourceDigest = digestOf(parsed.input);
  if (sourceDigest === undefined) return failure('source-unreadable');
  const key = new SectionHash()
    .add('version', `rust ${KEY_VERSION}`)
    .add('compiler', toolchain.identity, toolchain.description)
    .addAll(
      'arguments',
      parsed.keyArguments.map((word) => sharedLinkOption(word, placement)),
    )
    .addAll('crate types', crate.types)
    .addAll('emit', [...parsed.emits.keys()].sort())
    .add('extra filename', parsed.extraFilename)
    // The objects in a library are called after it.
    .add('output name', baseName(parsed.outputFile ?? ''));
  addRecordedNames(key, request, placement);
  addScripts(key, scripted, linking);
  addVariables(key, request, parsed, linking, placement);
  if (clippy) addClippyVariables(key, request, placement);
  // rustc keeps them by name: only among those of one name the order counts.
  const externs = parsed.externs.toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  key.addAll(
    'extern names',
    externs.map(({ options, name, path }) => `${options}:${name}${path === undefined ? '' : '='}`),
  );
  for (const { name, path } of externs) {
    if (path === undefined) continue;
    const digest = digestOf(path);
    if (digest === undefined) return failure('extern-unreadable');
    key.add('extern', digest, name);
    // Under any other name rustc does not take it.
    if (!CRATE_FILE.test(baseName(path))) key.add('extern file', baseName(path));
  }
  addSearchedCrates(key, request, parsed, crate, records, files);
  for (const path of [...parsed.inputFiles, ...targetFiles(request, parsed, files)]) {
    const digest = digestOf(path);
    if (digest === undefined) return failure('option-file-unreadable');
    key.add('option file', digest, path);
  }
  for (const path of parsed.possibleInputFiles) key.add('possible file', digestOf(path) ?? '', path);
  for (const path of extraFiles(request)) key.add('extra file', digestOf(path) ?? 'missing', path);
  if (parsed.target !== undefined) key.add('target', parsed.target);
  if (parsed.nativeProcessor) {
    const processor = thisProcessor(files);
    if (processor === undefined) return failure('compiler-not-understood');
    key.add('processor', processor);
  }
  for (const { path, digest } of linking?.programs ?? []) key.add('linker', digest, path);
  if (linking !== undefined || absorbsCrates(parsed, crate)) addSearchPaths(key, parsed, placement);
  if (parsed.namesOutputDirectory) {
    const { outputDirectory, outputFile = '', emits } = parsed;
    key.addAll('output path', [outputDirectory, outputFile, emits.get('link') ?? '']);
  }
  key.add('source path', placement.recorded(parsed.input) ?? parsed.input).add('source', sourceDigest, parsed.input);
  return success({ manifestKey: key.digest(), sourceDigest, text: key.text });
}

/**
 * What remapping makes of the places where the crate is compiled. Without one their names are no part of the key: a result
 * that has one of them is bound to it (`RustCompilation`).
 */
function addRecordedNames(key: SectionHash, request: Request, { remapping, addedRemaps, recorded }: Placement): void {
  key.addAll('remapping', remapping);
  if (addedRemaps.length > 0) key.add('base directories', 'remapped');
  const directory = recorded(request.cwd);
  if (directory !== undefined) key.add('directory', directory);
}

function addVariables(
  key: SectionHash,
  request: Request,
  parsed: RustArguments,
  linking: Linking | undefined,
  { places }: Placement,
): void {
  const { environment } = request;
  const add = (name: ByteString): void => {
    const value = environment.get(name);
    if (value === undefined) return;
    key.add(
      `${VARIABLE}${name}`,
      value
        .split(':')
        .filter((path) => name !== 'LD_LIBRARY_PATH' || !OUTPUTS_OF_ONE_CRATE.test(path))
        .map((path) => places.abstract(path))
        .join(':'),
    );
  };
  for (const name of ENVIRONMENT) add(name);
  add('SCCACHE_C_CUSTOM_CACHE_BUSTER');
  if (linking !== undefined) for (const name of LINK_ENVIRONMENT) add(name);
  // A procedural macro may read these without telling; every crate that uses another may run one.
  if (parsed.externs.length === 0) return;
  const package_ = [...environment.keys()].filter(
    (name) => name === 'OUT_DIR' || (name.startsWith('CARGO') && !NOT_OF_THE_PACKAGE.test(name)),
  );
  for (const name of package_.sort()) add(name);
}

/**
 * What says how to link without the names of places. rustc has no other use for it (`UNTRACKED` in rustc_session `options.rs`), files
 * count by contents, and a name that the linker writes into its output is seen there.
 */
function sharedLinkOption(word: ByteString, { places }: Placement): ByteString {
  if (!/^(?:linker|(?:pre-)?link-args?)=/.test(word)) return word;
  return word.replace(/(?<=[=, ](?:-[BLT])?)\/[^=, ]*/g, (path) => places.abstract(path));
}

/** What scripts go by that stand in place of programs. */
function addScripts(key: SectionHash, scripted: Scripted, linking: Linking | undefined): void {
  for (const { files, settings } of [scripted, ...(linking ? [linking.scripted] : [])]) {
    for (const { path, digest } of files) key.add('script', digest, path);
    if (settings.length > 0) key.addAll('settings of scripts', settings);
  }
}

/** Clippy's own, and where it searches its settings. */
function addClippyVariables(key: SectionHash, { environment }: Request, { places }: Placement): void {
  for (const [name, value] of environment) {
    if (/^CLIPPY_|^CARGO_MANIFEST_DIR$|^CARGO_PRIMARY_PACKAGE$/.test(name))
      key.add(`${VARIABLE}${name}`, places.abstract(value));
  }
}

/** Crates that lie where rustc searches for those without a path: any of them may be the one. */
function addSearchedCrates(
  key: SectionHash,
  request: Request,
  parsed: RustArguments,
  crate: CrateIdentity,
  records: FileRecords,
  files: SourceFiles,
): void {
  const own = `lib${crate.name}${parsed.extraFilename}.`;
  for (const { kind, path } of parsed.searchPaths) {
    if (kind !== 'crate' && kind !== 'all') continue;
    const directory = resolveFrom(request.cwd, path);
    for (const name of [...(files.list(directory) ?? [])].sort()) {
      if (!CRATE_FILE.test(name) || name.startsWith(own)) continue;
      const digest = records.digest(joinPath(directory, name));
      // Its name counts as well: where there are several, it decides.
      if (digest !== undefined) key.add('searched name', name).add('searched crate', digest, name);
    }
  }
}

/** Where libraries are searched whose code becomes part of the result. Which they are is in the manifest. */
function addSearchPaths(key: SectionHash, parsed: RustArguments, { places }: Placement): void {
  key.addAll(
    'search paths',
    parsed.searchPaths.map(({ kind, path }) => `${kind}=${places.abstract(path)}`),
  );
  key.addAll(
    'extern paths',
    parsed.externs.map(({ path }) => places.abstract(path ?? '')),
  );
}

/** The target's specification, when the target is a file or may be one. */
export function targetFiles(request: Request, parsed: RustArguments, files: SourceFiles): readonly ByteString[] {
  const { target } = parsed;
  if (target === undefined) return [];
  if (target.endsWith('.json')) return [target];
  return (request.environment.get('RUST_TARGET_PATH') ?? '')
    .split(':')
    .filter((directory) => directory !== '')
    .map((directory) => joinPath(directory, `${target}.json`))
    .filter((path) => files.stat(resolveFrom(request.cwd, path))?.kind === 'file');
}

/** What `native` means: the first processor's model and abilities. */
function thisProcessor(files: SourceFiles): ByteString | undefined {
  const text = files.read('/proc/cpuinfo')?.bytes;
  if (text === undefined) return undefined;
  const lines = fromBuffer(text).split('\n\n')[0]?.split('\n') ?? [];
  return lines.filter((line) => /^(?:vendor_id|cpu family|model|stepping|flags|Features|CPU )/.test(line)).join('\n');
}

function extraFiles(request: Request): readonly ByteString[] {
  return (request.environment.get('SCCACHE_EXTRAFILES') ?? '').split(':').filter((path) => path !== '');
}

/**
 * Whether rustc itself puts the code of other crates into the output: into a static library, and by optimisation at link
 * time. Then a crate may count that no `--extern` names, with the native libraries in it.
 */
export function absorbsCrates(parsed: RustArguments, crate: CrateIdentity): boolean {
  const static_ = crate.types.includes('staticlib');
  return parsed.emits.has('link') && (static_ || (parsed.crossesCrates && crate.types.some(isLinked)));
}

/** Whether a crate needs a linker. */
export function needsLinker(parsed: RustArguments, crate: CrateIdentity): boolean {
  return parsed.emits.has('link') && crate.types.some(isLinked);
}
