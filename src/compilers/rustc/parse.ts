import type { ByteString } from '../../util/bytes.ts';
import { fromBuffer } from '../../util/bytes.ts';
import { failure, type Result, success } from '../../util/result.ts';
import type { Refusal } from '../arguments.ts';
import { readArguments } from '../option-table.ts';
import {
  CRATE_TYPES,
  type CrateType,
  EMIT_KINDS,
  type EmitKind,
  type Extern,
  type NativeLibrary,
  type PathRemap,
  type RustArguments,
  type SearchPath,
} from './arguments.ts';
import { KeyArguments } from './key-arguments.ts';
import { MessageOptions } from './message-options.ts';
import { NamedOptions } from './named-options.ts';
import { readExtern, readNativeLibrary, readRemap, readSearchPath } from './option-values.ts';
import { RUSTC_OPTIONS, type RustAction } from './options.ts';

/** Reads a file that a command line names; undefined when it cannot be read. */
type ReadFile = (path: ByteString) => Buffer | undefined;

/**
 * Reads a rustc command line, without the program's name and a `+toolchain`.
 *
 * @returns the reason why it cannot be cached, in sccache's words where it has them
 */
export function parseRustArguments(argv: readonly ByteString[], readFile: ReadFile): Result<RustArguments, Refusal> {
  const expanded = expandArgumentFiles(argv, readFile);
  if (expanded === undefined) return cannotCache('@');
  const draft = new RustDraft(expanded);
  for (const argument of readArguments([RUSTC_OPTIONS], expanded, true)) {
    switch (argument.type) {
      case 'raw':
        draft.inputs.push(argument.text);
        break;
      case 'unknown':
        if (!draft.applyUnknown(argument.text)) return cannotCache(argument.text.split('=')[0] ?? argument.text);
        break;
      case 'incomplete':
        return cannotCache('argument parse');
      case 'option': {
        const refusal = draft.apply(argument.row.action, argument.row.flag, argument.value);
        if (refusal) return failure(refusal);
      }
    }
  }
  return draft.finish();
}

/** rustc reads `@FILE` as one argument a line, not recursively (rustc_driver `args.rs`). */
function expandArgumentFiles(argv: readonly ByteString[], readFile: ReadFile): readonly ByteString[] | undefined {
  const expanded: ByteString[] = [];
  for (const argument of argv) {
    if (!argument.startsWith('@')) {
      expanded.push(argument);
      continue;
    }
    const bytes = argument.startsWith('@shell:') ? undefined : readFile(argument.slice(1));
    if (bytes === undefined) return undefined;
    const lines = fromBuffer(bytes).split('\n');
    if (lines.at(-1) === '') lines.pop();
    expanded.push(...lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)));
  }
  return expanded;
}

function cannotCache(reason: string): { readonly ok: false; readonly error: Refusal } {
  return failure({ kind: 'cannot-cache', reason });
}

/** A command line while it is being read. */
class RustDraft {
  readonly inputs: ByteString[] = [];
  readonly #words: readonly ByteString[];
  #crateName: ByteString | undefined;
  readonly #crateTypes: CrateType[] = [];
  #test = false;
  readonly #emits = new Map<EmitKind, ByteString | undefined>();
  #outputDirectory = '';
  #outputFile: ByteString | undefined;
  readonly #externs: Extern[] = [];
  readonly #searchPaths: SearchPath[] = [];
  readonly #nativeLibraries: NativeLibrary[] = [];
  #target: ByteString | undefined;
  #sysroot: ByteString | undefined;
  readonly #environment = new Set<ByteString>();
  readonly #remaps: PathRemap[] = [];
  readonly #printedFiles: ByteString[] = [];
  readonly #messages = new MessageOptions();
  readonly #unknownValues: ByteString[] = [];
  readonly #key = new KeyArguments();
  readonly #named = new NamedOptions(this.#key);
  readonly #conditions = new Set<ByteString>();

  constructor(expanded: readonly ByteString[]) {
    this.#words = expanded;
  }

  /** Takes one option; the reason why it cannot be cached with it, if there is one. */
  apply(action: RustAction, flag: string, value: ByteString): Refusal | undefined {
    switch (action) {
      case 'key':
        this.#key.add(flag, value);
        return undefined;
      case 'key-flag':
        this.#key.add(flag);
        return undefined;
      case 'cfg':
        this.#conditions.add(value);
        return undefined;
      case '--error-format':
      case '--json':
      case '--color':
      case '--diagnostic-width':
        this.#messages.add(action, value);
        return undefined;
      case 'test':
        this.#test = true;
        this.#key.add(flag);
        return undefined;
      case 'crate-name':
        this.#crateName = value;
        this.#key.add(flag, value);
        return undefined;
      case 'out-dir':
        this.#outputDirectory = value;
        return undefined;
      case 'output':
        this.#outputFile = value;
        return undefined;
      case 'target':
        this.#target = value;
        return undefined;
      case 'sysroot':
        this.#sysroot = value;
        return undefined;
      case 'crate-type':
        return this.#addCrateTypes(value);
      case 'emit':
        return this.#addEmits(value);
      case 'extern':
        this.#externs.push(readExtern(value));
        return undefined;
      case 'search':
        return this.#addSearchPath(value);
      case 'native-library':
        this.#nativeLibraries.push(readNativeLibrary(value));
        this.#key.add(flag, value);
        return undefined;
      case 'remap':
        return this.#addRemap(value);
      case 'codegen':
        return this.#named.codegen(value);
      case 'unstable':
        return this.#named.unstable(value);
      case 'print':
        return this.#print(value);
      case 'environment':
        this.#environment.add(value.split('=')[0] ?? '');
        this.#key.add(flag, value);
        return undefined;
      case 'lint':
        if (value === 'help') return { kind: 'not-compilation', reason: flag };
        this.#key.add(flag, value);
        return undefined;
      case 'no-compilation':
        return { kind: 'not-compilation', reason: flag };
      case 'refuse':
        return { kind: 'cannot-cache', reason: flag };
    }
  }

  /** Takes `-gO`, which is `-g -O`; and `--name=value`, whatever it is: nothing else can be its value. False for any other form. */
  applyUnknown(text: ByteString): boolean {
    if (/^-[gO]+$/.test(text)) {
      for (const letter of text.slice(1)) this.#key.add(`-${letter}`);
      return true;
    }
    if (!/^--[a-z][a-z-]*=./.test(text)) return false;
    this.#key.add(text);
    this.#unknownValues.push(text.slice(text.indexOf('=') + 1));
    return true;
  }

  finish(): Result<RustArguments, Refusal> {
    const [input, second] = this.inputs;
    if (input === undefined) return failure({ kind: 'not-compilation', reason: 'missing input' });
    if (second !== undefined) return cannotCache('multiple input files');
    if (input === '-') return cannotCache('-');
    if (this.#messages.tellTimes) return cannotCache('--json timings');
    if (this.#emits.size === 0) this.#emits.set('link', undefined);
    const named = this.#named;
    const split = named.splitDebugInformation;
    const { areJson } = this.#messages;
    const messageForm = this.#messages.finish(this.#key);
    return success({
      words: this.#words,
      input,
      crateName: this.#crateName,
      crateTypes: this.#crateTypes,
      test: this.#test,
      emits: this.#emits,
      outputDirectory: this.#outputDirectory,
      outputFile: this.#outputFile,
      extraFilename: named.extraFilename,
      externs: this.#externs,
      searchPaths: this.#searchPaths,
      nativeLibraries: this.#nativeLibraries,
      target: this.#target,
      sysroot: this.#sysroot,
      remaps: this.#remaps,
      linker: named.linker,
      linkerFlavor: named.linkerFlavor,
      linkArguments: named.linkArguments,
      crossesCrates: named.crossesCrates,
      nativeProcessor: named.nativeProcessor,
      jsonMessages: areJson,
      messageForm,
      inputFiles: named.inputFiles,
      possibleInputFiles: this.#unknownValues,
      // A set for rustc as well: neither their order nor one that is there twice changes anything.
      keyArguments: [...this.#key.sorted(), ...[...this.#conditions].sort().flatMap((value) => ['--cfg', value])],
      printedFiles: this.#printedFiles,
      codegenUnits: named.codegenUnits,
      leavesUnits: named.savesTemporaries || split === 'unpacked',
      savesTemporaries: named.savesTemporaries,
      packsDebugInformation: split === 'packed',
      namesOutputDirectory: named.linksByRelativePath || split !== 'off',
      environment: this.#environment,
      incrementalDirectory: named.incrementalDirectory,
    });
  }

  /** Only these two are printed beside a compile; any other ends rustc before it. */
  #print(value: ByteString): Refusal | undefined {
    const [, file] = /^native-static-libs(?:=(.+))?$/s.exec(value) ?? [];
    const [kind = ''] = value.split('=');
    if (kind === 'link-args' || file === '-') return { kind: 'cannot-cache', reason: `--print ${kind}` };
    if (kind === 'native-static-libs') {
      this.#key.add('--print', value);
      if (file !== undefined) this.#printedFiles.push(file);
      return undefined;
    }
    return { kind: 'not-compilation', reason: '--print' };
  }

  #addCrateTypes(value: ByteString): Refusal | undefined {
    for (const word of value.split(',')) {
      const type = CRATE_TYPES.find((known) => known === word);
      if (type === undefined) return { kind: 'cannot-cache', reason: 'crate-type' };
      if (!this.#crateTypes.includes(type)) this.#crateTypes.push(type);
    }
    return undefined;
  }

  #addEmits(value: ByteString): Refusal | undefined {
    for (const word of value.split(',')) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word : word.slice(0, equals);
      const path = equals < 0 ? undefined : word.slice(equals + 1);
      const kind = EMIT_KINDS.find((known) => known === name);
      // `-` is standard output: nothing that could be read again, nor linked.
      if (kind === undefined || (path === '-' && (kind === 'dep-info' || kind === 'link')))
        return { kind: 'cannot-cache', reason: 'unsupported --emit' };
      this.#emits.set(kind, path);
    }
    return undefined;
  }

  #addSearchPath(value: ByteString): Refusal | undefined {
    const found = readSearchPath(value);
    if (found === undefined) return { kind: 'cannot-cache', reason: '-L' };
    if (found.path.startsWith('@RUSTC_BUILTIN')) return { kind: 'cannot-cache', reason: '-L @RUSTC_BUILTIN' };
    this.#searchPaths.push(found);
    return undefined;
  }

  #addRemap(value: ByteString): Refusal | undefined {
    const remap = readRemap(value);
    if (remap === undefined) return { kind: 'cannot-cache', reason: '--remap-path-prefix' };
    this.#remaps.push(remap);
    return undefined;
  }
}
