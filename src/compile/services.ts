import type { Absences } from '../key/absences.ts';
import type { BinaryMentions } from '../key/binary-mentions.ts';
import type { FileRecords } from '../key/file-records.ts';
import type { FormsByContent } from '../key/form-digests.ts';
import type { Storage } from '../storage/storage.ts';
import type { ObservedFiles } from '../system/observed-files.ts';
import type { ByteString } from '../util/bytes.ts';
import type { KnownPrograms } from './c-family/toolchain/known-programs.ts';
import type { Toolchains } from './c-family/toolchain/toolchains.ts';
import type { WrapperScripts } from './c-family/toolchain/wrapper-scripts.ts';
import type { Equivalents } from './equivalents.ts';
import type { CompileHistory } from './history.ts';
import type { InFlight } from './in-flight.ts';
import type { Manifests } from './manifests.ts';
import type { Repeats } from './repeats.ts';
import type { LoadedCrates } from './rust/inputs/loaded-crates.ts';
import type { RustMacros } from './rust/inputs/macros.ts';
import type { RustToolchains } from './rust/toolchain.ts';
import type { TemporaryFiles } from './temporary-files.ts';

/** What one compile worker owns and hands to each request. Nothing here is shared with other workers. */
export interface CompileServices {
  readonly files: ObservedFiles;
  readonly records: FileRecords;
  readonly absences: Absences;
  readonly binaryMentions: BinaryMentions;
  readonly toolchains: Toolchains;
  readonly rustToolchains: RustToolchains;
  readonly knownPrograms: KnownPrograms;
  readonly loadedCrates: LoadedCrates;
  readonly wrapperScripts: WrapperScripts;
  readonly rustMacros: RustMacros;
  readonly repeats: Repeats;
  readonly manifests: Manifests;
  readonly equivalents: Equivalents;
  readonly forms: FormsByContent;
  /** `SCCACHE_BASEDIRS` of the daemon; a request's own comes first. */
  readonly baseDirectories: readonly ByteString[];
  readonly storage: Storage;
  readonly history: CompileHistory;
  readonly inFlight: InFlight;
  readonly temporaryFiles: TemporaryFiles;
  /** `SCCACHE_DIRECT`, `SCCACHE_LOCAL_RW_MODE` and others are the storage's; 0 when the system has no such thing. */
  readonly mountNamespace: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 to 1, for samples. */
  readonly random: () => number;
  /** Something that the user may want to know, for the log. */
  readonly note: (topic: string, detail: string) => void;
}
