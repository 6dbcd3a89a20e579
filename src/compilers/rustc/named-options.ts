import type { ByteString } from '../../util/bytes.ts';
import type { Refusal } from '../arguments.ts';
import type { KeyArguments } from './key-arguments.ts';
import { isOff, isSwitch, namedOption, words } from './option-values.ts';
import { CODEGEN_OPTIONS, type NamedAction, UNSTABLE_KEPT, UNSTABLE_OPTIONS } from './options.ts';

/** LLVM's own options that name files, or tell times. */
const LLVM_FILES = /\/|^-*(?:load|time|stats|info-output|dot|view|cfg|print-.*(?:file|dir))|file|output|profile-path/;

/** What the options behind `-C` and `-Z` say, while a command line is being read. */
export class NamedOptions {
  extraFilename = '';
  incrementalDirectory: ByteString | undefined;
  linker: ByteString | undefined;
  linkerFlavor: ByteString | undefined;
  readonly linkArguments: ByteString[] = [];
  readonly inputFiles: ByteString[] = [];
  splitDebugInformation = 'off';
  savesTemporaries = false;
  linksByRelativePath = false;
  crossesCrates = false;
  nativeProcessor = false;
  codegenUnits = 1;
  readonly #key: KeyArguments;

  constructor(key: KeyArguments) {
    this.#key = key;
  }

  /** Takes a `-C` option; the reason why it cannot be cached with it, if there is one. */
  codegen(option: ByteString): Refusal | undefined {
    const { name, value } = namedOption(option);
    const action = CODEGEN_OPTIONS.get(name);
    // Where the state is changes nothing, that there is one does: in how many units of code a crate is divided.
    const counting = action === 'incremental' ? undefined : value;
    this.#key.add('-C', counting === undefined ? name : `${name}=${counting}`, name);
    return this.#named(action, name, value);
  }

  /** The same of a `-Z` option. */
  unstable(option: ByteString): Refusal | undefined {
    const { name, value } = namedOption(option);
    const action = UNSTABLE_OPTIONS.get(name);
    if (action === undefined && !UNSTABLE_KEPT.has(name)) return { kind: 'cannot-cache', reason: `-Z ${name}` };
    this.#key.add('-Z', value === undefined ? name : `${name}=${value}`, name);
    return this.#named(action, name, value);
  }

  /** What a `-C` or `-Z` option means besides. */
  #named(action: NamedAction | undefined, name: string, value: ByteString | undefined): Refusal | undefined {
    const refused: Refusal = { kind: 'cannot-cache', reason: name };
    switch (action) {
      case undefined:
        return undefined;
      case 'refuse':
        return isOff(value) ? undefined : refused;
      case 'no-compilation':
        return { kind: 'not-compilation', reason: name };
      case 'incremental':
        if (value === undefined) return refused;
        this.incrementalDirectory = value;
        return undefined;
      case 'extra-filename':
        if (value === undefined) return refused;
        this.extraFilename = value;
        return undefined;
      case 'split-debuginfo':
        this.splitDebugInformation = value ?? '';
        return undefined;
      case 'linker':
        this.linker = value;
        return undefined;
      case 'linker-flavor':
        this.linkerFlavor = value;
        return undefined;
      case 'link-arg':
        this.linkArguments.push(value ?? '');
        return undefined;
      case 'link-args':
        this.linkArguments.push(...words(value));
        return undefined;
      case 'linker-plugin-lto':
        return value === undefined || isSwitch(value) ? undefined : refused;
      case 'input-file':
        if (value !== undefined) this.inputFiles.push(value);
        return undefined;
      case 'input-files':
        this.inputFiles.push(...(value ?? '').split(','));
        return undefined;
      case 'codegen-backend':
        if (value?.includes('/')) this.inputFiles.push(value);
        return undefined;
      case 'lto':
        this.crossesCrates = !isOff(value);
        return undefined;
      case 'processor':
        if (value === 'native') this.nativeProcessor = true;
        return undefined;
      case 'codegen-units':
        this.codegenUnits = Number(value);
        return undefined;
      case 'llvm-args':
        // LLVM has options that load plugins and write reports.
        return words(value).some((word) => LLVM_FILES.test(word)) ? refused : undefined;
      case 'save-temps':
        this.savesTemporaries = !isOff(value);
        return undefined;
      case 'rpath':
        this.linksByRelativePath = !isOff(value);
        return undefined;
    }
  }
}
